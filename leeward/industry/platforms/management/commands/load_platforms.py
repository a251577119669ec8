from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.catalogue import SHIPPED, read_catalogue
from leeward.industry.platforms.errors import DirectoryRefused
from leeward.industry.platforms.operations import load_known_sites, plan_known_sites

NAMED_AT_MOST = 20


class Command(BaseCommand):
    help = "Write down known sites as platforms, unlisted. Safe to repeat: what was changed here is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, nargs="?", default=SHIPPED, metavar="FILE.json", help="instead of the file that ships"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")

    def handle(self, *, file: Path, dry_run: bool, **_options: object) -> None:
        try:
            sites = read_catalogue(file)
        except DirectoryRefused as error:
            raise CommandError(f"{file} was not loaded. Mend this first:\n{error}") from error
        if dry_run:
            loaded = plan_known_sites(sites)
        else:
            loaded = load_known_sites(sites=sites, by=Actor.operator(), now=timezone.now())
        for words, names in (
            ("Added", loaded.added),
            ("Brought up to the file", loaded.changed),
            ("As they were", loaded.unchanged),
            ("Changed here, so left alone; compare by hand", loaded.kept),
        ):
            self.stdout.write(f"{words}: {len(names)}{_listed(names)}.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")


def _listed(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if 0 < len(names) <= NAMED_AT_MOST else ""
