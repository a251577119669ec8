"""How many of a member's people are trained: as the member says, as lines tell, and as training counts."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.victim.network.errors import CountsRefused, MemberUnknown
from leeward.victim.network.models import Member, TrainedCount
from leeward.victim.network.operations.members import locked_member
from leeward.victim.network.operations.verbs import NetworkVerb, write_member_line
from leeward.victim.network.rules.members import NOT_HERE
from leeward.victim.network.rules.training import Counted, Share, are_shares


def keep_counts(*, member: uuid.UUID, shares: Sequence[Share], as_of: date, by: Actor, now: datetime) -> bool:
    """Keep all that training counts of a member on a day; returns whether anything changed.

    What training counted before and does not name now goes; what the member declared on a later day stays. Counts of
    an older day than training's last change nothing. Raises CountsRefused, and MemberUnknown, also for who has left or
    has only asked to join.
    """
    if not are_shares(shares) or as_of > local_day(now):
        raise CountsRefused
    with transaction.atomic():
        row = locked_member(member)
        if row.state in NOT_HERE:
            raise MemberUnknown
        counted = row.trained.filter(source=TrainedCount.Source.TRAINING)
        if counted.filter(as_of__gt=as_of).exists():
            return False
        gone = counted.exclude(requirement__in=[each.requirement for each in shares]).delete()[0]
        if gone:
            write_member_line(NetworkVerb.TRAINING_DROPPED, row, by=by, now=now, counts=gone)
        source = TrainedCount.Source.TRAINING
        told = [_keep(row, **vars(share), as_of=as_of, source=source, by=by, now=now) for share in shares]
        return bool(gone) or any(told)


def note_counts(counts: Sequence[Counted], *, by: Actor, now: datetime) -> None:
    """Keep counts that were read from lines, as members say them: all of them or none. Raises MemberUnknown."""
    with transaction.atomic():
        for count in counts:
            note_training(**vars(count), source=TrainedCount.Source.DECLARED, by=by, now=now)


def note_training(
    *,
    member: uuid.UUID,
    requirement: str,
    in_date: int,
    people: int,
    as_of: date,
    source: TrainedCount.Source,
    by: Actor,
    now: datetime,
) -> None:
    """Keep how many of a member's people have one training in date. An older count changes nothing.

    What training counted stands against what a member says of the same day or before. Raises MemberUnknown.
    """
    with transaction.atomic():
        row = locked_member(member)
        _keep(row, requirement=requirement, in_date=in_date, people=people, as_of=as_of, source=source, by=by, now=now)


def _keep(
    row: Member,
    *,
    requirement: str,
    in_date: int,
    people: int,
    as_of: date,
    source: TrainedCount.Source,
    by: Actor,
    now: datetime,
) -> bool:
    kept = row.trained.filter(requirement=requirement).first()
    if kept is not None and (kept.as_of > as_of or _is_outweighed(source, kept, as_of=as_of)):
        return False
    values = {"in_date": in_date, "people": people, "as_of": as_of, "source": source}
    if kept is not None and values == {name: getattr(kept, name) for name in values}:
        return False
    row.trained.update_or_create(requirement=requirement, defaults=values)
    write_member_line(NetworkVerb.TRAINING_SAID, row, by=by, now=now, requirement=requirement, source=source)
    return True


def _is_outweighed(source: TrainedCount.Source, kept: TrainedCount, *, as_of: date) -> bool:
    sources = TrainedCount.Source
    return source is sources.DECLARED and kept.source is sources.TRAINING and kept.as_of == as_of
