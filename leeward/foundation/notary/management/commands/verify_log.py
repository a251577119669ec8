"""`leeward verify-log`: a stranger checks a public log from anywhere; no installation is needed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.notary.errors import LogMismatch
from leeward.foundation.notary.rules.notes import VerifierKey
from leeward.foundation.notary.rules.verifying import Fetch, Verified, verify_log

TIMEOUT_SECONDS = 20.0
LARGEST = 32 * 1024 * 1024


class Command(BaseCommand):
    help = "Check a public log as a stranger: its signature, all of its leaves, and that it goes on from what you kept."
    requires_system_checks = ()  # whoever runs it has no installation to look at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="of the site or its log, such as https://leeward.example/notary")
        parser.add_argument("--key", default="", help="the log's key, name+id+key, if you know it from elsewhere")
        parser.add_argument(
            "--kept",
            type=Path,
            metavar="FILE",
            help="a checkpoint that you kept: the log must go on from it, and the newest is kept there in its place",
        )
        parser.add_argument("--holds", default="", metavar="SHA256", help="say whether the log holds this digest")

    def handle(self, *, address: str, key: str, kept: Path | None, holds: str, **_options: Any) -> None:
        before = kept.read_text(encoding="utf-8") if kept and kept.exists() else ""
        try:
            with fetching(address) as fetch:
                keys = [VerifierKey.read(line) for line in (key or fetch("key").decode()).split()]
                found = verify_log(fetch, keys=keys, kept=before)
        except (LogMismatch, UnicodeDecodeError) as error:
            raise CommandError(f"This log is not right. {error}", returncode=1) from error
        if kept:
            kept.write_text(found.note, encoding="utf-8")
        self._tell(found, keys=keys, is_known=bool(key), before=before)
        if holds:
            self._find(found, holds.strip().lower())

    def _tell(self, found: Verified, *, keys: list[VerifierKey], is_known: bool, before: str) -> None:
        point = found.checkpoint
        self.stdout.write(f"The log {point.origin} is whole: {point.size} leaves, root {point.root.hex()}.")
        if before:
            self.stdout.write("It goes on from the checkpoint that you kept.")
        if not is_known:
            self.stdout.write("Its keys were read from the log itself. Compare them with what you know from elsewhere:")
            for each in keys:
                self.stdout.write(f"  {each.text}")

    def _find(self, found: Verified, digest: str) -> None:
        places = [(number, leaf) for number, leaf in enumerate(found.leaves) if leaf.sha256 == digest]
        if not places:
            raise CommandError(f"No leaf of the log has the digest {digest}.", returncode=1)
        for number, leaf in places:
            self.stdout.write(f"Leaf {number}: {leaf.kind} {leaf.name}, published on {leaf.on.isoformat()}.")


@contextmanager
def fetching(address: str) -> Iterator[Fetch]:
    """Yield what fetches a path below a log's address. Raises CommandError where nothing is to be had."""
    base = address.rstrip("/").removesuffix("/notary") + "/notary/"
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:

        def fetch(path: str) -> bytes:
            try:
                with client.stream("GET", base + path) as answer:
                    answer.raise_for_status()
                    content = b""
                    for part in answer.iter_bytes():
                        content += part
                        if len(content) > LARGEST:
                            raise CommandError(f"{base}{path} is larger than any part of a log.", returncode=1)
                    return content
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise CommandError(f"{base}{path} could not be read: {error}", returncode=1) from error

        yield fetch
