"""Measures what a sending costs the server, in slow hashes: a database of its own, removed afterwards.

One sending needs one slow hash, for its code. All else (reading, checking, keeping the hashes, the answer) must not
matter beside it. Both are measured by turns, as processor time, so that other work on the machine falls on both alike.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Measure in a process of its own; fails only where a sending is not taken."""
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("LEEWARD_", "DATABASE_"))}
        environment = {**known, "LEEWARD_ENV": "demo", "LEEWARD_DATA": folder}
        environment["DJANGO_SETTINGS_MODULE"] = "leeward.config.settings"
        environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'tools'}"
        call = [sys.executable, "-m", "tools.sending_bench", *sys.argv[1:]]
        return subprocess.run(call, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
