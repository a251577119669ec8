"""`leeward verify-credential FILE`: whether a signed record is genuine and still right, on any machine."""

from argparse import ArgumentParser
from http import HTTPStatus
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.reach.errors import ReachRefused
from leeward.foundation.reach.operations import fetch
from leeward.foundation.reach.rules.limits import Limits
from leeward.foundation.signing.errors import KeysUnreadable
from leeward.foundation.signing.rules.credentials import write_moment
from leeward.foundation.signing.rules.terms import TOKEN_MOST, State
from leeward.foundation.signing.rules.verifying import LIST_MOST, Finding, Keys, read_keys, verify

LIMITS = Limits(body_bytes=LIST_MOST, ports=frozenset(range(1, 65536)))
NOT_VALID = 1
ADDRESS = ("https://", "http://")


class Command(BaseCommand):
    requires_system_checks = ()  # a stranger has no installation to check
    help = (
        "Check a signed record, offline where its issuer's keys and status list are files. Exits with 0 if it is valid."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the record: the file that ends in .jwt")
        parser.add_argument(
            "--keys",
            required=True,
            metavar="FILE_OR_ADDRESS",
            help="keys of whoever you expect to have signed: their /issuer, as an address or a file of it",
        )
        parser.add_argument(
            "--status",
            metavar="FILE_OR_ADDRESS",
            default="",
            help="the status list that the record names; fetched from there where --keys is an address",
        )

    def handle(self, *, file: Path, keys: str, status: str, **_options: object) -> None:
        try:
            token = file.read_text(encoding="utf-8")[: TOKEN_MOST + 1]
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as a record ({error}).") from error
        try:
            trusted = read_keys(read_place(keys))
        except KeysUnreadable as error:
            raise CommandError(f"{keys} holds no keys: give the issuer's document, a JWK set or a JWK.") from error
        self._may_fetch = keys.startswith(ADDRESS)
        found = verify(
            token, keys=trusted, lists=lambda address: self._list(address, status, trusted), now=timezone.now()
        )
        self.stdout.write(say(found))
        if found.state is not State.VALID:
            raise CommandError(found.state.hint, returncode=NOT_VALID)

    def _list(self, address: str, given: str, trusted: Keys) -> str | None:
        """The status list: the one that was given, or the issuer's own; no address that only the record names."""
        if given:
            return read_place(given)
        is_issuers = bool(trusted.issuer) and address.startswith(f"{trusted.issuer}/status/")
        try:
            return read_place(address) if is_issuers and self._may_fetch else None
        except CommandError as error:
            self.stderr.write(str(error))
            return None


def read_place(place: str) -> str:
    """What a file or an address holds. Raises CommandError."""
    try:
        if not place.startswith(ADDRESS):
            return Path(place).read_text(encoding="utf-8")
        answer = fetch(place, limits=LIMITS, allow_private=True)
    except (OSError, UnicodeDecodeError, ReachRefused) as error:
        raise CommandError(f"{place} cannot be read ({error}).") from error
    if answer.status != HTTPStatus.OK or answer.is_cut:
        raise CommandError(f"{place} cannot be read (HTTP {answer.status}).")
    return answer.body.decode("utf-8", "replace")


def say(found: Finding) -> str:
    """What was found, in a few lines: the state first, then what the record says, if its signature holds."""
    if not found.claims:
        return found.state.value
    first: str = found.state.value
    if found.state is State.REVOKED:
        first += f" on {write_moment(found.at)}" if found.at else ""
        first += f" because: {found.reason.label}" if found.reason else ""
    lines = [first, f"  id: {found.claims['id']}", f"  signed by: {found.claims['issuer']['id']}"]
    lines += [f"  {name}: {found.claims[name]}" for name in ("name", "validFrom", "validUntil") if name in found.claims]
    lines += [f"  {name}: {value}" for name, value in sorted(found.claims["credentialSubject"].items())]
    return "\n".join(lines)
