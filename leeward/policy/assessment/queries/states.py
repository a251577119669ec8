"""Reads a round as one whole: what counts for each item, whose views stand beside it, where rows and areas stand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.policy.assessment.models import HeldPiece, Participation, Round, Score
from leeward.policy.assessment.rules.levels import AreaView, Judged, RowView, is_assessable, view_area, view_row
from leeward.policy.assessment.rules.model import Area, Item, Model, Row
from leeward.policy.assessment.rules.pieces import Piece
from leeward.policy.assessment.rules.rounds import (
    DRAFT_VOICE,
    SETTLED,
    Hand,
    ScoreKind,
    Sector,
    Spread,
    Stage,
    spread_of,
)
from leeward.policy.assessment.rules.scale import State, effective_state


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one voice answered last about one item."""

    state: State
    reason: str
    note: str
    at: datetime
    hand: Hand = Hand.OWN


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A body that takes part. `public_name` is what published pages call it.

    `unconfirmed` and `confirmed`: the items whose answer the secretariat entered, by what the body has said of it.
    """

    public_id: UUID
    name: str
    public_name: str
    sector: Sector
    finished_at: datetime | None
    finished_by: str = ""
    has_speakers: bool = False
    answered: int = 0
    unconfirmed: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()

    @property
    def entered(self) -> int:
        """How many of its answers the secretariat entered."""
        return len(self.unconfirmed) + len(self.confirmed)


@dataclass(frozen=True, kw_only=True)
class HeldEvidence:
    """A piece of evidence that is on record for an item."""

    public_id: UUID
    piece: Piece
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class View:
    """What one body says about one item."""

    body: Participant
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class ItemState:
    """One item: what counts (`answer`, and `state` with evidence considered), and everything that stands beside it."""

    item: Item
    answer: Answer | None
    state: State
    pieces: tuple[HeldEvidence, ...]
    draft: Answer | None
    views: tuple[View, ...]
    agreed: Answer | None
    spread: Spread
    is_measured: bool

    @property
    def is_assessable(self) -> bool:
        """Whether it is judged at all."""
        return is_assessable(self.item)

    def has_expired_by(self, day: date) -> bool:
        """Whether a piece of its evidence counted once and does not any more."""
        return any(held.piece.has_expired_by(day) for held in self.pieces)


@dataclass(frozen=True, kw_only=True)
class RowState:
    """One row with its items."""

    row: Row
    view: RowView
    items: tuple[ItemState, ...]

    @property
    def assessable(self) -> tuple[ItemState, ...]:
        """Its items that are judged."""
        return tuple(each for each in self.items if each.is_assessable)

    @property
    def answered(self) -> int:
        """How many of these are answered."""
        return sum(each.answer is not None for each in self.assessable)


@dataclass(frozen=True, kw_only=True)
class AreaState:
    """One area with its rows."""

    area: Area
    view: AreaView
    rows: tuple[RowState, ...]


@dataclass(frozen=True, kw_only=True)
class RoundState:
    """A whole round as it stands on `day`. `voice` is whose answers count: "" for the round's own."""

    public_id: UUID
    title: str
    held_on: date
    stage: Stage
    edition: int
    agreed_at: datetime | None
    published_at: datetime | None
    day: date
    voice: str
    model: Model
    areas: tuple[AreaState, ...]
    participants: tuple[Participant, ...]

    @property
    def rows(self) -> tuple[RowState, ...]:
        """All rows in the model's order."""
        return tuple(row for area in self.areas for row in area.rows)

    @property
    def entered(self) -> tuple[Participant, ...]:
        """The bodies for which the secretariat entered answers."""
        return tuple(each for each in self.participants if each.entered)

    @property
    def items(self) -> tuple[ItemState, ...]:
        """All items in the model's order."""
        return tuple(item for row in self.rows for item in row.items)

    @property
    def assessable(self) -> tuple[ItemState, ...]:
        """The items that are judged."""
        return tuple(each for each in self.items if each.is_assessable)

    @property
    def disputed(self) -> tuple[ItemState, ...]:
        """The items on which voices differ."""
        return tuple(each for each in self.items if each.spread.is_disputed)

    def row(self, row_id: str) -> RowState:
        """One row. Raises EntryUnknown."""
        for each in self.rows:
            if each.row.id == row_id:
                return each
        raise EntryUnknown(row_id)

    def row_with(self, item_id: str) -> RowState:
        """The row in which an item stands."""
        return next(each for each in self.rows if any(one.item.id == item_id for one in each.items))

    def beside(self, row_id: str) -> tuple[str, str]:
        """The ids of the rows before and after one; "" where there is none."""
        ids = ["", *(each.row.id for each in self.rows), ""]
        place = ids.index(row_id)
        return ids[place - 1], ids[place + 1]

    def item(self, item_id: str) -> ItemState:
        """One item. Raises EntryUnknown."""
        for each in self.items:
            if each.item.id == item_id:
                return each
        raise EntryUnknown(item_id)


type Voiced = Mapping[tuple[str, str], Answer]


def read_state(held: Round, *, now: datetime, voice: str = "", day: date | None = None) -> RoundState:
    """The round as it stands: a settled one as on the day it was agreed, any other as today, or as on a given day.

    `voice`: "draft", or a body's public id, to see the levels that follow from that voice alone.
    """
    model, answers = held.as_model(), newest_answers(held)
    on = day or (local_day(held.agreed_at) if held.agreed_at else local_day(now))
    pieces, said = _pieces(held), _by_item(answers)
    participants = _participants(held, answers)
    counting = voice or (ScoreKind.AGREED.value if Stage(held.stage) in SETTLED else DRAFT_VOICE)
    areas = tuple(
        _area(area, said=said, pieces=pieces, participants=participants, counting=counting, day=on)
        for area in model.areas
    )
    return read_row(RoundState, held, day=on, voice=voice, model=model, areas=areas, participants=participants)


def newest_answers(held: Round, *, until: datetime | None = None) -> Voiced:
    """The last answer of every voice about every item, by (voice, item id); `until`: as it was at that moment."""
    scores = Score.objects.filter(round=held)
    if until is not None:
        scores = scores.filter(at__lte=until)
    newest = scores.order_by().values("source", "body_id", "item_id").annotate(last=Max("id")).values("last")
    return {
        (voice_of(row), row.item_id): read_row(Answer, row)
        for row in Score.objects.filter(pk__in=newest).select_related("body")
    }


def _by_item(answers: Voiced) -> Mapping[str, Mapping[str, Answer]]:
    found: dict[str, dict[str, Answer]] = defaultdict(dict)
    for (voice, item_id), answer in answers.items():
        found[item_id][voice] = answer
    return found


def voice_of(score: Score) -> str:
    """By which name an answer's voice is known: "draft", "agreed", or the body's public id."""
    return str(score.body.public_id) if score.body is not None else score.source


def _pieces(held: Round) -> Mapping[str, tuple[HeldEvidence, ...]]:
    found: dict[str, list[HeldEvidence]] = defaultdict(list)
    for row in HeldPiece.objects.filter(round=held, taken_back_at__isnull=True):
        one = HeldEvidence(public_id=row.public_id, piece=row.as_piece(), added_at=row.added_at)
        found[row.item_id].append(one)
    return {item_id: tuple(pieces) for item_id, pieces in found.items()}


def _participants(held: Round, answers: Voiced) -> tuple[Participant, ...]:
    hands: dict[str, dict[str, Hand]] = defaultdict(dict)
    for (voice, item_id), answer in answers.items():
        hands[voice][item_id] = answer.hand
    rows = Participation.objects.filter(round=held).select_related("body")
    rows = rows.annotate(speakers=Count("body__members")).order_by("body__name")
    return tuple(
        Participant(
            public_id=row.body.public_id,
            name=row.body.name,
            public_name=row.body.public_name,
            sector=Sector(row.body.sector),
            finished_at=row.finished_at,
            finished_by=row.finished_by,
            has_speakers=bool(row.speakers),
            answered=len(hands[str(row.body.public_id)]),
            unconfirmed=_items_by(Hand.SECRETARIAT, hands[str(row.body.public_id)]),
            confirmed=_items_by(Hand.CONFIRMED, hands[str(row.body.public_id)]),
        )
        for row in rows
    )


def _items_by(hand: Hand, hands: Mapping[str, Hand]) -> tuple[str, ...]:
    return tuple(sorted(item_id for item_id, each in hands.items() if each is hand))


def _area(
    area: Area,
    *,
    said: Mapping[str, Mapping[str, Answer]],
    pieces: Mapping[str, tuple[HeldEvidence, ...]],
    participants: Sequence[Participant],
    counting: str,
    day: date,
) -> AreaState:
    rows = []
    for row in area.rows:
        items = tuple(
            _item(
                item,
                said=said.get(item.id, {}),
                pieces=pieces.get(item.id, ()),
                participants=participants,
                counting=counting,
                day=day,
            )
            for item in row.items
        )
        rows.append(RowState(row=row, view=_row_view(row, items), items=items))
    return AreaState(area=area, view=view_area(area.id, [each.view for each in rows]), rows=tuple(rows))


def _row_view(row: Row, items: Sequence[ItemState]) -> RowView:
    judged = [
        Judged(item_id=each.item.id, column=each.item.column, state=each.state, is_measured=each.is_measured)
        for each in items
        if each.is_assessable
    ]
    return view_row(row.id, judged)


def _item(
    item: Item,
    *,
    said: Mapping[str, Answer],
    pieces: tuple[HeldEvidence, ...],
    participants: Sequence[Participant],
    counting: str,
    day: date,
) -> ItemState:
    answer = said.get(counting)
    views = tuple(
        View(body=each, answer=said[str(each.public_id)]) for each in participants if str(each.public_id) in said
    )
    draft = said.get(DRAFT_VOICE)
    voices = {str(each.body.public_id): each.answer.state for each in views}
    if draft is not None:
        voices[DRAFT_VOICE] = draft.state
    has_evidence = any(each.piece.counts_on(day) for each in pieces)
    return ItemState(
        item=item,
        answer=answer,
        state=effective_state(answer.state if answer else None, has_evidence=has_evidence),
        pieces=pieces,
        draft=draft,
        views=views,
        agreed=said.get(ScoreKind.AGREED.value),
        spread=spread_of(voices),
        is_measured=any(each.piece.measures_on(day) for each in pieces),
    )
