from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from leeward.foundation.audit.errors import ChainBroken
from leeward.foundation.audit.operations import NOTHING_KEPT, head, verify_chain


class Command(BaseCommand):
    help = "Check that no line of the audit trail was changed or removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kept",
            metavar="LINES:HASH",
            default="",
            help="what an earlier run printed, kept where nobody can change it",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        try:
            verify_chain(kept=_read_head(options["kept"]))
        except ChainBroken as error:
            raise CommandError(str(error)) from error
        lines, last_hash = head()
        self.stdout.write(
            f"The audit trail is whole: {lines} lines. Keep this elsewhere, for --kept next time: {lines}:{last_hash}"
        )


def _read_head(text: str) -> tuple[int, str]:
    lines, _, last_hash = text.partition(":")
    if not text:
        return NOTHING_KEPT
    if not (lines.isascii() and lines.isdigit() and last_hash):
        raise CommandError("--kept takes what an earlier run printed: a number, a colon and a hash.")
    return int(lines), last_hash
