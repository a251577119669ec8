"""The action plan with what follows from it: what is late, what waits, what an action that does not move holds up.

Everybody sees public strategies, public objectives and public actions whose embargo is over, and of what these wait for
or hold up again only such: nothing tells that there is more. The whole plan is read in a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.values import Texts
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Action, Decision, Milestone, Objective, Stakeholder, StatusEntry, Strategy
from leeward.policy.strategy.queries.reading import needs_of_all
from leeward.policy.strategy.rules.plan import (
    ActionFacts,
    Blocking,
    Progress,
    find_blocking,
    is_late,
    is_open_to_all,
    measure_progress,
    waits_for,
)
from leeward.policy.strategy.rules.terms import ENDED, Status
from leeward.victim.network.queries.bulletin import bulletins_telling


class Reader(Enum):
    """For whom something is read."""

    EVERYBODY = "everybody"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation that leads or supports. Everybody reads "" for one that must not be named.

    `has_left`: it is not on the map any more; somebody must take over what it leads.
    """

    reference: UUID
    name: str
    has_left: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownMilestone:
    """A milestone."""

    reference: UUID
    title: Texts
    due_on: date
    reached_on: date | None
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class ShownStatus:
    """How an action stood from a day on, and why. Everybody reads "" for the note, and nobody who recorded it."""

    status: Status
    reason: str
    note: str
    since_on: date
    recorded_by: str


@dataclass(frozen=True, kw_only=True)
class ShownAction:
    """An action with everything that follows from the plan.

    `alert`: the network's alert from which it comes, and `bulletin` the one that tells of it; "" before one does, and
    then everybody reads None for the alert.
    """

    reference: UUID
    objective: UUID
    number: int
    title: Texts
    words: Texts
    lead: Body | None
    supporting: tuple[Body, ...]
    items: tuple[str, ...]
    alert: UUID | None
    bulletin: str
    baseline: str
    target: str
    due_on: date | None
    budget: Decimal | None
    currency: str
    spent: Decimal | None
    is_public: bool
    public_from: date | None
    is_open: bool
    facts: ActionFacts
    is_late: bool
    waits_for: tuple[int, ...]
    blocking: Blocking
    milestones: tuple[ShownMilestone, ...]
    statuses: tuple[ShownStatus, ...]
    decisions: tuple[int, ...]

    @property
    def status(self) -> Status:
        """How it stands, by its owner's word."""
        return self.facts.status

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status not in ENDED

    @property
    def reached(self) -> int:
        """How many milestones are reached."""
        return sum(each.reached_on is not None for each in self.milestones)

    @property
    def suffers(self) -> tuple[str, ...]:
        """The items that suffer because it does not move, or because others wait for it."""
        return self.blocking.items if self.blocking.blocked or self.status is Status.BLOCKED else ()

    @property
    def last(self) -> ShownStatus | None:
        """The newest word on how it stands; None where nobody has said anything yet."""
        return self.statuses[-1] if self.statuses else None


@dataclass(frozen=True, kw_only=True)
class ShownObjective:
    """An objective with its actions."""

    reference: UUID
    strategy: UUID
    number: int
    title: Texts
    words: Texts
    is_public: bool
    actions: tuple[ShownAction, ...]
    progress: Progress


@dataclass(frozen=True, kw_only=True)
class ShownStrategy:
    """A strategy with its objectives."""

    reference: UUID
    title: Texts
    words: Texts
    starts_on: date
    ends_on: date
    is_public: bool
    objectives: tuple[ShownObjective, ...]
    progress: Progress

    @property
    def actions(self) -> tuple[ShownAction, ...]:
        """All actions in the order of the objectives."""
        return tuple(action for objective in self.objectives for action in objective.actions)


def list_strategies(*, reader: Reader, now: datetime) -> tuple[ShownStrategy, ...]:
    """Every strategy that this reader may see, the newest first."""
    return _Plan(reader=reader, today=local_day(now)).strategies()


def find_strategy(reference: UUID, *, reader: Reader, now: datetime) -> ShownStrategy:
    """One strategy. Raises EntryUnknown."""
    for each in list_strategies(reader=reader, now=now):
        if each.reference == reference:
            return each
    raise EntryUnknown


def find_objective(reference: UUID, *, now: datetime) -> ShownObjective:
    """One objective, for staff. Raises EntryUnknown."""
    for strategy in list_strategies(reader=Reader.STAFF, now=now):
        for each in strategy.objectives:
            if each.reference == reference:
                return each
    raise EntryUnknown


def list_actions(*, reader: Reader, now: datetime) -> tuple[ShownAction, ...]:
    """Every action that this reader may see, by its number."""
    found = [action for strategy in list_strategies(reader=reader, now=now) for action in strategy.actions]
    return tuple(sorted(found, key=lambda each: each.number))


def find_action(reference: UUID, *, reader: Reader, now: datetime) -> ShownAction:
    """One action. Raises EntryUnknown."""
    for each in list_actions(reader=reader, now=now):
        if each.reference == reference:
            return each
    raise EntryUnknown


def find_milestone(reference: UUID, *, now: datetime) -> tuple[ShownAction, ShownMilestone]:
    """One milestone with its action, for staff. Raises EntryUnknown."""
    for action in list_actions(reader=Reader.STAFF, now=now):
        for each in action.milestones:
            if each.reference == reference:
                return action, each
    raise EntryUnknown


class _Plan:
    """The rows of one reader, each table asked once."""

    def __init__(self, *, reader: Reader, today: date) -> None:
        self._reader, self._today = reader, today
        self._strategies = list(Strategy.objects.all())
        self._objectives = list(Objective.objects.order_by("number"))
        self._actions = list(
            Action.objects.select_related("lead", "objective__strategy")
            .prefetch_related("supporting")
            .order_by("number")
        )
        if reader is Reader.EVERYBODY:
            self._leave_out()
        seen = {action.number for action in self._actions}
        needs = needs_of_all()
        self._facts: Mapping[int, ActionFacts] = {
            action.number: read_row(
                ActionFacts,
                action,
                needs=tuple(number for number in needs.get(action.number, ()) if number in seen),
            )
            for action in self._actions
        }
        keys = [action.pk for action in self._actions]
        self._milestones = _by_action(Milestone.objects.filter(action__in=keys).order_by("due_on", "pk"))
        self._statuses = _by_action(StatusEntry.objects.filter(action__in=keys).order_by("recorded_at", "pk"))
        self._decisions = self._decided(keys)
        self._bulletins = bulletins_telling([action.alert for action in self._actions if action.alert])

    def strategies(self) -> tuple[ShownStrategy, ...]:
        """Everything, put together."""
        shown: dict[int, list[ShownAction]] = defaultdict(list)
        for action in self._actions:
            shown[action.objective_id].append(self._action(action))
        objectives: dict[int, list[ShownObjective]] = defaultdict(list)
        for row in self._objectives:
            objectives[row.strategy_id].append(self._objective(row, tuple(shown[row.pk])))
        return tuple(self._strategy(row, tuple(objectives[row.pk])) for row in self._strategies)

    def _leave_out(self) -> None:
        self._strategies = [row for row in self._strategies if row.is_public]
        kept = {row.pk for row in self._strategies}
        self._objectives = [row for row in self._objectives if row.is_public and row.strategy_id in kept]
        there = {row.pk for row in self._objectives}
        self._actions = [row for row in self._actions if self._is_open(row) and row.objective_id in there]

    def _is_open(self, row: Action) -> bool:
        return is_open_to_all(is_public=row.is_public, public_from=row.public_from, today=self._today)

    def _decided(self, keys: list[int]) -> Mapping[int, list[int]]:
        rows = Decision.objects.filter(actions__in=keys)
        if self._reader is Reader.EVERYBODY:
            rows = rows.filter(is_public=True)
        found: dict[int, list[int]] = defaultdict(list)
        for action, number in rows.order_by("number").values_list("actions__pk", "number"):
            found[action].append(number)
        return found

    def _strategy(self, row: Strategy, objectives: tuple[ShownObjective, ...]) -> ShownStrategy:
        facts = [action.facts for objective in objectives for action in objective.actions]
        progress = measure_progress(facts, today=self._today)
        return read_row(ShownStrategy, row, objectives=objectives, progress=progress)

    def _objective(self, row: Objective, actions: tuple[ShownAction, ...]) -> ShownObjective:
        return read_row(
            ShownObjective,
            row,
            strategy=next(each.public_id for each in self._strategies if each.pk == row.strategy_id),
            actions=actions,
            progress=measure_progress([action.facts for action in actions], today=self._today),
        )

    def _action(self, row: Action) -> ShownAction:
        facts, is_staff = self._facts[row.number], self._reader is Reader.STAFF
        for_staff = {} if is_staff else {"budget": None, "currency": "", "spent": None}
        bulletin = self._bulletins.get(row.alert, "") if row.alert else ""
        return read_row(
            ShownAction,
            row,
            objective=row.objective.public_id,
            lead=self._body(row.lead) if row.lead else None,
            supporting=tuple(self._body(each) for each in row.supporting.all()),
            is_open=self._is_open(row) and row.objective.is_public and row.objective.strategy.is_public,
            facts=facts,
            is_late=is_late(facts, today=self._today),
            waits_for=waits_for(self._facts, row.number),
            blocking=find_blocking(self._facts, row.number),
            milestones=tuple(self._milestone(each) for each in self._milestones[row.pk]),
            statuses=tuple(
                read_row(ShownStatus, each, **({} if is_staff else {"note": "", "recorded_by": ""}))
                for each in self._statuses[row.pk]
            ),
            decisions=tuple(self._decisions[row.pk]),
            alert=row.alert if is_staff or bulletin else None,
            bulletin=bulletin,
            **for_staff,
        )

    def _body(self, row: Stakeholder) -> Body:
        name = row.name if self._reader is Reader.STAFF or row.named else ""
        return Body(reference=row.public_id, name=name, has_left=row.ended_at is not None)

    def _milestone(self, row: Milestone) -> ShownMilestone:
        return read_row(ShownMilestone, row, is_late=row.reached_on is None and row.due_on < self._today)


def _by_action[R: (Milestone, StatusEntry)](rows: Iterable[R]) -> Mapping[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.action_id].append(row)
    return found
