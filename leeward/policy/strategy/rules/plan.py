"""Strategy, objectives, actions and milestones: what is kept of each, and what an action blocks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.values import Texts
from leeward.policy.strategy.errors import CycleRefused, StrategyMistake
from leeward.policy.strategy.rules.terms import Status


@dataclass(frozen=True, kw_only=True)
class NewStrategy:
    """A strategy and the time that it is for. Its texts are keyed by language."""

    title: Texts
    words: Texts = field(default_factory=dict)
    starts_on: date
    ends_on: date
    is_public: bool = False


@dataclass(frozen=True, kw_only=True)
class NewObjective:
    """What a strategy wants to be true at its end."""

    title: Texts
    words: Texts = field(default_factory=dict)
    is_public: bool = True


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """Something that somebody does by a day. `lead` and `supporting` are references of organisations on the map.

    `items` are ids of the national model. `alert`: the network's alert of which it comes. `public_from`: until that day
    even a public action is shown to nobody else.
    """

    title: Texts
    words: Texts = field(default_factory=dict)
    lead: UUID | None = None
    supporting: tuple[UUID, ...] = ()
    items: tuple[str, ...] = ()
    alert: UUID | None = None
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    budget: Decimal | None = None
    currency: str = ""
    spent: Decimal | None = None
    is_public: bool = False
    public_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewMilestone:
    """A step of an action that can be seen to be reached."""

    title: Texts
    due_on: date
    reached_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewStatus:
    """How an action stands from now on. The reason is published with the action; the note is the secretariat's."""

    status: Status
    reason: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """An action as the rules need it, by its number; `needs` are numbers of those that must be done before."""

    number: int
    status: Status
    due_on: date | None = None
    needs: tuple[int, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """What an action that does not move holds up: `blocked` in the order of their distance, and the items of all."""

    number: int
    blocked: tuple[int, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a set of actions has come; those that were dropped are counted apart and are no part of `total`."""

    total: int
    counts: Mapping[Status, int]
    late: int

    @property
    def done(self) -> int:
        """How many are done."""
        return self.counts[Status.DONE]

    @property
    def percent(self) -> int:
        """Whole percent that are done, rounded down: 100 means all of them. 0 where there is nothing to do."""
        return 100 * self.done // self.total if self.total else 0


def check_strategy(new: NewStrategy, *, main_language: str) -> NewStrategy:
    """The strategy as it is kept. Raises FieldRefused."""
    if new.ends_on <= new.starts_on:
        raise FieldRefused("ends_on", Mistake.BEFORE)
    return replace(
        new,
        title=values.titles("title", new.title, main_language=main_language),
        words=values.texts("words", new.words),
    )


def check_objective(new: NewObjective, *, main_language: str) -> NewObjective:
    """The objective as it is kept. Raises FieldRefused."""
    return replace(
        new,
        title=values.titles("title", new.title, main_language=main_language),
        words=values.texts("words", new.words),
    )


def check_action(new: NewAction, *, items: Iterable[str], main_language: str) -> NewAction:
    """The action as it is kept; `items` are the ids that the model knows. Raises FieldRefused."""
    budget, spent = values.money("budget", new.budget), values.money("spent", new.spent)
    currency = values.currency("currency", new.currency)
    if (budget is not None or spent is not None) and not currency:
        raise FieldRefused("currency", Mistake.MISSING)
    return replace(
        new,
        title=values.titles("title", new.title, main_language=main_language),
        words=values.texts("words", new.words),
        supporting=tuple(each for each in dict.fromkeys(new.supporting) if each != new.lead),
        items=values.known("items", new.items, among=items),
        baseline=values.line("baseline", new.baseline, optional=True),
        target=values.line("target", new.target, optional=True),
        budget=budget,
        currency=currency,
        spent=spent,
        public_from=new.public_from if new.is_public else None,
    )


def check_milestone(new: NewMilestone, *, main_language: str, today: date) -> NewMilestone:
    """The milestone as it is kept. Raises FieldRefused."""
    if new.reached_on is not None and new.reached_on > today:
        raise FieldRefused("reached_on", Mistake.FUTURE)
    return replace(new, title=values.titles("title", new.title, main_language=main_language))


def check_status(new: NewStatus, *, before: Status) -> NewStatus:
    """The change as it is kept: another status, and why. Raises FieldRefused."""
    if new.status is before:
        raise FieldRefused("status", StrategyMistake.SAME)
    return replace(new, reason=values.line("reason", new.reason), note=values.text("note", new.note))


def check_needs(needs: Mapping[int, Collection[int]], *, number: int, wanted: Collection[int]) -> None:
    """Whether one action may wait for these. Raises CycleRefused, which names the ring."""
    after = {**needs, number: tuple(wanted)}
    for first in sorted(wanted):
        way = _way(after, start=first, goal=number)
        if way:
            raise CycleRefused((number, *way))


def is_late(action: ActionFacts, *, today: date) -> bool:
    """Whether its day has passed and it has not ended."""
    return action.due_on is not None and action.due_on < today and action.status not in (Status.DONE, Status.DROPPED)


def waits_for(actions: Mapping[int, ActionFacts], number: int) -> tuple[int, ...]:
    """What one action still waits for: those it needs that are neither done nor dropped."""
    return tuple(each for each in actions[number].needs if each in actions and not _has_ended(actions[each]))


def find_blocking(actions: Mapping[int, ActionFacts], number: int) -> Blocking:
    """What one action holds up as long as it does not end, through all that wait for it: nothing once it has ended."""
    if _has_ended(actions[number]):
        return Blocking(number=number, blocked=(), items=())
    waiting: dict[int, list[int]] = {}
    for each in actions.values():
        for needed in each.needs:
            waiting.setdefault(needed, []).append(each.number)
    found: dict[int, None] = {}
    front: Sequence[int] = [number]
    while front:
        following = [each for here in front for each in sorted(waiting.get(here, ()))]
        front = [each for each in dict.fromkeys(following) if each not in found and each != number]
        front = [each for each in front if not _has_ended(actions[each])]
        found |= dict.fromkeys(front)
    items = dict.fromkeys(item for each in (number, *found) for item in actions[each].items)
    return Blocking(number=number, blocked=tuple(found), items=tuple(items))


def measure_progress(actions: Iterable[ActionFacts], *, today: date) -> Progress:
    """How far these have come."""
    listed = list(actions)
    counts = {status: sum(each.status is status for each in listed) for status in Status}
    return Progress(
        total=len(listed) - counts[Status.DROPPED],
        counts=counts,
        late=sum(is_late(each, today=today) for each in listed),
    )


def is_open_to_all(*, is_public: bool, public_from: date | None, today: date) -> bool:
    """Whether everybody may see an action: it is public, and its embargo is over."""
    return is_public and (public_from is None or public_from <= today)


def _has_ended(action: ActionFacts) -> bool:
    return action.status in (Status.DONE, Status.DROPPED)


def _way(needs: Mapping[int, Collection[int]], *, start: int, goal: int) -> tuple[int, ...]:
    """A shortest way from one action to another along what each needs; empty where there is none."""
    came: dict[int, int | None] = {start: None}
    front = [start]
    while front:
        here = front.pop(0)
        if here == goal:
            way: list[int] = []
            step: int | None = here
            while step is not None:
                way.append(step)
                step = came[step]
            return tuple(reversed(way))
        for each in sorted(needs.get(here, ())):
            if each not in came:
                came[each] = here
                front.append(each)
    return ()
