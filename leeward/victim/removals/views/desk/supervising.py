"""For supervisors: reviews, counter-notices, figures, and the templates of notices."""

import uuid
from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.editing.pages import go, takes_form
from leeward.foundation.protection.printed import PrintedNumber, percentage
from leeward.foundation.protection.tables import TOTAL, protect_list
from leeward.foundation.work.views import answer_of
from leeward.foundation.work.way import shows_list
from leeward.industry.duties.queries import active_regimes
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.figures import SiteRecord, open_by_age, open_by_state, site_records
from leeward.victim.removals.forms.desk import TemplateForm
from leeward.victim.removals.operations.desk import decide_review, settle_counter_notice
from leeward.victim.removals.operations.plans import own_country
from leeward.victim.removals.queries.desk import decided_reviews, find_counter_notice, find_review, review_reason
from leeward.victim.removals.rules.notices import (
    Behaviour,
    Family,
    Grounds,
    NoticeError,
    NoticeFacts,
    NoticeItem,
    Sender,
    Signature,
    compose,
)
from leeward.victim.removals.views.desk.frame import answer_list, desk_page, open_for, page
from leeward.victim.removals.views.desk.lists import counter_notices_list, reviews_list

FAMILY_BEHAVIOURS = {
    Family.SHARING: Behaviour.SHARED,
    Family.SYNTHETIC: Behaviour.MADE,
    Family.THREAT: Behaviour.THREATENED,
    Family.IDENTITY: Behaviour.DOXXED,
}
EXAMPLE_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@desk_page(Role.SUPERVISOR, title=_("Reviews"), summary=_("What a second person decides, and counter-notices."))
@require_safe
@shows_list
def list_reviews(request: UnlockedRequest) -> HttpResponse:
    """What waits for a second person."""
    listing = reviews_list(own=actor_of(request).id, names=team_names(viewer=staff_of(request)), now=timezone.now())
    return answer_list(request, listing, title=_("Reviews"), decided=decided_reviews())


@desk_page(Role.SUPERVISOR)
@require_safe
@shows_list
def list_counter_notices(request: UnlockedRequest) -> HttpResponse:
    """Counter-notices that wait for the desk's word."""
    return answer_list(request, counter_notices_list(now=timezone.now()), title=_("Counter-notices"))


@desk_page(Role.SUPERVISOR)
@takes_form
def decide(request: UnlockedRequest, review: uuid.UUID) -> HttpResponse:
    """One review: why it was asked for, and the second person's word."""
    line, by = find_review(review), actor_of(request)
    if line is None:
        raise Http404
    if request.method == "POST":
        agrees = answer_of(request, state=line.state)
        if agrees is not None:
            decide_review(review=review, agrees=agrees, by=by, now=timezone.now())
        return go("removals:desk-reviews")
    found = open_for(request, line.about, reason="review")
    if found.opened.casework is None:
        raise ReportUnknown
    context = {
        "line": line,
        "reason": review_reason(review, casework=found.opened.casework),
        "report": found.view,
        "is_own": line.asked_by == by.id,
        "names": team_names(viewer=staff_of(request)),
        "now": found.now,
    }
    return page(request, "review", context)


@desk_page(Role.SUPERVISOR)
@takes_form
def settle(request: UnlockedRequest, appeal: uuid.UUID) -> HttpResponse:
    """One counter-notice: what the uploader says; the desk's word. Neither side learns of the other."""
    line = find_counter_notice(appeal)
    if line is None:
        if request.method == "POST":  # settled already, by this very press or by a colleague
            return go("removals:desk-counter-notices")
        raise Http404
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer in ("stays", "restores"):
            settle_counter_notice(appeal=appeal, restores=answer == "restores", **stamp(request))
        return go("removals:desk-counter-notices")
    found = open_for(request, line.report, reason="counter_notice")
    view = found.request(line.request)
    said = next((each for each in view.appeals if each.reference == appeal), None)
    context = {"line": line, "view": view, "said": said, "report": found.view, "now": found.now}
    return page(request, "counter_notice", context)


@desk_page(Role.SUPERVISOR, title=_("Figures of the desk"), summary=_("What works at which platform, and what is old."))
@require_safe
def figures(request: UnlockedRequest) -> HttpResponse:
    """Open requests by age and state, and what each rung has done at each platform; small numbers are hidden."""
    now = timezone.now()
    by_age, by_state = open_by_age(now=now), open_by_state()
    ages = protect_list({str(each.at_least): each.number for each in by_age})
    states = protect_list({state.value: number for state, number in by_state.items()})
    context = {
        "ages": [(each.at_least, ages[str(each.at_least)].value) for each in by_age],
        "states": [(state, states[state.value].value) for state in by_state],
        "sites": [(each, *_protected(each)) for each in site_records(now=now)],
        "now": now,
    }
    return page(request, "figures", context)


def _protected(site: SiteRecord) -> tuple[int | None, int | None, PrintedNumber]:
    """What may be told of a rung at a platform: requests sent, gone, and the share in per cent."""
    tried, worked = site.record.tried, site.record.worked
    found = protect_list({"gone": worked, "left": tried - worked})
    return found[TOTAL].value, found["gone"].value, percentage(found["gone"], found[TOTAL])


@desk_page(Role.SUPERVISOR, title=_("Templates of notices"), summary=_("Every notice's words, with their version."))
@require_safe
def templates(request: UnlockedRequest) -> HttpResponse:
    """One template as it is sent, filled in with an example."""
    regimes = active_regimes(on=timezone.now().date())
    form = TemplateForm(request.GET, laws=[(regime.code, regime.name) for regime in regimes])
    chosen = form.chosen
    composed, trouble = None, ""
    regime = next((each for each in regimes if each.code == chosen["law"]), None)
    if regime is not None:
        facts = _example(rung=Rung(chosen["rung"]), family=Family(chosen["family"]))
        try:
            composed = compose(facts, regime, language=chosen["language"])
        except NoticeError as error:
            trouble = str(error)
    return page(request, "templates", {"filter": form, "composed": composed, "trouble": trouble})


def _example(*, rung: Rung, family: Family) -> NoticeFacts:
    return NoticeFacts(
        reference="example",
        written_on=EXAMPLE_DAY.date(),
        platform="Example Platform",
        addressee="Example Addressee",
        rung=rung,
        who=Sender(
            name="Robin Example",
            agency="Example Desk",
            relay="desk@example.org",
            country=own_country(),
            signature=Signature(text="Robin Example", signed_at=EXAMPLE_DAY),
            authority_reference="consent on record",
        ),
        items=(NoticeItem(url="https://platform.example/item/1"),),
        why=Grounds(
            behaviours=(FAMILY_BEHAVIOURS[family],),
            is_on_service=True,
            did_not_agree=True,
            good_faith=True,
            is_accurate=True,
            under_perjury=True,
            explanation="An example.",
            policy_clause="Rule 1",
            prior_report="An earlier report",
            order_reference="Order 1",
        ),
    )
