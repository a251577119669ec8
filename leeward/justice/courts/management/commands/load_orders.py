"""`leeward load-orders`: types of court orders from a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.justice.courts.errors import TypesMalformed
from leeward.justice.courts.operations.founding import load_types
from leeward.justice.courts.rules.types import read_types

SHIPPED = Path(__file__).parents[2] / "data" / "types.yaml"


class Command(BaseCommand):
    help = "Load types of court orders. Safe to repeat: a new version is made only where something has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED, metavar="FILE.yaml")

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            types = read_types(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        except TypesMalformed as error:
            lines = "\n".join(f"  {place}: {text}" for place, text in error.problems)
            raise CommandError(f"{file} was not loaded. Mend this first:\n{lines}") from error
        changed = load_types(types=types, by=Actor.operator(), now=timezone.now())
        self.stdout.write(f"New or changed: {', '.join(changed) or 'none'}.")
