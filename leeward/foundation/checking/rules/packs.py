"""What a stranger can say of a pack: is each file as it was, who signed it, how old is it, what could not be checked.

Nothing in a pack is trusted: keys and certificates come from whoever checks.
"""

import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from leeward.foundation.checking.errors import PackUnreadable
from leeward.foundation.checking.rules.bags import MANIFEST, PAYLOAD, Bag
from leeward.foundation.kept import Kept
from leeward.foundation.notary.errors import LogMismatch
from leeward.foundation.notary.rules.notes import VerifierKey
from leeward.foundation.signing.rules.terms import State
from leeward.foundation.signing.rules.verifying import Keys, Lists, verify
from leeward.foundation.stamps.errors import TokenRefused
from leeward.foundation.stamps.rules.times import (
    CHECKPOINT,
    PROOFS,
    Day,
    Hour,
    Times,
    check_day,
    check_thing,
    check_token,
    read_times,
    root_path,
    roots_of,
)

SIGNATURE, CHECKER = "manifest.jwt", "check.html"
CUSTODY, EXHIBITS = f"{PAYLOAD}custody/", f"{PAYLOAD}exhibits/"
PACK_KIND = "pack"
# What the nation's address says where it has no stamping authority, in the place of certificates.
NO_AUTHORITY = "This nation has named no stamping authority.\n"
# What a pack does not prove is said before anything else.
NOT_PROVEN = (
    "What this cannot prove: that what the pages show is true, or that nothing was left out. Whoever made the pack "
    "chose what is in it."
)


def _no_list(_address: str) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class PackClaims(Kept):
    """What is signed of a pack: the SHA-256 of its manifest."""

    manifest: str


class Verdict(StrEnum):
    """How one question was answered."""

    HOLDS = "right"
    BROKEN = "WRONG"
    UNCHECKED = "not checked"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer in words; `path` is the file that it is about, "" where it is about the whole."""

    verdict: Verdict
    words: str
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the checker brings along, each empty where it has none.

    `checker_sha256`: of the page that this version puts in. `follows_log` raises LogMismatch for a checkpoint that is
    not of the log at its own address; `finds_root` says where that log has a root.
    """

    now: datetime
    keys: Keys | None = None
    lists: Lists = _no_list
    log_keys: Sequence[VerifierKey] = ()
    certificates: Sequence[x509.Certificate] = ()
    checker_sha256: str = ""
    follows_log: Callable[[str], object] | None = None
    finds_root: Callable[[str, str], str] | None = None


def check_pack(bag: Bag, trust: Trust) -> tuple[Line, ...]:
    """Check everything that can be checked, in the order in which a person asks."""
    return (
        *_check_files(bag),
        *_check_signature(bag, trust),
        *_check_times(bag, trust),
        *_check_custody(bag),
        *_check_exhibits(bag),
        *_check_checker(bag, trust),
    )


def name_of(hour: datetime) -> str:
    """How an hour is called."""
    return f"{hour:%Y-%m-%d %H:00} UTC"


def _check_files(bag: Bag) -> Iterator[Line]:
    flaws = bag.flaws()
    for flaw in flaws:
        yield Line(verdict=Verdict.BROKEN, path=flaw.path, words=flaw.words)
    if not flaws:
        count = len([path for path in bag.paths if path.startswith(PAYLOAD)])
        yield Line(verdict=Verdict.HOLDS, words=f"All {count} files in data/ are as {MANIFEST} says.")


def _check_signature(bag: Bag, trust: Trust) -> Iterator[Line]:
    def tell(verdict: Verdict, words: str) -> Line:
        return Line(verdict=verdict, path=SIGNATURE, words=words)

    try:
        token, digest = bag.read(SIGNATURE).decode(), hashlib.sha256(bag.read(MANIFEST)).hexdigest()
    except KeyError:
        yield tell(
            Verdict.UNCHECKED, "The pack is not signed. It could have been put together by anybody, at any time."
        )
        return
    except (PackUnreadable, UnicodeDecodeError):
        yield tell(Verdict.BROKEN, "The signature cannot be read.")
        return
    if trust.keys is None:
        yield tell(
            Verdict.UNCHECKED, "There is a signature. To check it, give the keys of whoever is said to have signed."
        )
        return
    found = verify(token, keys=trust.keys, lists=trust.lists, now=trust.now)
    if not found.claims:
        yield tell(Verdict.BROKEN, f"{found.state.hint}")
        return
    subject, signed_on = found.claims["credentialSubject"], found.claims["validFrom"]
    if subject.get("manifest") != digest:
        yield tell(Verdict.BROKEN, "It is the signature of another pack.")
    elif found.state is State.VALID:
        yield tell(Verdict.HOLDS, f"Signed by {found.claims['issuer']['name']} ({found.claims['iss']}) on {signed_on}.")
    elif found.state is State.UNCHECKED:
        yield tell(Verdict.HOLDS, f"Signed by {found.claims['issuer']['name']} ({found.claims['iss']}) on {signed_on}.")
        yield tell(Verdict.UNCHECKED, "Whether the signature was taken back since needs the signer's status list.")
    else:
        yield tell(Verdict.BROKEN, f"{found.state.hint}")


def _check_times(bag: Bag, trust: Trust) -> Iterator[Line]:
    try:
        times = read_times(bag.read(PROOFS))
    except KeyError:
        yield Line(verdict=Verdict.UNCHECKED, path=PROOFS, words="Nothing in it proves how old things are.")
        return
    except (PackUnreadable, ValueError):
        yield Line(verdict=Verdict.BROKEN, path=PROOFS, words="The proofs of age cannot be read.")
        return
    yield from _check_things(bag, times)
    yield from _check_hours(bag, times, trust)


def _check_things(bag: Bag, times: Times) -> Iterator[Line]:
    hours, proven = {each.hour: each for each in times.hours}, 0
    for thing in times.things:
        try:
            holds = check_thing(thing, content=bag.read(thing.path), hours=hours)
        except (KeyError, PackUnreadable):
            holds = False
        if holds and thing.path.startswith(PAYLOAD):
            proven += 1
        else:
            where = f"line {thing.line}: " if thing.line else ""
            words = f"{where}The proof of its age is not of this file, or does not lead to its hour's root."
            yield Line(verdict=Verdict.BROKEN, path=thing.path, words=words)
    if proven:
        yield Line(
            verdict=Verdict.HOLDS,
            words=f"{proven} things are in the tree of their hour. How old a tree is, is said next.",
        )
    for path in dict.fromkeys(times.waiting):
        yield Line(verdict=Verdict.UNCHECKED, path=path, words="It had no stamp yet when the pack was made.")


def _check_hours(bag: Bag, times: Times, trust: Trust) -> Iterator[Line]:
    days = {each.day: each for each in times.days}
    for hour in times.hours:
        name = name_of(hour.hour)
        yield from _check_root(bag, hour)
        if not hour.token:
            words = f"The tree of {name} has no token of a stamping authority: the signer's clock alone says so."
            yield Line(verdict=Verdict.UNCHECKED, words=words)
        elif not trust.certificates:
            words = f"The tree of {name} has a token. To check it, give the authority's certificates."
            yield Line(verdict=Verdict.UNCHECKED, path=hour.token, words=words)
        else:
            try:
                stamped = check_token(hour, read=bag.read, certificates=trust.certificates)
            except (TokenRefused, PackUnreadable) as error:
                yield Line(verdict=Verdict.BROKEN, path=hour.token, words=f"The token does not hold. {error}"[:300])
            else:
                words = f"The authority saw the tree of {name} on {stamped.at:%Y-%m-%d at %H:%M:%S} UTC."
                yield Line(verdict=Verdict.HOLDS, path=hour.token, words=words)
        yield _check_log(bag, days.get(hour.hour.date()), hour, trust=trust)


def _check_root(bag: Bag, hour: Hour) -> Iterator[Line]:
    """Say where the file of an hour's root, which `openssl` is given, is missing or has another root."""
    path = root_path(hour.hour)
    try:
        is_same = bag.read(path).hex() == hour.root
    except KeyError:
        yield Line(verdict=Verdict.BROKEN, path=path, words="The root of its hour's tree is missing.")
    except PackUnreadable:
        yield Line(verdict=Verdict.BROKEN, path=path, words="The root of its hour's tree cannot be read.")
    else:
        if not is_same:
            words = f"It is not the root of the tree of {name_of(hour.hour)}: its token proves nothing of this pack."
            yield Line(verdict=Verdict.BROKEN, path=path, words=words)


def _check_log(bag: Bag, day: Day | None, hour: Hour, *, trust: Trust) -> Line:
    root, name = hour.root, name_of(hour.hour)
    if day is None:
        found = trust.finds_root(hour.hour.date().isoformat(), root) if trust.finds_root else ""
        if found:
            return Line(verdict=Verdict.HOLDS, words=f"The public log holds the tree of {name}: {found}.")
        words = f"The tree of {name} was not in the public log yet when the pack was made; the log has it the next day."
        return Line(verdict=Verdict.UNCHECKED, words=words)
    if not trust.log_keys:
        words = f"The tree of {name} is said to be in the public log. To check it, give the log's key."
        return Line(verdict=Verdict.UNCHECKED, path=day.path, words=words)
    try:
        size = check_day(day, read=bag.read, keys=trust.log_keys)
        if trust.follows_log:
            trust.follows_log(bag.read(CHECKPOINT).decode())
        is_named = root in roots_of(bag.read(day.path))
    except (LogMismatch, PackUnreadable, KeyError, ValueError) as error:
        return Line(verdict=Verdict.BROKEN, path=day.path, words=f"The proof of the public log does not hold. {error}")
    if not is_named:
        return Line(verdict=Verdict.BROKEN, path=day.path, words=f"The public log does not name the tree of {name}.")
    words = f"The public log holds the tree of {name}: leaf {day.number} of a signed checkpoint of {size} leaves."
    return Line(verdict=Verdict.HOLDS, path=day.path, words=words)


def _check_custody(bag: Bag) -> Iterator[Line]:
    chains = [path for path in bag.paths if path.startswith(CUSTODY)]
    broken = [line for path in chains for line in _check_chain(bag, path)]
    yield from broken
    if chains and not broken:
        words = (
            f"The chains of custody of {len(chains)} entries are whole: each event holds the digest of the one before."
        )
        yield Line(verdict=Verdict.HOLDS, words=words)


def _check_chain(bag: Bag, path: str) -> Iterator[Line]:
    try:
        lines = bag.read(path).rstrip(b"\n").split(b"\n")
        for number, (before, here) in enumerate(itertools.pairwise(lines), start=2):
            if json.loads(here)["previous"] != hashlib.sha256(before).hexdigest():
                yield Line(
                    verdict=Verdict.BROKEN, path=path, words=f"Event {number} does not follow on the one before."
                )
    except (PackUnreadable, ValueError, KeyError, TypeError):
        yield Line(verdict=Verdict.BROKEN, path=path, words="The chain of custody cannot be read.")


def _check_exhibits(bag: Bag) -> Iterator[Line]:
    """Of each exhibit: which event of a chain holds its digest, and in which hour's tree that or a later one is."""
    filed, proven = _digests_in_chains(bag), _proven_lines(bag)
    for path in sorted(path for path in bag.paths if path.startswith(EXHIBITS)):
        if (place := filed.get(bag.digest(path))) is None:
            words = "No chain of custody holds its digest, so nothing says when it was added."
            yield Line(verdict=Verdict.BROKEN, path=path, words=words)
            continue
        chain, number = place
        words = f"Event {number} of {chain} holds its digest"
        if hours := [hour for line, hour in proven.get(chain, ()) if line >= number]:
            words = f"{words}, and is in the tree of {name_of(min(hours))}."
            yield Line(verdict=Verdict.HOLDS, path=path, words=words)
        else:
            words = f"{words}, and had no stamp when the pack was made."
            yield Line(verdict=Verdict.UNCHECKED, path=path, words=words)


def _digests_in_chains(bag: Bag) -> Mapping[str, tuple[str, int]]:
    """Where each digest first stands that an event of custody holds: the chain's path, and the event's number."""
    found: dict[str, tuple[str, int]] = {}
    for path in sorted(bag.paths):
        if path.startswith(CUSTODY):
            with suppress(PackUnreadable, ValueError, AttributeError):  # of a chain that cannot be read, more is said
                for number, line in enumerate(bag.read(path).splitlines(), start=1):
                    digest = json.loads(line).get("digest")
                    if digest and isinstance(digest, str):
                        found.setdefault(digest, (path, number))
    return found


def _proven_lines(bag: Bag) -> Mapping[str, Sequence[tuple[int, datetime]]]:
    """The lines of each chain of custody whose proof holds, each with the hour of its tree."""
    found = defaultdict[str, list[tuple[int, datetime]]](list)
    with suppress(KeyError, PackUnreadable, ValueError):  # of proofs that cannot be read, more is said
        times = read_times(bag.read(PROOFS))
        hours = {each.hour: each for each in times.hours}
        for thing in times.things:
            if not thing.line or not thing.path.startswith(CUSTODY):
                continue
            if check_thing(thing, content=bag.read(thing.path), hours=hours):
                found[thing.path].append((thing.line, thing.hour))
    return found


def _check_checker(bag: Bag, trust: Trust) -> Iterator[Line]:
    if CHECKER not in bag.paths or not trust.checker_sha256:
        return
    if bag.digest(CHECKER) == trust.checker_sha256:
        yield Line(verdict=Verdict.HOLDS, path=CHECKER, words="It is the page that this version of Leeward puts in.")
    else:
        words = "It is not the page of this version. Use the one at the nation's address, not this one."
        yield Line(verdict=Verdict.UNCHECKED, path=CHECKER, words=words)
