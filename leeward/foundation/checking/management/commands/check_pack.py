"""`leeward check-pack FILE`: what can be said of a pack of pages, on any machine. Nothing in the pack is trusted."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.errors import PackUnreadable
from leeward.foundation.checking.management.commands.verify_credential import ADDRESS, read_place
from leeward.foundation.checking.management.commands.verify_log import (
    fetching,
    read_kept,
    trusted_keys,
)
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.foundation.checking.rules.packs import NO_AUTHORITY, NOT_PROVEN, Line, Trust, Verdict, check_pack
from leeward.foundation.keyfiles import write_over
from leeward.foundation.notary.errors import FileUnreachable, LogMismatch
from leeward.foundation.notary.rules.notes import VerifierKey, keep_signatures
from leeward.foundation.notary.rules.verifying import Verified, compare_with, verify_log
from leeward.foundation.signing.errors import KeysUnreadable
from leeward.foundation.signing.rules.verifying import Keys, read_keys
from leeward.foundation.stamps.errors import AuthorityMalformed
from leeward.foundation.stamps.rules.authorities import read_certificates
from leeward.foundation.stamps.rules.times import find_root

WRONG, NOT_ALL = 1, 3


class Command(BaseCommand):
    requires_system_checks = ()  # a stranger has no installation to check
    help = (
        "Check a pack of pages: its files, its signature, and how old things in it are. Keys are never taken from it. "
        "Exits with 0 if all is right, 1 if something is wrong, 3 if something could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the pack: a ZIP archive, such as pages.zip")
        parser.add_argument(
            "--from",
            dest="site",
            default="",
            metavar="ADDRESS",
            help="of the nation that you expect to have signed: keys and certificates are asked for there",
        )
        parser.add_argument("--keys", default="", metavar="FILE", help="the signer's keys: a copy of their /issuer")
        parser.add_argument(
            "--log-key", "--key", default="", metavar="KEY", dest="log_key", help="the public log's key, name+id+key"
        )
        parser.add_argument(
            "--kept",
            type=Path,
            metavar="FILE",
            help="a checkpoint of the log that you kept, as of `verify-log --kept`: only its keys, and those that they "
            "have signed for, count; the newest is kept there in its place",
        )
        parser.add_argument(
            "--authority", default="", metavar="FILE", help="the stamping authority's certificates, PEM"
        )

    def handle(
        self, *, file: Path, site: str, keys: str, log_key: str, kept: Path | None, authority: str, **_options: Any
    ) -> None:
        if site and not site.startswith(ADDRESS):
            raise CommandError(f"{site} is no address: it begins with https://.")
        if kept and not site:
            raise CommandError("--kept needs --from: without the log itself nobody sees that it goes on.")
        self._site = site.rstrip("/")
        trust = self._gather(keys=keys, log_key=log_key, kept=kept, authority=authority)
        try:
            with opened_bag(file) as bag:
                lines = check_pack(bag, trust)
        except PackUnreadable as error:
            raise CommandError(f"{file} cannot be checked. {error}", returncode=WRONG) from error
        self._tell(lines)

    def _gather(self, *, keys: str, log_key: str, kept: Path | None, authority: str) -> Trust:
        """What the checker brings along, or is asked for at the nation's address; never what is in the pack."""
        keys = keys or (f"{self._site}/issuer" if self._site else "")
        authority = authority or (f"{self._site}/check/authority.pem" if self._site else "")
        try:
            trusted = read_keys(read_place(keys)) if keys else None
            log = self._read_log(key=log_key, kept=kept) if self._site else None
            log_keys = tuple(log.ends if log else map(VerifierKey.read, log_key.split()))
            certificates = self._certificates(authority)
        except KeysUnreadable as error:
            raise CommandError(f"{keys} holds no keys: give the issuer's document.") from error
        except LogMismatch as error:
            raise CommandError(f"The public log cannot be relied on. {error}", returncode=WRONG) from error
        except AuthorityMalformed as error:
            raise CommandError(f"{authority} cannot be used. {error}") from error
        return Trust(
            now=timezone.now(),
            keys=trusted,
            lists=lambda address: self._list(address, trusted),
            log_keys=log_keys,
            certificates=certificates,
            checker_sha256=check_page().sha256,
            follows_log=(lambda note: compare_with(note, log)) if log else None,
            finds_root=(lambda day, root: self._find(day, root, log.keys)) if log else None,
        )

    def _read_log(self, *, key: str, kept: Path | None) -> Verified | None:
        """Check the whole log by the keys that are known, and keep its checkpoint; None where it cannot be reached.

        A key that it serves counts by the signature of an older one alone. Raises LogMismatch.
        """
        before = read_kept(kept) if kept and kept.exists() else ""
        try:
            with fetching(self._site) as fetch:
                found = verify_log(fetch, keys=trusted_keys(fetch, key=key, before=before), kept=before)
        except FileUnreachable as error:
            self.stderr.write(f"The public log at {self._site} could not be checked: {error}")
            return None
        if kept:
            write_over(kept, keep_signatures(found.served, found.keys))
        if not key and not before:
            self.stdout.write("The public log's keys were read from the log itself. Compare them with what you know:")
            for each in found.keys:
                self.stdout.write(f"  {each.text}")
        return found

    def _certificates(self, authority: str) -> Sequence[Certificate]:
        """Those of the file or address; none where the nation says that it has no authority."""
        text = read_place(authority) if authority else ""
        return read_certificates(text) if text and text != NO_AUTHORITY else ()

    def _list(self, address: str, trusted: Keys | None) -> str | None:
        """The issuer's own status list; no address that only the pack names is ever asked."""
        is_issuers = trusted is not None and address.startswith(f"{trusted.issuer}/status/")
        return read_place(address) if is_issuers and address.startswith(f"{self._site}/") and self._site else None

    def _find(self, day: str, root: str, log_keys: Sequence[VerifierKey]) -> str:
        """Where the public log has a root of a day: the whole log is checked for it."""
        try:
            with fetching(self._site) as fetch:
                number, size = find_root(root, day=day, fetch=fetch, keys=log_keys)
        except (LogMismatch, FileUnreachable, CommandError) as error:
            self.stderr.write(f"The public log at {self._site} could not be checked: {error}")
            return ""
        return f"leaf {number} of {size}" if size else ""

    def _tell(self, lines: Sequence[Line]) -> None:
        self.stdout.write(f"{NOT_PROVEN}\n")
        for line in lines:
            path = f"{line.path}: " if line.path else ""
            self.stdout.write(f"{line.verdict.value}: {path}{line.words}")
        verdicts = {line.verdict for line in lines}
        if Verdict.BROKEN in verdicts:
            raise CommandError("Something is wrong: do not rely on this pack.", returncode=WRONG)
        if Verdict.UNCHECKED in verdicts:
            raise CommandError("Nothing is wrong, but not everything could be checked.", returncode=NOT_ALL)
        self.stdout.write("Everything that was asked is right.")
