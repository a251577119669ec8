"""The helpline's lists; none of them says what anything is about."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import due_words, short_due, short_when, when, write_weekday
from leeward.foundation.editing.fields import Words, person_languages, select
from leeward.foundation.web.words import choices_of, hint_of, language, word
from leeward.foundation.work.claims import is_taken
from leeward.foundation.work.colleagues import colleague, holder, second_looks
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Late, Listing
from leeward.victim.helpline.queries import desk
from leeward.victim.helpline.queries.allocation import Offers
from leeward.victim.helpline.queries.cases import TEAM, CaseLine
from leeward.victim.helpline.queries.desk import Queue, TaskLine, order_of
from leeward.victim.helpline.rules.cases import CaseSource, CaseState
from leeward.victim.helpline.rules.tasks import Task, TaskKind
from leeward.victim.removals.rules.reports import Band

TITLES: Mapping[Queue, Words] = {
    Queue.WAITING: _("Waiting for an answer"),
    Queue.CALLS: _("Calls requested"),
    Queue.REVIEW: _("Review day"),
    Queue.SAFETY: _("Ask about danger again"),
    Queue.PLANS: _("Plans to review"),
    Queue.SILENT: _("Silent for a long time"),
    Queue.HELPS: _("Help that is still open"),
    Queue.REFERRED: _("Passed on, and something is to be done"),
    Queue.OPEN: _("Open cases"),
    Queue.ALL: _("All cases"),
}
ALL = ("", _("All"))
OWN, NOBODY = "own", "nobody"
BAND = Filter(key="band", field=select(_("Band"), [ALL, *choices_of(Band)]), where=lambda band: Q(band=band))
STATE = Filter(
    key="state",
    field=select(_("State"), [ALL, *choices_of(CaseState)]),
    where=lambda state: Q(state=state),
)
SOURCE = Filter(
    key="source",
    field=select(_("Way in"), [ALL, *choices_of(CaseSource)]),
    where=lambda source: Q(source=source),
)
CALLS = frozenset({TaskKind.CALL, TaskKind.CALL_AHEAD})
OLDEST_ASKED = Order(by="asked_at")


def queue_list(
    queue: Queue,
    *,
    names: Mapping[str, str],
    now: datetime,
    asked: Mapping[str, str],
    own: str = "",
    team: str = TEAM,
    offers: Offers | None = None,
) -> Listing[TaskLine]:
    """One of the queues of cases. `asked`: what its address asks for, by which its index is chosen; `own`: whose."""
    order = order_of(queue, of_one_band=bool(asked.get("band")))
    times: dict[str, Column[TaskLine]] = {
        "promise": Column("promise", _("Promise"), lambda line: _promise(line, now=now)),
        "since": Column("since", _("Waiting since"), lambda line: _when(line.waiting_since, now=now)),
        "review": Column("review", _("Review on"), lambda line: line.review_on),
        "screen": Column("screen", _("Ask again on"), lambda line: line.screen_on),
        "plan": Column("plan", _("Review on"), lambda line: line.plan_on),
        "opened": Column("opened", _("Came"), lambda line: short_when(line.opened_at, now=now)),
        "call": Column("call", _("Call on"), lambda line: line.call_due and write_weekday(line.call_due)),
        "silent": Column("silent", _("Silent since"), lambda line: _when(line.turn_since, now=now)),
    }
    shown = {
        Queue.WAITING: ("promise", "since"),
        Queue.CALLS: ("call", "promise"),
        Queue.REVIEW: ("review",),
        Queue.SAFETY: ("screen",),
        Queue.PLANS: ("plan",),
        Queue.SILENT: ("silent",),
    }.get(queue, ("opened", "promise"))
    sort = shown[0]
    filters = [*([STATE] if queue is Queue.ALL else [BAND, _held(own, now=now)]), _languages(), SOURCE]
    return Listing(
        rows=desk.cases_in(queue, now=now, viewer=own, team=team),
        tell=desk.tell_lines,
        lines=lambda rows: desk.task_lines(rows, now=now),
        columns=[
            Column("case", _("Case"), lambda line: name_case(line.reference)),
            Column("band", _("Band"), lambda line: word(line.band), is_minor=True),
            Column("next", _("Next"), lambda line: line.task and line.task.kind),
            Column("state", _("State"), lambda line: (line.state, word(line.turn))),
            *(_ordered(times[key], order if key == sort else None) for key in shown),
            Column(
                "from",
                _("Language and way in"),
                lambda line: (language(line.language), word(line.source)),
                is_minor=True,
            ),
            Column("owner", _("Assigned to"), lambda line: _holder(line, names, offers, now=now), is_minor=True),
        ],
        is_urgent=lambda line: line.band is Band.RED,
        sort=f"-{sort}" if order.is_falling else sort,
        address=lambda line: reverse("helpline:desk-case", args=[line.reference]),
        filters=filters,
        views=[(title, queue_address(each, team=team)) for each, title in TITLES.items()],
    )


def queue_address(queue: Queue, *, team: str = TEAM) -> str:
    """Where a team finds one of its queues."""
    return reverse("helpline:desk-queue" if team == TEAM else "helpline:lead-queue", args=[queue])


def reviews_list(*, own: str, names: Mapping[str, str], now: datetime, team: str = TEAM) -> Listing[SecondLookLine]:
    """What waits for a second person of a team, the oldest first."""
    return second_looks(
        desk.open_reviews(own, team=team),
        tell=desk.tell_reviews,
        lines=desk.review_lines,
        name=name_case,
        address=lambda line: reverse("helpline:desk-review", args=[line.reference]),
        order=OLDEST_ASKED,
        own=own,
        names=names,
        now=now,
    )


def name_case(reference: uuid.UUID) -> str:
    """A case's short name: enough to tell colleagues, and nothing of what it is about."""
    return f"{gettext('Case')} {str(reference)[:8]}"


def task_words(task: Task, *, now: datetime) -> str:
    """Why something is to be done. Of a call the day alone: at what time is sealed."""
    due = write_weekday(task.due) if task.kind in CALLS else when(task.due, now=now)
    said = hint_of(task.kind) % {"since": when(task.since, now=now), "due": due, "days": task.days}
    is_promised = task.kind is TaskKind.ANSWER and task.due > now
    return f"{said} {due_words(task.due, now=now)}" if is_promised else said


def holder_words(line: CaseLine, names: Mapping[str, str], *, now: datetime) -> str:
    """Who has a case now and until when, in a sentence."""
    if line.claimed_until is None or not is_taken(line, now=now):
        return gettext("Unassigned. Whatever you do here assigns it to you for an hour.")
    said = {"name": colleague(line.claimed_by, names), "when": when(line.claimed_until, now=now)}
    return gettext("%(name)s has it until %(when)s. You can read it; changes wait.") % said


def _ordered(column: Column[TaskLine], order: Order | None) -> Column[TaskLine]:
    return Column(column.key, column.heading, column.show, order)


def _languages() -> Filter:
    choices: list[tuple[str, Words]] = [ALL, *((code, language(code)) for code in person_languages())]
    return Filter(key="language", field=select(_("Language"), choices), where=lambda code: Q(file__language=code))


def _held(own: str, *, now: datetime) -> Filter:
    choices: list[tuple[str, Words]] = [ALL, (OWN, _("You")), (NOBODY, _("Nobody"))]
    return Filter(
        key="held",
        field=select(_("Assigned to"), choices),
        where=lambda held: desk.held_by(own if held == OWN else "", now=now),
    )


def _holder(line: CaseLine, names: Mapping[str, str], offers: Offers | None, *, now: datetime) -> object:
    """Who has a case and until when; where nobody has, whom it is offered to first."""
    if offers and not is_taken(line, now=now) and (kept := offers.kept_for(line, now=now)):
        people = ", ".join(sorted(str(colleague(each, names)) for each in kept))
        return gettext("First for: %(people)s") % {"people": people}
    return holder(line, names, now=now)


def _promise(line: CaseLine, *, now: datetime) -> object:
    """Until when an answer is promised; where something waits and no hours are known, that nothing is."""
    if line.waiting_since is None:
        return None
    if line.promise_due is None:
        return _("No hours are known, so nothing is promised")
    said = short_due(line.promise_due, now=now)
    return Late(said) if line.promise_due <= now else said


def _when(at: datetime | None, *, now: datetime) -> str | None:
    return short_when(at, now=now) if at else None
