"""What the commands that take lists in share: how they refuse, and how they say what they pass over."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.schemas.csv_files import Unreadable

SHOWN_MOST = 200


class ListCommand(BaseCommand):
    """A command that takes a list in, or says what it would do."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether anything is written."""
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="see docs/directory-data.md")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")


def refuse(findings: Findings, outcome: str) -> None:
    """Raise CommandError with everything that is wrong, where anything is."""
    if not findings.total:
        return
    shown = [str(fault) for fault in findings.in_order()[:SHOWN_MOST]]
    more = findings.total - len(shown)
    lines = [*shown, *([f"… and {more} more. Mend these first."] if more else [])]
    things = "1 thing is wrong." if findings.total == 1 else f"{findings.total} things are wrong."
    raise CommandError("\n".join([*lines, f"{things} {outcome}"]))


def tell_notes(findings: Findings, out: OutputWrapper) -> None:
    """Say what is passed over."""
    for text, count in sorted(findings.notes.items()):
        out.write(text if count == 1 else f"{text} ({count} times)")


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """A file that cannot be read ends the command with its reason."""
    try:
        yield
    except Unreadable as error:
        raise CommandError(f"{error}\nNothing was taken in.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}. Nothing was taken in.") from error
