"""The lists of a platform's people: what waits for them, and refusals that wait for a second person there."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import short_due, when
from leeward.foundation.editing.fields import Words, box, select
from leeward.foundation.references import write_reference
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Act, Column, Filter, Late, Listing, Row, Selection, Tag
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.queries import platforms, second_look
from leeward.victim.removals.queries.second_look import WaitingDecision
from leeward.victim.removals.rules.states import AT_PLATFORM, RequestState
from leeward.victim.removals.views.platform.places import Place, Workplace
from leeward.victim.removals.views.platform.showing import ShownRequest, describe_all

VISIBLE = tuple(state for state in RequestState if state not in (RequestState.PREPARED, RequestState.SENDING))
STATE = Filter(
    key="state",
    field=select(
        _("State"),
        [("", _("Open")), ("all", _("All")), *((state.value, words.STATES[state][0]) for state in VISIBLE)],
    ),
    where=lambda state: platforms.in_states(RequestState if state == "all" else [RequestState(state)]),
    otherwise=platforms.in_states(AT_PLATFORM),
)
# Within how many hours the law's time is over.
DUE: Sequence[tuple[str, Words]] = (
    ("", _("At any time")),
    ("0", _("Overdue")),
    ("4", _("Within 4 hours")),
    ("24", _("Within 24 hours")),
    ("168", _("Within 7 days")),
)


def asked_list(place: Workplace, *, beside: Sequence[Row[None]] = ()) -> Listing[ShownRequest]:
    """The requests that wait, the soonest due first, and among them what else waits for these people."""
    return Listing(
        rows=platforms.asked_rows(place.side),
        beside=beside,
        due=lambda line: line.asked.law_due_at,
        lines=lambda rows: describe_all(platforms.show_requests(place.side, rows, now=place.now), place),
        columns=[
            Column("request", _("Request"), lambda line: line.name),
            Column("reference", _("Reference"), lambda line: write_reference(line.asked.short_reference)),
            Column("state", _("State"), lambda line: line.marks),
            Column("due", _("Due"), lambda line: _clock(line, place), platforms.DUE),
            Column("law", _("Law"), lambda line: line.law, is_minor=True),
            Column("claim", _("Assigned to"), lambda line: line.claim, is_minor=True),
        ],
        sort="due",
        address=lambda line: place.one("request", line.asked.reference),
        filters=[
            STATE,
            Filter(
                key="due",
                field=select(_("Due"), DUE),
                where=lambda hours: platforms.before(place.now + timedelta(hours=int(hours), microseconds=1)),
            ),
            Filter(
                key="mine",
                field=box(_("Only mine")),
                where=lambda _mine: platforms.claimed_by(place.me, now=place.now),
            ),
        ],
        selection=Selection(
            name="request",
            value=lambda line: line.asked.reference,
            lead=_("Tick what belongs together. What you do then is done for all of them, or for none."),
            acts=[
                Act(text=_("Answer"), address=place.answer, value="choose", kind="primary"),
                Act(text=_("Removed everywhere"), address=place.answer, value="removed"),
                Act(text=_("Something is missing"), address=place.answer, value="missing"),
                Act(text=_("Take"), address=reverse("removals:platform-claim")),
                Act(text=_("Give back"), address=reverse("removals:platform-let-go")),
            ],
        ),
        empty=_("Nothing here waits for you."),
        known=["said"],
    )


def waiting_list(place: Workplace) -> Listing[tuple[WaitingDecision, ShownRequest]]:
    """Refusals that wait for a second person, the oldest first."""
    return Listing(
        rows=second_look.waiting_rows(place.side),
        tell=second_look.tell_waiting,
        lines=lambda rows: with_lines(second_look.show_waiting(place.side, rows, now=place.now), place),
        columns=[
            Column("request", _("Request"), lambda each: each[1].name),
            Column(
                "outcome",
                _("Decision"),
                lambda each: (Tag(words.OUTCOMES[each[0].answer.outcome], "orange"), refusal_of(each[0])),
            ),
            Column(
                "by",
                _("Decided by"),
                lambda each: (
                    Tag(_("Yours"), "grey") if each[0].decided_by == place.me else place.names.get(each[0].decided_by)
                ),
            ),
            Column("since", _("Since"), lambda each: when(each[0].decided_at, now=place.now), Order(is_unique=True)),
            Column("due", _("Due"), lambda each: _clock(each[1], place)),
            Column("law", _("Law"), lambda each: each[1].law, is_minor=True),
        ],
        sort="since",
        address=lambda each: reverse("removals:platform-second-look", args=[each[0].reference]),
        empty=_("Nothing waits."),
    )


def with_lines(decisions: Sequence[WaitingDecision], place: Place) -> list[tuple[WaitingDecision, ShownRequest]]:
    """Decisions, each with what is said of its request."""
    return list(zip(decisions, describe_all([each.asked for each in decisions], place), strict=True))


def refusal_of(decision: WaitingDecision) -> Words:
    """Why it stays up, in words; "" where nobody said it."""
    refusal = decision.answer.reasons.refusal
    return words.REFUSALS[refusal] if refusal else ""


def _clock(line: ShownRequest, place: Place) -> Late | str:
    return Late(short_due(line.asked.law_due_at, now=place.now)) if line.is_overdue else line.clock
