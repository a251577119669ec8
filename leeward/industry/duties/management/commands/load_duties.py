from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.duties.errors import RegimesMalformed
from leeward.industry.duties.operations import load_regimes
from leeward.industry.duties.schemas import SHIPPED, read_regimes


class Command(BaseCommand):
    help = "Load what laws ask of platforms. Safe to repeat: a new version is made only where something has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, nargs="?", default=SHIPPED, metavar="FILE.json", help="instead of the file that ships"
        )

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            seeds = read_regimes(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        except RegimesMalformed as error:
            lines = "\n".join(f"  {place}: {text}" for place, text in error.problems)
            raise CommandError(f"{file} was not loaded. Mend this first:\n{lines}") from error
        loaded = load_regimes(seeds=seeds, by=Actor.operator(), now=timezone.now())
        for words, codes in (
            ("Added", loaded.added),
            ("New version", loaded.changed),
            ("As they were", loaded.unchanged),
            ("Edited here since, so left alone; compare by hand", loaded.kept),
        ):
            if codes:
                self.stdout.write(f"{words}: {', '.join(codes)}.")
