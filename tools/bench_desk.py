"""Measures the removal desk on a PostgreSQL of its own, which is stopped and removed afterwards, also after Ctrl-C."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path("/usr/lib/postgresql")
DATABASES = ("small", "large")
# Nothing here outlives the run, so nothing waits for the disk; the rest is PostgreSQL as it comes.
OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c autovacuum=off"


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; None where there is none."""
    found = [each for each in PROGRAMS.glob("*/bin") if (each / "initdb").exists()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


@contextlib.contextmanager
def serve(programs: Path, scratch: Path) -> Iterator[tuple[str, ...]]:
    """A PostgreSQL in a scratch folder, as the addresses of its databases."""
    data, sockets, port = scratch / "postgres", scratch / "socket", _free_port()
    for folder in (data, sockets):
        folder.mkdir()
        if os.getuid() == 0:  # PostgreSQL refuses to be run by root
            shutil.chown(folder, "postgres")
    user = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else None

    def call(program: str, *arguments: str) -> None:
        # A session of its own: Ctrl-C is for us, and we then stop the server.
        subprocess.run(
            [str(programs / program), *arguments],
            check=True,
            user=user,
            cwd=scratch,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    call("initdb", "-D", str(data), "-A", "trust", "-U", "leeward", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -k {sockets} {OPTIONS}"
    try:
        call("pg_ctl", "-D", str(data), "-w", "-l", str(sockets / "log"), "-o", options, "start")
        for name in DATABASES:
            call("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "leeward", name)
        yield tuple(f"postgres://leeward@127.0.0.1:{port}/{name}" for name in DATABASES)
    finally:
        if (data / "postmaster.pid").exists():
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def main() -> int:
    """Start the server, measure in a process of its own, stop the server."""
    programs = find_programs()
    if programs is None:
        print("The removal desk is not measured: there is no PostgreSQL.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        with serve(programs, scratch) as addresses:
            known = {name: value for name, value in os.environ.items() if not name.startswith("LEEWARD_")}
            environment = {
                **known,
                "LEEWARD_ENV": "demo",
                "LEEWARD_DATA": str(scratch / "data"),
                "PYTHONPATH": str(ROOT),
            }
            call = [sys.executable, "-m", "tools.desk_bench", *sys.argv[1:], *addresses]
            return subprocess.run(call, env=environment, cwd=ROOT, check=False).returncode


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
