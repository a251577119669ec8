"""Show an entry to a team of ours until a day, hide it again, and what the team does with it meanwhile."""

import uuid
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import end_of_day, local_day
from leeward.foundation.vault.operations import (
    OpenFile,
    found_team,
    grant,
    open_file,
    renew_generation,
    revoke,
    shut_out,
)
from leeward.foundation.vault.operations import reads as team_reads
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring
from leeward.victim.locker.errors import EndRefused, ItemUnknown
from leeward.victim.locker.models import Item
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.files import drop_unsound
from leeward.victim.locker.queries.files import unshared_generations
from leeward.victim.locker.queries.items import ItemView, chain_of, shown_to, view_of
from leeward.victim.locker.queries.lockers import find_item, find_locker, locker_of
from leeward.victim.locker.rules.custody import TEAM, CustodyKind, Event
from leeward.victim.locker.rules.keeping import may_show_until
from leeward.victim.portal.holders import receivers
from leeward.victim.portal.rules.visits import Bearer

SHOWN = "locker_shown"


def show_item(*, bearer: Bearer, item: uuid.UUID, team: str, until: date, now: datetime) -> None:
    """Let a team open an entry until the end of that day, with its versions and files; again, to change the end.

    It gets no key of a picture that is for its owner alone. Raises LockerUnknown, ItemUnknown, EndRefused.
    """
    if not may_show_until(until, today=local_day(now)):
        raise EndRefused
    at = bearer.by.clock(now)
    with transaction.atomic():
        row, opened = _opened(bearer, item, now=now)
        to = found_team(team=team, by=bearer.by, now=at)
        kept_back = unshared_generations(row, opened)
        for compartment in sorted(opened.compartments & {Compartment.STORY, Compartment.EVIDENCE}):
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


def open_shown(reference: uuid.UUID, *, team: str, keyring: Keyring, by: Actor, now: datetime) -> ItemView:
    """Open an entry as somebody of a team to which it is shown; its chain says that the team did, once a day.

    Files that are for their owner alone are left out. Raises ItemUnknown, or the vault's NotGranted where it is hidden
    or its time is over.
    """
    with transaction.atomic():
        if not Item.objects.filter(reference=reference).exists():
            raise ItemUnknown
        row = locked_item(reference)
        opened = open_file(file=reference, keyring=keyring, by=by, now=now, reason=SHOWN)
        who, today = who_acts(by, team=team), local_day(now)
        events = [Event.from_text(text) for text in chain_of(row, opened)]
        was_noted = any(
            (each.kind, each.who, local_day(each.at)) == (CustodyKind.OPENED, who, today) for each in events
        )
        if not was_noted:
            add_event(row, CustodyKind.OPENED, opened=opened, who=who, now=now)
        view = view_of(row, opened, now=now)
        return replace(view, files=tuple(each for each in view.files if each.kind.is_shared))


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
