"""Before anything is kept: what is happening, whether everybody is 18 or over, first help, and the code."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.errors import CodeTaken, TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import ask_again
from leeward.foundation.web.work import has_worked
from leeward.society.directory.queries.suggesting import suggest_cards
from leeward.victim.portal.errors import TokenBroken, TokenExpired
from leeward.victim.portal.forms import AgeForm
from leeward.victim.portal.operations import NewToken, find_hers, is_code_good, make_begin_token, open_token
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.tokens import TokenPurpose
from leeward.victim.portal.rules.visits import Case, Visit
from leeward.victim.portal.views.gate import stop_for_child
from leeward.victim.portal.views.visiting import (
    Opened,
    current_visit,
    end_visit,
    enter_case,
    find_typist,
    keep_visit,
    tell_to_wait,
)
from leeward.victim.portal.views.visiting import go as go_portal
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.forms.person import FIRST_LINES, FirstForm, KeepForm
from leeward.victim.removals.operations.person import begin_under_code, begin_with_new_code
from leeward.victim.removals.rules.questions import questions_for
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import context_of
from leeward.victim.removals.views.person.hers import go, open_visit, show

# Per network and ten minutes; a whole town may share one address of a phone company.
BEGINNINGS_PER_NETWORK = 40
BEGINNINGS_WITH_WORK = 400  # over the limit it costs the small sum, and refuses nobody
HAS_FIRST_HELP = frozenset({Path.FOUND, Path.UNSURE})


@public
@takes_form
def start(request: HttpRequest) -> HttpResponse:
    """What this does, and the first question."""
    now = timezone.now()
    form = FirstForm(typed(request))
    if not form.is_valid():
        return show(request, "start", {"lines": FIRST_LINES}, form=form)
    path = form.cleaned_data["path"]
    return go_portal("first-help") if path is Path.THREAT else _begin(request, path, now=now)


@public
@require_safe
def begin(request: HttpRequest, path: str) -> HttpResponse:
    """Begin where what is happening was already said, on the first page or after help against threats."""
    chosen = _path_of(path)
    return go("start") if chosen is None else _begin(request, chosen, now=timezone.now())


def _begin(request: HttpRequest, path: Path, *, now: datetime) -> HttpResponse:
    return keep_visit(go("age"), replace(current_visit(request, now=now), errand=path.value), now=now)


@public
@takes_form
def age(request: HttpRequest) -> HttpResponse:
    """Anyone under 18 in the picture: a full stop and the stronger way; nothing is kept."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    path = _path_of(visit.errand)
    if path is None:
        return go("start")
    form = AgeForm(typed(request))
    if not form.is_valid():
        return show(request, "one", {"field": form["everyone_adult"]}, form=form, back=go("start").url)
    answer = form.cleaned_data["everyone_adult"]
    if answer != AgeAnswer.ALL_ADULT:
        return stop_for_child(request, answer)
    visit = replace(visit, everyone_adult=True)
    return keep_visit(go("first-help" if path in HAS_FIRST_HELP else "keep"), visit, now=now)


@public
@require_safe
def first_help(request: HttpRequest) -> HttpResponse:
    """What to do now, before any question: for who is unsure, and for who saw somebody else's picture."""
    now = timezone.now()
    path = _path_of(current_visit(request, now=now).errand) or Path.UNSURE
    context = {"path": path, "next_url": go("keep").url, "cards": suggest_cards(context_of(path), now=now)}
    return show(request, "first_help", context, back=go("age").url)


@public
@takes_form
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a new code, or go on under the one that is open; from here on every answer is saved."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    if request.method == "POST" and visit.case is None:
        return _keep_new_code(request, visit, now=now)
    path = _path_of(visit.errand)
    if path is None or not visit.everyone_adult:
        return go("start" if path is None else "age")
    if visit.case is not None:
        return _keep_under_open_code(request, visit, path=path, now=now)
    made = make_begin_token(errand=path, typist=find_typist(request, visit), now=now)
    return keep_visit(_show_code(request, KeepForm(initial={"token": made.sealed}), made), visit, now=now)


def _keep_new_code(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """Begin under a new code. The page's token says what was answered before: she may have taken long to note it."""
    form = KeepForm(request.POST)
    is_kept = form.is_valid()
    sealed = form.cleaned_data.get("token", "")
    try:
        token = open_token(sealed, purpose=TokenPurpose.BEGIN, now=now)
        if not is_kept:
            return _show_code(request, form, NewToken(token=token, sealed=sealed))
        path, worked = _path_of(token.errand) or Path.UNSURE, has_worked(request, now=now)
        limit = BEGINNINGS_WITH_WORK if worked else BEGINNINGS_PER_NETWORK
        with network_try(network=network_of(request), purpose="begin", now=now, limit=limit):
            case = begin_with_new_code(token=token, path=path, language=_language(), now=now, worked=worked)
    except (TokenBroken, TokenExpired, CodeTaken):
        return go("keep")
    except (TooManyTries, TooManyAtOnce) as error:
        tell_to_wait(form, error)
        return ask_again(_show_code(request, form, NewToken(token=token, sealed=sealed)), error)
    return _begun(enter_case(request, visit, case=case, now=now), case=case, path=path, now=now)


def _keep_under_open_code(request: HttpRequest, visit: Visit, *, path: Path, now: datetime) -> HttpResponse:
    assert visit.case is not None  # noqa: S101  # narrows the type; the caller has looked
    case = find_hers(visit.case)
    if not (case.holds_anything and is_code_good(case)):
        return end_visit(go("start"), request)
    if case.needs_own_code:
        return go_portal("own-code")
    try:
        hers = open_visit(Opened(case=case, visit=visit, notice=None, now=now))
    except ReportUnknown:
        if request.method != "POST":
            return keep_visit(show(request, "keep_open", {}), visit, now=now)
        case = begin_under_code(case=case, path=path, language=_language(), now=now)
        return _begun(visit, case=case, path=path, now=now)
    # One report stands under one code: a draft is gone on with, and to one that was handed in places can be added.
    told = replace(visit, everyone_adult=False)
    return keep_visit(go("check") if hers.is_draft else show(request, "keep_told", {}), told, now=now)


def _begun(visit: Visit, *, case: Case, path: Path, now: datetime) -> HttpResponse:
    opened = open_visit(Opened(case=case, visit=visit, notice=None, now=now))
    asked = questions_for(path=path, story=opened.view.story)
    begun = replace(visit, case=case, errand="", everyone_adult=False)
    return keep_visit(go("question", question=asked[0].value), begun, now=now)


def _show_code(request: HttpRequest, form: KeepForm, made: NewToken) -> HttpResponse:
    response = show(request, "keep", {"made": made, "is_typed": bool(made.token.typist)}, form=form)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return response


def _path_of(errand: str) -> Path | None:
    return Path(errand) if errand in set(Path) else None


def _language() -> str:
    return (get_language() or "en")[:12]
