"""The made-up nation's locker: what one person has written down, under a code that the visitor is told."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from demo.captures import add_capture, add_mail
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import (
    harden_code,
    has_code,
    keep_code,
    keep_holding,
    make_victim_key,
    new_code,
    write_private_key,
)
from leeward.foundation.vault.rules.codes import read_code
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.helpline.operations.cases import FirstWords, begin_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.locker.operations.entries import add_entry, change_entry
from leeward.victim.locker.operations.lockers import begin_under_code
from leeward.victim.locker.operations.showing import show_item
from leeward.victim.locker.rules.entries import Entry, EntryKind
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import close_request, mark_looked
from leeward.victim.removals.operations.reports import add_items, begin_report, file_report, save_consents
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.reports import Consents, Item, Path, Source

DAY = timedelta(days=1)
# How many days ago each was written, and how long before that it happened; None: it is not known.
ENTRIES: tuple[tuple[float, float | None, Entry], ...] = (
    (
        41,
        2,
        Entry(
            kind=EntryKind.MESSAGE,
            words="He wrote after months and asked why I do not answer. I did not answer.",
            at="22:10",
            platform="Lantern",
            handle="@old.harbour.light",
            suspects="Somebody whom I was with until spring",
        ),
    ),
    (
        38,
        0,
        Entry(
            kind=EntryKind.THREAT,
            words="He says that everybody at work will see it if I do not meet him.",
            at="23:40",
            platform="Lantern",
            handle="@old.harbour.light",
            effect="I did not sleep.",
            captured="The same night",
            device="My phone",
        ),
    ),
    (37, 0, Entry(kind=EntryKind.DEMAND, words="Now he wants money too.", at="07:15", told="My sister, the same day")),
    (30, None, Entry(kind=EntryKind.WATCHED, words="His car stood in our street more than once.", about="in autumn")),
    (
        24,
        1,
        Entry(
            kind=EntryKind.ACCOUNT,
            words="An account with my name and my face, which is not mine.",
            platform="Market Square",
            address="https://market-square.example/u/not-me",
            captured="As soon as I saw it",
            device="My sister’s computer",
        ),
    ),
    (
        20,
        0,
        Entry(kind=EntryKind.POST, words="A friend says that she saw it. I have not looked.", witnesses="A friend"),
    ),
    (13, 3, Entry(kind=EntryKind.IN_PERSON, words="He waited at the bus stop and said nothing.", at="17:50")),
    (6, 0, Entry(kind=EntryKind.THREAT, words="Again: he writes that it goes out on Sunday.", at="00:05")),
    (1, None, Entry(kind=EntryKind.OTHER, words="What I want to say when I am asked: it began before the pictures.")),
)
# Number of the entry that was changed later, and what it says since.
CHANGED = (3, "His car stood in our street more than once. A neighbour saw it too.")
SHOWN, DEMANDED = 1, 2
# What the monitor saw at the account's address: how many days ago, and what.
LOOKS = (
    (22.9, Signal.UP, CheckReason.FIRST_LOOK, 200),
    (21, Signal.UP, CheckReason.SAME_PAGE, 200),
    (16, Signal.TROUBLE, CheckReason.UNREACHABLE, None),
    (15.8, Signal.GONE, CheckReason.STATUS, 404),
    (8, Signal.GONE, CheckReason.STATUS, 404),
)
TOLD = Story(harm=Harm.SEXTORTION, words="He threatens to send a picture of me to work.", everyone_adult=True)


def draw_code() -> str:
    """Return a code for a visitor to come in with."""
    return " ".join(new_code().groups)


def found_locker(code: str, *, now: datetime) -> None:
    """Let one person write to the helpline and keep nine entries; safe to call again."""
    read, key, file = read_code(code), make_victim_key(), uuid5(NAMESPACE_OID, "locker/file")
    if has_code(look_up=read.look_up):
        return
    begun = now - 42 * DAY
    keep_code(sealed=harden_code(code=read), payload=write_private_key(key), now=now)
    keep_holding(
        key=key, content={"file": str(file), REPORT: str(file)}, expires_on=local_day(now) + 700 * DAY, now=now
    )
    _ask_removal(file, key, now=now)
    first = FirstWords(story=TOLD, words="I write it all down. May I show you some of it?")
    begin_case(
        file=file, key=key, first=first, source=CaseSource.WEB, language="en", by=Actor.person(), now=now - 2 * DAY
    )
    bearer = Bearer(look_up=read.look_up, key=key, holds={"file": file, REPORT: file})
    bearer = begin_under_code(bearer=bearer, now=begun)
    items = [_write(bearer, number, now=now) for number in range(len(ENTRIES))]
    number, words = CHANGED
    changed = replace(_entry(number, now=now), words=words)
    change_entry(bearer=bearer, item=items[number], entry=changed, now=now - 12 * DAY)
    add_capture(bearer=bearer, item=items[SHOWN], now=now - 38 * DAY)
    add_mail(bearer=bearer, item=items[DEMANDED], now=now - 37 * DAY)
    until = local_day(now) + 20 * DAY
    show_item(bearer=bearer, item=items[SHOWN], team="helpline", until=until, now=now - DAY)


def _ask_removal(file: uuid.UUID, key: PrivateKey, *, now: datetime) -> None:
    """They told the removal desk of the account too, which went by itself; what was seen there can go into a pack."""
    by, told = Actor.person(), now - 23 * DAY
    opened = begin_report(reference=file, key=key, path=Path.ONLINE, source=Source.WEB, language="en", by=by, now=told)
    save_consents(opened=opened, consents=Consents(watching=True), by=by, now=told)
    address = next(entry.address for _ago, _before, entry in ENTRIES if entry.address)
    add_items(opened=opened, items=[Item(url=address)], by=by, now=told)
    file_report(opened=opened, by=by, now=told)
    [request] = Request.objects.filter(report__reference=file)
    for ago, signal, reason, status in LOOKS:
        seen = Verdict(signal=signal, reason=reason)
        at = now - ago * DAY
        note_check(reference=request.reference, verdict=seen, status=status, by=Actor.system(), now=at)
    # Nothing of it waits at the desk any more.
    close_request(request=request.reference, by=Actor.system(), now=now - 7 * DAY)
    mark_looked(reference=file, by=Actor.system(), now=now - 7 * DAY)


def _write(bearer: Bearer, number: int, *, now: datetime) -> uuid.UUID:
    ago, reference = ENTRIES[number][0], uuid.uuid4()
    add_entry(bearer=bearer, entry=_entry(number, now=now), reference=reference, now=now - ago * DAY)
    return reference


def _entry(number: int, *, now: datetime) -> Entry:
    ago, before, entry = ENTRIES[number]
    if before is None:
        return entry
    return replace(entry, on=local_day(now - (ago + before) * DAY))
