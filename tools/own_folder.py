"""A benchmark on a database of its own: it is started again in a folder in memory, which is gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STARTED = "LEEWARD_BENCH"


def run_in_own_folder(module: str, run: Callable[[], int]) -> int:
    """Run `run` of a module in such a folder, with its tables made and Django set up; return how it ends."""
    if STARTED in os.environ:
        import django  # noqa: PLC0415  # settings are known from here on only

        django.setup()
        return run()
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # memory, where there is some
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        environment = {
            **os.environ,
            STARTED: "1",
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "leeward.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], env=environment, check=True)
        return subprocess.run([sys.executable, "-m", module, *sys.argv[1:]], env=environment, check=False).returncode
