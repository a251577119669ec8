"""`leeward load-outcomes`: code lists and methods from a file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.errors import ListsMalformed
from leeward.justice.outcomes.operations.founding import load_shipped
from leeward.justice.outcomes.rules.codes import read_shipped

SHIPPED = Path(__file__).parents[2] / "data" / "shipped.yaml"


class Command(BaseCommand):
    help = "Load code lists and methods of outcomes. Safe to repeat: only what has changed is a new version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED, metavar="FILE.yaml")

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            found = read_shipped(file.read_text(encoding="utf-8"))
            made = load_shipped(found=found, by=Actor.operator(), now=timezone.now())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        except ListsMalformed as error:
            lines = "\n".join(f"  {place}: {text}" for place, text in error.problems)
            raise CommandError(f"{file} was not loaded. Mend this first:\n{lines}") from error
        except FieldRefused as error:
            raise CommandError(f"{file} was not loaded: {error.field}: {error.message}.") from error
        self.stdout.write(f"New: {', '.join(made) or 'nothing'}.")
