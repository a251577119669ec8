"""Reads that other rooms use and that everybody may see: published rounds, and where rows stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.policy.assessment.models import Round
from leeward.policy.assessment.queries.rounds import ROUNDS_MOST, RoundLine, line_of
from leeward.policy.assessment.queries.states import RoundState, read_state
from leeward.policy.assessment.rules.rounds import Stage
from leeward.policy.assessment.rules.scale import Standing


@dataclass(frozen=True, kw_only=True)
class AreaLevels:
    """How many rows of one area have each standing; and each row's own."""

    area_id: str
    title: str
    counts: Mapping[Standing, int]
    rows: tuple[tuple[str, Standing], ...]


@dataclass(frozen=True, kw_only=True)
class PublishedLevels:
    """The latest published round by area. There is no figure above an area."""

    round_id: UUID
    title: str
    held_on: date
    published_on: date
    areas: tuple[AreaLevels, ...]


def list_published() -> tuple[RoundLine, ...]:
    """Every published round, the newest first."""
    return tuple(line_of(held) for held in _published()[:ROUNDS_MOST])


def open_published(public_id: UUID, *, now: datetime) -> RoundState:
    """A published round as it stood on the day it was agreed. Raises EntryUnknown."""
    return read_state(_find(public_id), now=now)


def open_published_today(public_id: UUID, *, now: datetime) -> RoundState:
    """The same round with the evidence that is in date today. Raises EntryUnknown."""
    return read_state(_find(public_id), now=now, day=local_day(now))


def open_latest(*, now: datetime) -> RoundState | None:
    """The latest published round, None before there is one."""
    held = _published().first()
    return read_state(held, now=now) if held else None


def latest_levels(*, now: datetime) -> PublishedLevels | None:
    """Where the rows of the latest published round stand, by area; None before there is one. For public pages."""
    state = open_latest(now=now)
    if state is None or state.published_at is None:
        return None
    return PublishedLevels(
        round_id=state.public_id,
        title=state.title,
        held_on=state.held_on,
        published_on=local_day(state.published_at),
        areas=tuple(
            AreaLevels(
                area_id=each.area.id,
                title=each.area.title,
                counts=each.view.counts,
                rows=tuple((row.row.id, row.view.standing) for row in each.rows),
            )
            for each in state.areas
        ),
    )


def _published() -> QuerySet[Round]:
    return Round.objects.filter(stage=Stage.PUBLISHED.value)


def _find(public_id: UUID) -> Round:
    held = _published().filter(public_id=public_id).first()
    if held is None:
        raise EntryUnknown
    return held
