"""Let somebody into a team that has lost all its members, with two custodians' files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import recover_team, user_grantee
from leeward.foundation.vault.rules.custody import CustodianFile, read_custodian_file

FOUNDING = "founding"
CUSTODIANS_NEEDED = 2


class Command(BaseCommand):
    help = "Let a member into a team whose keys are lost, with the files of two custodians."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="such as desk or helpline")
        parser.add_argument(
            "--custodian", type=Path, action="append", required=True, metavar="FILE", help="a custodian's file; twice"
        )
        parser.add_argument(
            "--to",
            default=FOUNDING,
            metavar="REFERENCE",
            help="the user's reference, or 'founding' (default): whoever is let in next as if the team were new",
        )

    def handle(self, *_args: Any, team: str, custodian: list[Path], to: str, **_options: Any) -> None:
        if len(custodian) != CUSTODIANS_NEEDED:
            raise CommandError("Give --custodian twice: two custodians are needed, and no more.")
        try:
            recover_team(
                team=team,
                custodians=(_read(custodian[0]), _read(custodian[1])),
                to=None if to == FOUNDING else user_grantee(to),
                by=Actor.operator(),
                now=timezone.now(),
            )
        except VaultError as error:
            raise CommandError(str(error)) from error
        whom = "The next user who joins" if to == FOUNDING else f"The user {to}"
        self.stderr.write(f"{whom} opens the team {team!r} again. Delete the custodians' files from this machine.")


def _read(path: Path) -> CustodianFile:
    try:
        return read_custodian_file(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read ({error}).") from error
