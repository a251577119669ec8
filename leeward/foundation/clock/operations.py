"""Writes down that a round was done, and that a person has looked at the clock."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.clock.errors import DayDiffers
from leeward.foundation.clock.models import BrokenSweep, LastRound
from leeward.foundation.clock.queries import read_clock
from leeward.foundation.clock.rules import Reading


class ClockVerb(StrEnum):
    """What can happen to the clock."""

    CONFIRMED = "clock.confirmed"


def note_round(reading: Reading) -> None:
    """Write down that a round was done, if the clock by which it was done may be believed."""
    if reading.is_to_be_noted:
        LastRound.objects.update_or_create(pk=1, defaults={"at": reading.now})


@transaction.atomic
def note_sweeps(*, broken: Mapping[str, str], done: Iterable[str], now: datetime) -> None:
    """Write down which sweeps failed, by word and kind of error, and forget those that were done again."""
    known = {row.word: row for row in BrokenSweep.objects.all()}
    if mended := known.keys() & set(done):
        BrokenSweep.objects.filter(word__in=mended).delete()
    for word, error in broken.items():
        row = known.get(word) or BrokenSweep(word=word, since=now, times=0)
        row.error, row.times = error[:100], row.times + 1
        row.save()


@transaction.atomic
def confirm_clock(*, day: date, by: Actor, now: datetime) -> None:
    """Go on from this machine's time, after a person has compared it with another clock. Raises DayDiffers."""
    if day != now.astimezone(UTC).date():
        raise DayDiffers(
            f"This machine says that it is {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC, not {day}. Set its clock right, "
            "then run this again with the day that another clock shows."
        )
    last = read_clock(now=now).last
    LastRound.objects.update_or_create(pk=1, defaults={"at": now})
    record(
        verb=ClockVerb.CONFIRMED,
        by=by,
        subject=Subject(kind="clock"),
        now=now,
        facts={"last_round": last.astimezone(UTC).isoformat(timespec="minutes") if last else None},
    )
