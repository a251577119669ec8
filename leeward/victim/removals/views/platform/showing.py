"""One request as a platform's pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words
from leeward.foundation.web.timeline import tell_timeline
from leeward.foundation.work.lists import Tag
from leeward.industry.duties.queries import RegimeName, find_regimes
from leeward.industry.duties.rules.regimes import Regime
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.forms.platform import AppealForm, CounterNoticeForm, OutcomeForm
from leeward.victim.removals.queries.passed import read_passed
from leeward.victim.removals.queries.platforms import Asked
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import RequestState, Step, may_advance
from leeward.victim.removals.views.platform.places import Place
from leeward.victim.removals.views.platform.telling import KINDS, step_at_platform, tell_passed

COUNTERED = frozenset({RequestState.DECIDED, RequestState.GONE})


@dataclass(frozen=True, kw_only=True)
class ShownRequest:
    """A request with what is said of it."""

    asked: Asked
    state: Words
    colour: str
    clock: str
    is_overdue: bool
    claim: str
    law: str
    outcome: Words
    may_answer: bool
    may_miss: bool
    may_counter: bool

    @property
    def name(self) -> Words:
        """What is asked to be removed: its address, or the account that holds it."""
        item = self.asked.item
        if self.asked.kind is ItemKind.MATCH:
            return _("A copy that your own search found")
        return item.url or " ".join(filter(None, (item.site, item.handle))) or _("An item without an address")

    @property
    def marks(self) -> list[Tag]:
        """Where it stands, and what its platform must know of it first."""
        asked = self.asked
        again = Tag(_("Found by you") if asked.kind is ItemKind.MATCH else _("Online again"), "red")
        marked = [
            (True, Tag(self.state, self.colour)),
            (self.is_overdue, Tag(_("Overdue"), "red")),
            (asked.kind is ItemKind.MATCH or asked.is_reupload, again),
            (asked.waiting_decision, Tag(_("Awaits a second person"), "yellow")),
            (asked.appeal, Tag(_("Appeal"), "purple")),
            (asked.has_counter_notice, Tag(_("Counter-notice with the desk"), "purple")),
            (bool(asked.order_number), Tag(_("Court order"), "purple")),
            (not asked.is_readable, Tag(_("Your keys do not open it"), "red")),
        ]
        return [tag for is_so, tag in marked if is_so]

    @property
    def opens(self) -> bool:
        """Whether the address is one that a browser may be sent to."""
        return self.asked.item.url.startswith(("https://", "http://"))


def describe_all(asked: Sequence[Asked], place: Place) -> tuple[ShownRequest, ...]:
    """Requests in words; the laws of all of them are read at once."""
    laws = find_regimes((each.regime_code, each.regime_version) for each in asked if each.regime_code)
    return tuple(_line(each, place, laws=laws) for each in asked)


def _line(asked: Asked, place: Place, *, laws: Mapping[RegimeName, Regime]) -> ShownRequest:
    free = asked.waiting_decision is None
    state, colour = words.STATES[asked.state]
    return ShownRequest(
        asked=asked,
        state=state,
        colour=colour,
        clock=words.clock(asked, now=place.now),
        is_overdue=words.is_overdue(asked, now=place.now),
        claim=words.claim(asked, names=dict(place.names), me=place.me, now=place.now),
        law=laws[asked.regime_code, asked.regime_version].name if asked.regime_code else "",
        outcome=words.OUTCOMES[asked.outcome] if asked.outcome else "",
        may_answer=free and not asked.appeal and may_advance(asked.state, Step.DECIDED_KEPT),
        may_miss=free and may_advance(asked.state, Step.FOUND_INCOMPLETE),
        may_counter=asked.state in COUNTERED,
    )


def show_request(
    request: HttpRequest,
    place: Place,
    asked: Asked,
    *,
    appeal_form: AppealForm | None = None,
    counter_form: CounterNoticeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one request, with a form that was refused where there is one."""
    passed = read_passed(place.side, asked.reference, now=place.now)
    told = tell_passed(passed, asked, place)
    context = place.context(
        request,
        line=describe_all([asked], place)[0],
        next=step_at_platform(asked, passed, place),
        timeline=tell_timeline(request, told, kinds=KINDS, path=place.one("request", asked.reference)),
        form=appeal_form or counter_form,
        outcome_form=OutcomeForm(),
        appeal_form=appeal_form or AppealForm(auto_id="appeal_%s"),
        counter_form=counter_form or CounterNoticeForm(auto_id="counter_%s"),
    )
    return render(request, "removals/platform/request.jinja", context, status=status)
