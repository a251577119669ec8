"""Measures the directory on SQLite, and on a PostgreSQL of its own where there is one, which is removed afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bench_desk import ROOT, find_programs, serve


def main() -> int:
    """Start the server, measure in a process of its own, stop the server."""
    programs = find_programs()
    if programs is None:
        print("There is no PostgreSQL: the directory is measured on SQLite alone.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        scratch.chmod(0o755)
        addresses = stack.enter_context(serve(programs, scratch)) if programs else ()
        known = {name: value for name, value in os.environ.items() if not name.startswith("LEEWARD_")}
        environment = {
            **known,
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(scratch / "data"),
            "PYTHONPATH": str(ROOT),
        }
        call = [sys.executable, "-m", "tools.directory_bench", *sys.argv[1:], *addresses]
        return subprocess.run(call, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
