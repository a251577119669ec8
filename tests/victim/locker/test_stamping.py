"""That an entry's time is proven stands in its chain once it is, with the stamp's own time and not that of a visit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.stamps.figures import HoursStamped, hours_stamped
from leeward.foundation.stamps.models import Stamp
from leeward.foundation.stamps.operations import stamp_hour
from leeward.foundation.stamps.queries import ASKED_FOR
from leeward.victim.locker.operations.stamping import read_proven
from leeward.victim.locker.queries.items import ItemView
from leeward.victim.locker.rules.custody import CustodyKind, proven_to
from leeward.victim.locker.rules.keeping import KeptState
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import ENTRY, Keeper

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kinds(view: ItemView) -> list[CustodyKind]:
    return [event.kind for event in view.custody]


def test_it_is_noted_once_and_says_when_by_the_stamp(keeper: Keeper) -> None:
    item = keeper.add()
    assert read_proven(keeper.bearer, item, now=NOW).state is KeptState.KEPT
    stamp_hour(now=NOW + HOUR)
    over = Stamp.objects.get().hour + HOUR
    assert read_proven(keeper.bearer, item, now=over - timedelta(seconds=1)).state is KeptState.KEPT
    for _ in range(2):  # opened again
        view = read_proven(keeper.bearer, item, now=over + 3 * DAY)
    assert kinds(view) == [CustodyKind.ADDED, CustodyKind.STAMPED]
    stamp = view.custody[-1]
    assert (stamp.at, stamp.stamped_at, stamp.who, stamp.about) == (over, over, "machine", "clock:1")
    assert stamp.digest == Stamp.objects.get().root
    assert (view.state, view.broken_at) == (KeptState.STAMPED, 0)


def test_what_is_written_afterwards_is_kept_and_proven_anew(keeper: Keeper) -> None:
    item = keeper.add()
    keeper.send(item)
    stamp_hour(now=NOW + HOUR)
    later = NOW + 3 * HOUR
    read_proven(keeper.bearer, item, now=later)
    keeper.change(item, replace(ENTRY, words="More."), now=later)
    assert read_proven(keeper.bearer, item, now=later).state is KeptState.KEPT
    stamp_hour(now=later + HOUR)
    view = read_proven(keeper.bearer, item, now=later + 4 * HOUR)
    assert kinds(view)[-2:] == [CustodyKind.VERSION, CustodyKind.STAMPED]
    proven = proven_to(view.custody)
    assert proven is not None
    assert proven.number == len(view.custody) - 1
    assert (view.state, view.broken_at) == (KeptState.STAMPED, 0)


def test_a_stamp_that_is_noted_late_breaks_no_chain(keeper: Keeper) -> None:
    item = keeper.add()
    stamp_hour(now=NOW + HOUR)
    keeper.change(item, replace(ENTRY, words="More."), now=NOW + DAY)
    view = read_proven(keeper.bearer, item, now=NOW + 2 * DAY)
    stamp = view.custody[-1]
    assert (stamp.kind, stamp.at, stamp.about) == (CustodyKind.STAMPED, NOW + DAY, "clock:1")
    assert stamp.stamped_at == Stamp.objects.get().hour + HOUR
    assert (view.state, view.broken_at) == (KeptState.KEPT, 0)


def test_an_authority_is_waited_for_and_then_its_time_counts(keeper: Keeper, settings: Any) -> None:
    settings.LEEWARD_STAMP_AUTHORITY = object()
    item = keeper.add()
    stamp_hour(now=NOW + HOUR)
    assert read_proven(keeper.bearer, item, now=NOW + DAY).state is KeptState.KEPT
    token_at = NOW + HOUR + timedelta(seconds=7)
    Stamp.objects.update(token=b"token", token_at=token_at)
    proven = read_proven(keeper.bearer, item, now=NOW + DAY).proven
    assert proven is not None
    assert (proven.at, proven.by_authority) == (token_at, True)


def test_where_the_authority_never_answers_the_log_is_what_there_is(keeper: Keeper, settings: Any) -> None:
    settings.LEEWARD_STAMP_AUTHORITY = object()
    item = keeper.add()
    stamp_hour(now=NOW + HOUR)
    proven = read_proven(keeper.bearer, item, now=NOW + HOUR + ASKED_FOR).proven
    assert proven is not None
    assert not proven.by_authority


def test_hours_are_counted_in_which_stamps_came_in_time(settings: Any) -> None:
    assert hours_stamped(since=NOW - 30 * DAY, until=NOW) is None
    for hour in (1, 2, 4, 5):  # the worker stood still for an hour
        stamp_hour(now=NOW + hour * HOUR)
    until = NOW + 6 * HOUR
    assert hours_stamped(since=NOW - 30 * DAY, until=until) == HoursStamped(hours=4, in_time=3)
    settings.LEEWARD_STAMP_AUTHORITY = object()
    first = Stamp.objects.order_by("hour")[0]
    Stamp.objects.filter(pk=first.pk).update(token=b"token", token_at=first.hour + timedelta(seconds=7))
    assert hours_stamped(since=NOW - 30 * DAY, until=until) == HoursStamped(hours=4, in_time=1)
