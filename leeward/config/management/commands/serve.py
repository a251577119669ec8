"""`leeward serve`: the web server."""

import os
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.turns import THREADS


class Command(BaseCommand):
    help = "Run the web server (PORT and LEEWARD_HOST choose where it listens)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reload", action="store_true", help="restart when the code changes (for developers)")
        parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1)")

    def handle(self, *, reload: bool, workers: int, **_options: object) -> None:
        """Put the web server in this process's place; without the files of the pages every page would fail."""
        folder = settings.STATIC_ROOT
        if folder is not None and not (folder / "staticfiles.json").exists():
            raise CommandError(f"The files of the pages are not in {folder}. Run `leeward collectstatic` first.")
        host = os.environ.get("LEEWARD_HOST", "127.0.0.1")
        call = [
            sys.executable,
            "-m",
            "gunicorn",
            "leeward.config.wsgi:application",
            f"--bind={host}:{settings.LEEWARD_PORT}",
            f"--workers={workers}",
            "--worker-class=leeward.config.server.Worker",
            "--logger-class=leeward.config.server.ServerLogger",
            f"--threads={THREADS}",
            "--timeout=60",
            "--graceful-timeout=5",
            "--log-level=warning",  # no access log: paths and addresses are nobody's business
            *(["--reload"] if reload else []),
        ]
        os.execv(call[0], call)  # noqa: S606 - our own interpreter, no shell
