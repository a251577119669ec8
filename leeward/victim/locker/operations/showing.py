"""Show an entry to a team or a service until a day, hide it again, and what they do with it meanwhile."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import end_of_day, local_day
from leeward.foundation.vault.operations import (
    OpenFile,
    files_of_team,
    found_team,
    grant,
    open_file,
    renew_generation,
    revoke,
    shut_out,
)
from leeward.foundation.vault.operations import reads as team_reads
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring
from leeward.victim.locker.errors import EndRefused, ItemUnknown, ReceiverRefused
from leeward.victim.locker.models import Item
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.files import drop_unsound
from leeward.victim.locker.queries.files import unshared_generations
from leeward.victim.locker.queries.items import ItemView, chain_of, shown_to, view_of
from leeward.victim.locker.queries.lockers import find_item, find_locker, locker_of
from leeward.victim.locker.rules.custody import MACHINE, TEAM, CustodyKind, Event, needs_line, shown_teams
from leeward.victim.locker.rules.keeping import may_show_until
from leeward.victim.portal.holders import receivers
from leeward.victim.portal.rules.visits import Bearer

SHOWN = "locker_shown"
WORDS = frozenset({Compartment.STORY})
WORDS_AND_FILES = WORDS | {Compartment.EVIDENCE}


def show_item(
    *,
    bearer: Bearer,
    item: uuid.UUID,
    team: str,
    until: date,
    now: datetime,
    compartments: frozenset[Compartment] = WORDS_AND_FILES,
) -> None:
    """Let a team open an entry with its versions until the end of that day; again, to change the end or what it opens.

    `compartments`: WORDS alone, or the files too, but for a picture that is for its owner alone. A service of the
    network can open it no longer than what it was passed on. Raises LockerUnknown, ItemUnknown, EndRefused, and
    ReceiverRefused for a service that does not help this person, or where nobody could read it.
    """
    if not may_show_until(until, today=local_day(now)):
        raise EndRefused
    at, last = bearer.by.clock(now), _last_day(bearer, team, now=now)
    until = min(until, last) if last else until
    with transaction.atomic():
        row, opened = _opened(bearer, item, now=now)
        to = found_team(team=team, by=bearer.by, now=at)
        kept_back = unshared_generations(row, opened)
        for compartment in WORDS_AND_FILES - compartments:
            revoke(file=item, compartment=compartment, kind=GranteeKind.TEAM, id=team, by=bearer.by, now=at)
        for compartment in sorted(opened.compartments & compartments):
            grant(
                opened=opened,
                compartment=compartment,
                to=to,
                by=bearer.by,
                now=at,
                reason=SHOWN,
                expires_at=end_of_day(until),
                without=kept_back if compartment is Compartment.EVIDENCE else (),
            )
        who, about = who_acts(bearer.by), f"{TEAM}{team}"
        add_event(row, CustodyKind.SHOWN, opened=opened, who=who, now=now, about=about, until=until)
    _tell(bearer, team, now=now)


def hide_item(*, bearer: Bearer, item: uuid.UUID, team: str, now: datetime) -> None:
    """Take a team's keys of an entry away, and write under new ones from now on. Safe to repeat.

    Raises LockerUnknown or ItemUnknown.
    """
    with transaction.atomic():
        row, opened = _opened(bearer, item, now=now)
        if team not in {each.team for each in shown_to([item], now=now)[item]}:
            return
        shut_out(team, opened=opened, by=bearer.by, now=bearer.by.clock(now))
        who, about = who_acts(bearer.by), f"{TEAM}{team}"
        add_event(row, CustodyKind.HIDDEN, opened=opened, who=who, now=now, about=about)
    _tell(bearer, team, now=now)


def note_ended(bearer: Bearer, items: Collection[uuid.UUID], *, now: datetime) -> None:
    """Hide these entries from services that help this person no longer, and write that down. Safe to repeat.

    The network knows no entry's chain, and its clocks know no person: where they have taken the keys, or could not, the
    line is written when the person comes next, before they write anything more. Raises LockerUnknown or ItemUnknown.
    """
    live = {each.team for each in receivers().find(bearer, now)}
    ended = frozenset(each.team for each in receivers().teams() if not each.is_ours and each.team not in live)
    for item in items if ended else ():
        _end(bearer, item, ended=ended, now=now)


def _end(bearer: Bearer, item: uuid.UUID, *, ended: Collection[str], now: datetime) -> None:
    events = [Event.from_text(text) for text in chain_of(find_item(bearer, item), open_item(bearer, item, now=now))]
    gone = [team for team in shown_teams(events, today=local_day(now)) if team in ended]
    if not gone:
        return
    at = bearer.by.clock(now)
    with transaction.atomic():
        row, opened = locked_item(item), open_item(bearer, item, now=now)
        out = {(GranteeKind.TEAM, team) for team in gone}
        renew_generation(opened=opened, compartment=Compartment.STORY, by=bearer.by, now=at, without=out)
        for team in gone:
            take_from(team, items=[item], by=bearer.by, now=at)
            add_event(row, CustodyKind.HIDDEN, opened=opened, who=MACHINE, now=now, about=f"{TEAM}{team}")


def take_from(team: str, *, items: Collection[uuid.UUID], by: Actor, now: datetime) -> None:
    """Take a team's keys of these entries away, where nobody is there whose own keys open them. Safe to repeat."""
    for item in items:
        for compartment in sorted(WORDS_AND_FILES):
            revoke(file=item, compartment=compartment, kind=GranteeKind.TEAM, id=team, by=by, now=now)


def take_all_from(team: str, *, by: Actor, now: datetime) -> None:
    """Take a team's keys of all entries of everybody away: it is no member any more. Safe to repeat."""
    take_from(team, items=sorted(files_of_team(team, reason=SHOWN)), by=by, now=now)


def hide_all(bearer: Bearer, team: str, now: datetime) -> None:
    """Hide every entry from a team: its person has stopped it. Safe to repeat."""
    locker = locker_of(bearer)
    files = list(locker.items.values_list("reference", flat=True)) if locker else []
    for item, readers in shown_to(files, now=now).items():
        if team in {each.team for each in readers}:
            hide_item(bearer=bearer, item=item, team=team, now=now)


def hide_from(team: str, *, item: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Take a team's keys of an entry away, by the keys of somebody in it: others do its work now. Safe to repeat.

    What its person writes later has new keys. A file that they add has a key of its own anyway.
    """
    if not team_reads(team, item, now=now):
        return
    with transaction.atomic():
        row = locked_item(item)
        opened = open_file(file=item, keyring=keyring, by=by, now=now, reason=SHOWN)
        about = f"{TEAM}{team}"
        add_event(row, CustodyKind.HIDDEN, opened=opened, who=who_acts(by, team=team), now=now, about=about)
        renew_generation(
            opened=opened, compartment=Compartment.STORY, by=by, now=now, without={(GranteeKind.TEAM, team)}
        )
        for compartment in (Compartment.STORY, Compartment.EVIDENCE):
            revoke(file=item, compartment=compartment, kind=GranteeKind.TEAM, id=team, by=by, now=now)


def open_shown(
    reference: uuid.UUID, *, team: str, keyring: Keyring, by: Actor, now: datetime, generation: int | None = None
) -> ItemView:
    """Open an entry as somebody of a team to which it is shown; its chain says that the team did.

    A team of ours has one line a day, a service one for each look, which says of which file. Files that are for their
    owner alone are left out. Raises ItemUnknown, TooManyLooks, or the vault's NotGranted where it is hidden or its time
    is over.
    """
    with transaction.atomic():
        if not Item.objects.filter(reference=reference).exists():
            raise ItemUnknown
        row = locked_item(reference)
        opened = open_file(file=reference, keyring=keyring, by=by, now=now, reason=SHOWN)
        who, today = who_acts(by, team=team), local_day(now)
        events = [Event.from_text(text) for text in chain_of(row, opened)]
        looks = sum((each.kind, each.who, local_day(each.at)) == (CustodyKind.OPENED, who, today) for each in events)
        each_look = not is_ours(team)
        if needs_line(looks, each_look=each_look):
            about = f"file:{generation}" if each_look and generation else ""
            add_event(row, CustodyKind.OPENED, opened=opened, who=who, now=now, about=about)
        view = view_of(row, opened, now=now)
        return replace(view, files=tuple(each for each in view.files if each.kind.is_shared))


def is_ours(team: str) -> bool:
    """Return whether a team is one of ours; a service of the network is none."""
    return next((each.is_ours for each in receivers().teams() if each.team == team), True)


def _last_day(bearer: Bearer, team: str, *, now: datetime) -> date | None:
    """Return until when a team can open anything of this person's; None where no clock ends it."""
    found = next((each for each in receivers().find(bearer, now) if each.team == team), None)
    if not (is_ours(team) or (found and found.has_reader)):
        raise ReceiverRefused(team)
    return found.until if found else None


def _tell(bearer: Bearer, team: str, *, now: datetime) -> None:
    """Let the team know what it can open; in a transaction of its own, which nothing of the locker is written in."""
    found = shown_to(find_locker(bearer).items.values_list("reference", flat=True), now=now)
    shown = [item for item, readers in found.items() if team in {each.team for each in readers}]
    receivers().tell(bearer, team, shown, now)


def _opened(bearer: Bearer, item: uuid.UUID, *, now: datetime) -> tuple[Item, OpenFile]:
    """An entry of this bearer's, locked and open, without files whose keys do not open."""
    find_item(bearer, item)
    row = locked_item(item)
    drop_unsound(bearer=bearer, item=item, now=now)
    return row, open_item(bearer, item, now=now)
