"""`leeward verify-log`: a stranger checks a public log from anywhere; no installation is needed."""

import itertools
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from cryptography.x509 import Certificate
from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.checking.management.commands.verify_credential import read_place
from leeward.foundation.checking.rules.packs import NO_AUTHORITY
from leeward.foundation.keyfiles import write_over
from leeward.foundation.notary.errors import FileUnreachable, LogMismatch, NoteMalformed, SignatureRefused
from leeward.foundation.notary.rules.days import unproven_leaves
from leeward.foundation.notary.rules.notes import (
    VerifierKey,
    WitnessKey,
    find_cosignature,
    find_signers,
    keep_signatures,
    read_unsigned,
)
from leeward.foundation.notary.rules.verifying import (
    Fetch,
    Verified,
    check_content,
    compare_with,
    read_keys,
    verify_log,
)
from leeward.foundation.stamps.errors import AuthorityMalformed
from leeward.foundation.stamps.rules.authorities import read_certificates
from leeward.foundation.stamps.rules.checkpoints import list_stamps, read_tokens

TIMEOUT_SECONDS = 20.0
LARGEST = 32 * 1024 * 1024
RANGES_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Check a public log as a stranger: its signature, all of its leaves with what they are about, their days, and "
        "that it goes on from what you kept."
    )
    requires_system_checks = ()  # whoever runs it has no installation to look at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="of the site or its log, such as https://leeward.example/notary")
        parser.add_argument(
            "--key",
            default="",
            help="the log's key, name+id+key, if you know it from elsewhere; a log that lost its key needs it",
        )
        parser.add_argument(
            "--kept",
            type=Path,
            metavar="FILE",
            help="a checkpoint that you kept: the log must go on from it, and the newest is kept there in its place",
        )
        parser.add_argument(
            "--compare",
            type=Path,
            metavar="FILE",
            help="a checkpoint that somebody else kept: the log must be the one that they were shown",
        )
        parser.add_argument(
            "--witness",
            action="append",
            default=[],
            metavar="KEY",
            help="a witness's key, name+id+key: it must have cosigned the checkpoint; may be given several times",
        )
        parser.add_argument(
            "--authority", default="", metavar="FILE", help="the stamping authority's certificates, PEM"
        )
        parser.add_argument("--holds", default="", metavar="SHA256", help="say whether the log holds this digest")

    def handle(
        self,
        *,
        address: str,
        key: str,
        kept: Path | None,
        compare: Path | None,
        witness: list[str],
        authority: str,
        holds: str,
        **_options: Any,
    ) -> None:
        before = read_kept(kept) if kept and kept.exists() else ""
        other = read_kept(compare) if compare else ""
        try:
            witnesses = [WitnessKey.read(each) for each in witness]
            with fetching(address) as fetch:
                found = verify_log(fetch, keys=trusted_keys(fetch, key=key, before=before), kept=before)
                self._tell(found, is_known=bool(key or before), before=before)
                if compare:
                    theirs = compare_with(other, found)
                    self.stdout.write(f"{compare} is of the same log: it held {theirs.size} leaves then.")
                self._check_witnesses(found, witnesses)
                self._check_contents(found, fetch)
                self._check_days(found, fetch, site=_site_of(address), authority=authority)
        except LogMismatch as error:
            raise CommandError(f"This log is not right. {error}", returncode=1) from error
        except FileUnreachable as error:
            raise CommandError(str(error), returncode=1) from error
        except AuthorityMalformed as error:
            raise CommandError(f"{authority or 'The authority'} cannot be used. {error}", returncode=1) from error
        if kept:
            write_over(kept, keep_signatures(found.served, [*found.keys, *witnesses]))
        if holds:
            self._find(found, holds.strip().lower())

    def _tell(self, found: Verified, *, is_known: bool, before: str) -> None:
        point = found.checkpoint
        self.stdout.write(f"The log {point.origin} is whole: {point.size} leaves, root {point.root.hex()}.")
        if before:
            self.stdout.write("It goes on from the checkpoint that you kept.")
        if not is_known:
            self.stdout.write("Its keys were read from the log itself. Compare them with what you know from elsewhere:")
            for each in found.keys:
                self.stdout.write(f"  {each.text}")

    def _check_witnesses(self, found: Verified, witnesses: Sequence[WitnessKey]) -> None:
        """Say when each witness saw the checkpoint. Raises SignatureRefused where one has not cosigned it."""
        if len({each.public for each in witnesses}) != len(witnesses):
            raise CommandError("The same witness was given twice.", returncode=1)
        for each in witnesses:
            seen_at = find_cosignature(found.served, each)
            if seen_at is None:
                raise SignatureRefused(f"The witness {each.short} has not cosigned its checkpoint.")
            self.stdout.write(f"The witness {each.name} saw it at {seen_at:%Y-%m-%d %H:%M:%S} UTC.")

    def _check_contents(self, found: Verified, fetch: Fetch) -> None:
        """Compare what is handed out for each leaf with its digest. Raises LogMismatch."""
        missing = []
        for number, leaf in enumerate(found.leaves):
            try:
                content = fetch(f"leaves/{number}/content")
            except FileUnreachable:
                missing.append(number)
            else:
                check_content(leaf, content, number=number)
        checked = len(found.leaves) - len(missing)
        self.stdout.write(f"The bytes of {checked} leaves are those that the log holds digests of.")
        if missing:
            self.stdout.write(f"Not checked, since their bytes could not be fetched: leaves {_ranges(missing)}.")

    def _check_days(self, found: Verified, fetch: Fetch, *, site: str, authority: str) -> None:
        """Say which days are proven. Raises DayRefused where a stamp proves one false."""
        sizes = list_stamps(fetch, size=found.checkpoint.size)
        if not sizes:
            self.stdout.write("No day is proven: no stamping authority has stamped this log. Its days are claims.")
            return
        certificates = _certificates(authority, site=site)
        if not certificates:
            self.stdout.write(
                f"No day is proven: {len(sizes)} checkpoints are stamped, and to check them you need the stamping "
                "authority's certificates (--authority)."
            )
            return
        tokens = read_tokens(found, sizes, fetch=fetch, certificates=certificates)
        unproven = unproven_leaves(found.leaves, tokens.held)
        proven, who = len(found.leaves) - len(unproven), certificates[0].subject.rfc4514_string()
        self.stdout.write(f"The days of {proven} leaves are proven, to within a day, by the stamps of {who}.")
        if not authority:
            self.stdout.write("Its certificates were read from the site itself. Compare them with the authority's own.")
        if unproven:
            self.stdout.write(f"Not proven are the days of leaves {_ranges(unproven)}.")
        last = max((each.size for each in tokens.held), default=0)
        if last < len(found.leaves):
            since = found.leaves[last].on.isoformat()
            self.stdout.write(f"Days are not proven since {since}: leaf {last} and later ones have no stamp.")
        if tokens.refused:
            self.stdout.write(f"Stamps that do not hold under these certificates: of {_ranges(tokens.refused)} leaves.")

    def _find(self, found: Verified, digest: str) -> None:
        places = [(number, leaf) for number, leaf in enumerate(found.leaves) if leaf.sha256 == digest]
        if not places:
            raise CommandError(f"No leaf of the log has the digest {digest}.", returncode=1)
        for number, leaf in places:
            self.stdout.write(f"Leaf {number}: {leaf.kind} {leaf.name}, published on {leaf.on.isoformat()}.")


@contextmanager
def fetching(address: str) -> Iterator[Fetch]:
    """Yield what fetches a path below a log's address; it raises FileUnreachable where nothing is to be had."""
    base = f"{_site_of(address)}/notary/"
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
                raise FileUnreachable(f"{base}{path} could not be read: {error}") from error

        yield fetch


def _site_of(address: str) -> str:
    return address.rstrip("/").removesuffix("/notary")


def read_kept(path: Path) -> str:
    """Return a checkpoint that somebody kept. Raises CommandError, whose words say how to mend it."""
    try:
        text = path.read_text(encoding="utf-8")
        read_unsigned(text)
    except (OSError, UnicodeDecodeError, NoteMalformed) as error:
        raise CommandError(
            f"{path} is no checkpoint of a log. {error} If it is damaged, put it aside; without it, nobody sees "
            "whether the log has changed since then.",
            returncode=1,
        ) from error
    return text


def trusted_keys(fetch: Fetch, *, key: str, before: str) -> Sequence[VerifierKey]:
    """Return the keys to begin with: those given, or those that signed what was kept, or else the log's checkpoint.

    A key that the log serves counts for nothing by itself: anybody who answers in its place can add one.
    """
    if key:
        return [VerifierKey.read(line) for line in key.split()]
    served = read_keys(fetch("key"))
    if not before:
        return find_signers(fetch("checkpoint").decode(errors="replace"), served) or served
    signers = find_signers(before, served)
    if not signers:
        raise SignatureRefused(
            "None of the keys that it serves has signed the checkpoint that you kept. If the log lost its key, learn "
            "the new one from elsewhere than the log, and give it with --key."
        )
    return signers


def _certificates(authority: str, *, site: str) -> Sequence[Certificate]:
    """Return those of the file, or what the site serves; none where it says that it has no authority."""
    try:
        text = read_place(authority or f"{site}/check/authority.pem")
    except CommandError:
        if authority:
            raise
        return ()
    return read_certificates(text) if text != NO_AUTHORITY else ()


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as ranges: 0 to 3, 7."""
    runs = [
        [number for _at, number in run]
        for _key, run in itertools.groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    ]
    told = [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:RANGES_SHOWN]]
    return ", ".join([*told, "and more"] if len(runs) > RANGES_SHOWN else told)
