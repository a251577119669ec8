"""Before anything is kept: where it is, whether everybody is 18 or over, her yes, and the code."""

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.access import public
from leeward.foundation.work.doors import DESK, is_open, was_open
from leeward.foundation.work.errors import DoorClosed
from leeward.society.directory.queries.suggesting import suggest_cards
from leeward.victim.portal.forms import AgeForm
from leeward.victim.portal.operations import find_hers, is_code_good
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import Bearer, Visit
from leeward.victim.portal.views.gate import stop_for_child
from leeward.victim.portal.views.keeping import Keeping, keep_first_code
from leeward.victim.portal.views.visiting import Opened, current_visit, end_visit, keep_visit
from leeward.victim.portal.views.visiting import go as go_portal
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.forms.person import AgreeForm, PasteForm
from leeward.victim.removals.operations.person import begin_under_code, begin_with_new_code
from leeward.victim.removals.queries.reports import site_names
from leeward.victim.removals.rules.beginning import Errand
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import context_of
from leeward.victim.removals.views.person.hers import Hers, go, open_visit, show

type WayIn = Callable[[HttpRequest, Visit, Errand, datetime], HttpResponse]


@public
@require_safe
def begin(request: HttpRequest, path: str) -> HttpResponse:
    """Begin where what is happening was said already: on the first page, or after help."""
    if path not in set(Path):
        return go_portal("home")
    now = timezone.now()
    visit = current_visit(request, now=now)
    if _find_report(visit, now=now) is not None:  # one report stands under one code; places can be added to it
        return go("question", question="where")
    if not is_open(DESK):
        return _closed(request, Path(path), now=now)
    errand = replace(Errand.unpack(visit.errand) or Errand(path=Path.ONLINE), path=Path(path))
    # Against a threat there is no place yet.
    return _keep(go("age" if errand.path is Path.THREAT else "where"), visit, errand, now=now)


def _closed(request: HttpRequest, path: Path, *, now: datetime) -> HttpResponse:
    """What is open instead, while nobody at the desk can read what is told here."""
    context = {"cards": suggest_cards(context_of(path), now=now), "path": path, "was_open": was_open(DESK)}
    return show(request, "closed", context, back=go_portal("home").url)


def way_in(view: WayIn) -> Callable[[HttpRequest], HttpResponse]:
    """One page of the way in: without what was answered before it leads to the first page."""

    @public
    @takes_form
    @functools.wraps(view)
    def found(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        visit = current_visit(request, now=now)
        errand = Errand.unpack(visit.errand)
        if not is_open(DESK):
            return _closed(request, errand.path if errand else Path.ONLINE, now=now)
        return go_portal("home") if errand is None else view(request, visit, errand, now)

    return found


@way_in
def where(request: HttpRequest, visit: Visit, errand: Errand, now: datetime) -> HttpResponse:
    """Where it is, and what to do now. What could not be read is explained; the box keeps all that was pasted."""
    data = typed(request)
    form = PasteForm(data) if data is not None else PasteForm(initial={"addresses": "\n".join(errand.places)})
    if form.is_valid():
        errand = errand.with_places([place.url for place in form.found])
        form.keep_first(len(errand.places))
        if "skip" in request.POST or (form.found and not form.refused):
            return _keep(go("age"), visit, errand, now=now)
        form.complain()
    context = {"path": errand.path, "cards": suggest_cards(context_of(errand.path), now=now)}
    return _keep(show(request, "begin_where", context, form=form, back=go_portal("home").url), visit, errand, now=now)


@way_in
def age(request: HttpRequest, visit: Visit, errand: Errand, now: datetime) -> HttpResponse:
    """Anyone under 18 in the picture: a full stop and the stronger way; nothing is kept."""
    form = AgeForm(typed(request))
    if not form.is_valid():
        back = go_portal("first-help") if errand.path is Path.THREAT else go("where")
        return show(request, "one", {"field": form["everyone_adult"]}, form=form, back=back.url)
    answer = form.cleaned_data["everyone_adult"]
    if answer == AgeAnswer.NOT_ALL_ADULT:
        return stop_for_child(request, answer)
    is_sure = answer == AgeAnswer.ALL_ADULT  # who is not can find out, and come back to what was answered
    return keep_visit(go("yes") if is_sure else go_portal("unsure"), replace(visit, everyone_adult=is_sure), now=now)


@way_in
def yes(request: HttpRequest, visit: Visit, errand: Errand, now: datetime) -> HttpResponse:
    """Whether the desk may write for her: without her yes nothing is sent, and the page says so."""
    if not visit.everyone_adult:
        return go("age")
    form = AgreeForm(typed(request)) if request.method == "POST" else AgreeForm(initial=_agreed(errand))
    if form.is_valid():
        return _keep(go("keep"), visit, replace(errand, agrees=form.cleaned_data["agrees"]), now=now)
    context = {"sites": site_names(errand.places), "count": len(errand.places), "path": errand.path}
    return show(request, "begin_yes", context, form=form, back=go("age").url)


@public
@takes_form
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a new code, or go on under the one that is open; from here on every answer is saved."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    errand = Errand.unpack(visit.errand)
    if not is_open(DESK) and _find_report(visit, now=now) is None:
        return _closed(request, errand.path if errand else Path.ONLINE, now=now)
    try:
        return _kept(request, visit, errand, now=now)
    except DoorClosed:  # the last who could read it has left in this moment
        return _closed(request, Path.ONLINE, now=now)


def _kept(request: HttpRequest, visit: Visit, errand: Errand | None, *, now: datetime) -> HttpResponse:
    if request.method == "POST" and visit.bearer is None:
        return _keep_new_code(request, visit, now=now)
    if errand is None:
        return go_portal("home")
    if not visit.everyone_adult or errand.agrees is None:
        return go("yes" if visit.everyone_adult else "age")
    if visit.bearer is not None:
        return _keep_under_open_code(request, visit, errand, now=now)
    return _keep_new_code(request, visit, now=now)


def _keep_new_code(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    def begin(token: Token, worked: bool) -> Bearer:  # noqa: FBT001  # called by place
        errand = Errand.unpack(token.errand) or Errand(path=Path.UNSURE)
        return begin_with_new_code(token=token, errand=errand, language=_language(), now=now, worked=worked)

    keeping = Keeping(
        lead=_("On the next page you check everything and hand it in."),
        here=go("keep").url,
        back=go("yes").url,
        onward=go("check").url,
        begin=begin,
    )
    return keep_first_code(request, visit, keeping, now=now)


def _keep_under_open_code(request: HttpRequest, visit: Visit, errand: Errand, *, now: datetime) -> HttpResponse:
    assert visit.bearer is not None  # noqa: S101  # narrows the type; the caller has looked
    bearer = find_hers(visit.bearer)
    if not (bearer.holds and is_code_good(bearer)):
        return end_visit(go_portal("home"), request)
    if bearer.needs_own_code:
        return go_portal("own-code")
    if request.method != "POST" and _find_report(visit, now=now) is None:
        return show(request, "keep_open", {}, back=go("yes").url)
    begun = begin_under_code(bearer=bearer, errand=errand, language=_language(), now=now)
    return keep_visit(go("check"), replace(visit, bearer=begun, errand="", everyone_adult=False), now=now)


def _find_report(visit: Visit, *, now: datetime) -> Hers | None:
    """The report under the code that is open."""
    bearer = find_hers(visit.bearer) if visit.bearer else None
    if bearer is None or bearer.needs_own_code or not is_code_good(bearer):
        return None
    try:
        return open_visit(Opened(bearer=bearer, visit=visit, notice=None, now=now))
    except ReportUnknown:
        return None


def _keep(response: HttpResponse, visit: Visit, errand: Errand, *, now: datetime) -> HttpResponse:
    return keep_visit(response, replace(visit, errand=errand.pack()), now=now)


def _agreed(errand: Errand) -> dict[str, str]:
    return {} if errand.agrees is None else {"agrees": "yes" if errand.agrees else "no"}


def _language() -> str:
    return (get_language() or "en")[:12]
