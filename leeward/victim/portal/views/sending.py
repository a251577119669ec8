"""Choosing, sending and pasting, for a new code or under one that is open; and what refused senders are told."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.errors import CodeTaken, TooManyAtOnce, TooManyTries, VaultError
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import ask_again
from leeward.foundation.web.work import has_worked
from leeward.industry.bank.errors import BankError, MalformedHash, MalformedPicture, SubmissionClosed, TooManyPictures
from leeward.industry.bank.queries import names_of_lookers
from leeward.industry.bank.rules import NewPicture
from leeward.victim.portal import operations
from leeward.victim.portal.errors import (
    NothingToSend,
    NotJson,
    PayloadRefused,
    PortalError,
    SentDifferently,
    TokenBroken,
    TokenExpired,
    WorkMissing,
)
from leeward.victim.portal.forms import PasteForm, PasteSendForm, PasteSendWithCodeForm, TokenForm
from leeward.victim.portal.hasher import OFFLINE_PATH, load_hasher
from leeward.victim.portal.operations import NewToken
from leeward.victim.portal.rules import work
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.payload import (
    LONGEST_TEXT,
    MOST_PICTURES,
    read_fields,
    read_json,
    read_numbers,
    read_pictures,
)
from leeward.victim.portal.rules.tokens import WITH_CODE, Token, TokenPurpose
from leeward.victim.portal.rules.visits import Notice, Visit
from leeward.victim.portal.views.framing import show_frame
from leeward.victim.portal.views.visiting import (
    Opened,
    current_visit,
    find_typist,
    go,
    go_door,
    go_with_notice,
    keep_visit,
    let_in,
    tell_to_wait,
    with_bearer,
)

SENT_FIELDS = ("token", "consent", "proof", "hashes")
NUMBERS_FILE = "numbers.txt"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How one kind of refusal is answered: a word for programs, what is wrong, how to mend it."""

    status: HTTPStatus
    code: str
    message: str | Promise
    how: str | Promise


LOAD_AGAIN = gettext_lazy("Load the page again. Nothing has been sent.")
BAD_HASHES = Refusal(
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    code="bad_hashes",
    message=gettext_lazy("We could not read the fingerprints. Nothing has been sent."),
    how=gettext_lazy("Load the page again and choose the pictures once more."),
)

REFUSALS: dict[type[Exception], Refusal] = {
    RequestDataTooBig: Refusal(
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        code="too_large",
        message=gettext_lazy("That was too much at once. Nothing has been sent."),
        how=gettext_lazy("Send fewer pictures at a time. You can add more later."),
    ),
    NotJson: Refusal(
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        code="not_json",
        message=gettext_lazy("We could not read what was sent. Nothing has been kept."),
        how=gettext_lazy("Use the page on which you choose pictures. It makes the fingerprints on your device."),
    ),
    PayloadRefused: BAD_HASHES,
    MalformedHash: BAD_HASHES,
    MalformedPicture: BAD_HASHES,
    NothingToSend: Refusal(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        code="nothing",
        message=gettext_lazy("There is no picture in your list."),
        how=gettext_lazy("Go back and choose at least one."),
    ),
    TooManyPictures: Refusal(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        code="too_many",
        message=gettext_lazy("That is more pictures than fit under one code. Nothing has been sent."),
        how=gettext_lazy("Send fewer, or start again for the others; you then get another code for them."),
    ),
    SubmissionClosed: Refusal(
        status=HTTPStatus.CONFLICT,
        code="closed",
        message=gettext_lazy("You took everything back, so nothing can be added under this code."),
        how=gettext_lazy("Start again from the first page; you then get a new code."),
    ),
    TokenExpired: Refusal(
        status=HTTPStatus.GONE,
        code="page_too_old",
        message=gettext_lazy("This page has been open for more than 12 hours, so its code is no longer good."),
        how=gettext_lazy("Load the page again to get a new code. Nothing has been sent."),
    ),
    TokenBroken: Refusal(
        status=HTTPStatus.BAD_REQUEST,
        code="bad_token",
        message=gettext_lazy("This page does not fit."),
        how=LOAD_AGAIN,
    ),
    WorkMissing: Refusal(
        status=HTTPStatus.BAD_REQUEST,
        code="no_work",
        message=gettext_lazy("Your device did not finish its part."),
        how=LOAD_AGAIN,
    ),
    SentDifferently: Refusal(
        status=HTTPStatus.CONFLICT,
        code="sent_before",
        message=gettext_lazy("This code was already used to send other pictures. Those are safe."),
        how=gettext_lazy("Open your pages with your code to see them and to add more."),
    ),
    CodeTaken: Refusal(
        status=HTTPStatus.CONFLICT,
        code="numbers_taken",
        message=gettext_lazy("Someone else got the same first eight numbers a moment earlier. That is very rare."),
        how=gettext_lazy("Load the page again to get a new code. Nothing has been sent."),
    ),
    TooManyAtOnce: Refusal(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code="busy",
        message=gettext_lazy("Many people are sending just now. Nothing has been sent yet."),
        how=gettext_lazy("Wait a few seconds, then try again. Keep this page open."),
    ),
    TooManyTries: Refusal(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code="too_many_tries",
        message=gettext_lazy("Too much was sent from your network in a short time. Nothing has been sent yet."),
        how=gettext_lazy("Wait ten minutes, then try again. Keep this page open."),
    ),
}
REFUSED = (PortalError, VaultError, BankError, RequestDataTooBig)


# --- choosing -------------------------------------------------------------------------------------------------------


@public
@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    """Choose pictures; they stay on the device. The numbers are made with this page, before anything is sent."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    if not visit.everyone_adult:
        return go("start")
    made = operations.make_send_token(now=now)
    context = {"back": "start", "send_url": reverse("portal:send"), "paste_url": reverse("portal:paste")}
    return keep_visit(_choose(request, made, context), visit, now=now)


@require_safe
@with_bearer
def add(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Choose more pictures for the same numbers."""
    if not opened.visit.everyone_adult:
        return go("add-age")
    made = operations.make_add_token(bearer=opened.bearer, now=opened.now)
    context = {
        "back_url": go_door(Door.PICTURES).url,
        "send_url": reverse("portal:add-send"),
        "paste_url": reverse("portal:add-paste"),
    }
    return _choose(request, made, context)


def _choose(request: HttpRequest, made: NewToken, context: dict[str, str]) -> HttpResponse:
    price = {"bits": work.FIRST_BITS, "hashesPerSum": work.HASHES_PER_SUM, "leastHashes": work.LEAST_HASHES}
    shown = {
        **context,
        "made": made,
        "names": names_of_lookers(now=timezone.now()),
        "csrf": get_token(request),
        "work": json.dumps(price),
    }
    return show_frame(request, "portal/pictures.jinja", shown)


# --- sending from the page's script ---------------------------------------------------------------------------------


@public
@require_POST
def send(request: HttpRequest) -> HttpResponseBase:
    """Take the hashes of a new code. Repeating the same request is safe."""
    now = timezone.now()

    def take() -> HttpResponse:
        token, proof, chosen = _read_sent(request, purpose=TokenPurpose.SEND, now=now)
        with operations.charged(network=network_of(request), token=token, proof=proof, pictures=chosen, now=now):
            visit = _begin_with(request, token, chosen, now=now, worked=True)
        return keep_visit(_created(reverse("portal:receipt")), visit, now=now)

    return _answer_refusals(take)


@require_POST
@with_bearer
def add_send(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """Take more hashes under the open code. Repeating the same request is safe."""

    def take() -> HttpResponse:
        token, proof, chosen = _read_sent(request, purpose=TokenPurpose.ADD, now=opened.now)
        with operations.charged(network=network_of(request), token=token, proof=proof, pictures=chosen, now=opened.now):
            bearer = operations.send_more(bearer=opened.bearer, token=token, pictures=chosen, now=opened.now)
        visit = replace(opened.visit, bearer=bearer, notice=Notice.ADDED, everyone_adult=False)
        return keep_visit(_created(go_door(Door.PICTURES).url), visit, now=opened.now)

    return _answer_refusals(take)


def _begin_with(
    request: HttpRequest, token: Token, chosen: Sequence[NewPicture], *, now: datetime, worked: bool
) -> Visit:
    """Keep what a new code leads to, and open it in this visit."""
    visit = current_visit(request, now=now)
    typist = find_typist(request, visit)
    bearer = operations.send_pictures(token=token, pictures=chosen, now=now, typist=typist, worked=worked)
    return let_in(request, replace(visit, everyone_adult=False), bearer=bearer, now=now)


def _created(page: str) -> HttpResponse:
    return JsonResponse({"next": page}, status=HTTPStatus.CREATED)


def _read_sent(
    request: HttpRequest, *, purpose: TokenPurpose, now: datetime
) -> tuple[Token, tuple[int, ...], tuple[NewPicture, ...]]:
    """Read a sending, strictly and cheapest first, so that rubbish costs us nothing: token, proof of work, pictures."""
    if request.content_type != "application/json":
        raise NotJson
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > LONGEST_TEXT or len(request.body) > LONGEST_TEXT:
        raise RequestDataTooBig
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PayloadRefused("The body must be UTF-8 text.") from error
    sent = read_fields(read_json(text), "body", SENT_FIELDS)
    if not isinstance(sent["token"], str):
        raise PayloadRefused("body.token must be text.")
    if sent["consent"] is not True:
        raise PayloadRefused("body.consent must be true: without consent nothing is taken.")
    token = operations.open_token(sent["token"], purpose=purpose, now=now)
    return token, read_numbers(sent["proof"], "body.proof"), read_pictures(sent["hashes"])


def _answer_refusals(take: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a sending; a refusal becomes JSON that says what is wrong and how to mend it."""
    try:
        return take()
    except REFUSED as error:
        refusal = _refusal(error)
        body: dict[str, object] = {"code": refusal.code, "message": str(refusal.message), "how": str(refusal.how)}
        if isinstance(error, PayloadRefused):
            body["detail"] = error.what
        if isinstance(error, WorkMissing):
            body["work"] = {"sums": error.sums, "bits": error.bits}
        response = JsonResponse({"error": body}, status=refusal.status)
        wait = getattr(error, "retry_after_seconds", None)
        if wait is not None:
            response.headers["Retry-After"] = str(wait)
        return response


def show_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page that says what was refused, and how to go on."""
    return render(request, "portal/refused.jinja", {"refusal": refusal}, status=refusal.status)


def _refusal(error: Exception) -> Refusal:
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    raise error


# --- pasting, without script ----------------------------------------------------------------------------------------


@public
@takes_form
def paste(request: HttpRequest) -> HttpResponse:
    """For browsers in which the picture page cannot run: make the fingerprints offline and paste them here."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    if not visit.everyone_adult:
        return go("start")
    form = PasteForm(typed(request))
    if not form.is_valid():
        return keep_visit(_show_paste(request, form, back="pictures"), visit, now=now)
    made = operations.make_send_token(now=now)
    return keep_visit(_show_confirm(request, form, made, send="paste-send"), visit, now=now)


@public
@require_POST
def paste_send(request: HttpRequest) -> HttpResponse:
    """Take pasted hashes of a new code."""
    now = timezone.now()
    form = PasteSendWithCodeForm(request.POST)

    def take(token: Token, chosen: Sequence[NewPicture]) -> HttpResponse:
        visit = _begin_with(request, token, chosen, now=now, worked=has_worked(request, now=now))
        return keep_visit(go("receipt"), visit, now=now)

    return _take_pasted(request, form, purpose=TokenPurpose.SEND, take=take, now=now)


@takes_form
@with_bearer
def add_paste(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Paste more hashes under the open code."""
    if not opened.visit.everyone_adult:
        return go("add-age")
    form = PasteForm(typed(request))
    if not form.is_valid():
        return _show_paste(request, form, back="add")
    return _show_confirm(
        request, form, operations.make_add_token(bearer=opened.bearer, now=opened.now), send="add-paste-send"
    )


@require_POST
@with_bearer
def add_paste_send(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Take pasted hashes under the open code."""
    form = PasteSendForm(request.POST)

    def take(token: Token, chosen: Sequence[NewPicture]) -> HttpResponse:
        bearer = operations.send_more(bearer=opened.bearer, token=token, pictures=chosen, now=opened.now)
        return go_with_notice(opened, Notice.ADDED, bearer=bearer, door=Door.PICTURES)

    return _take_pasted(request, form, purpose=TokenPurpose.ADD, take=take, now=opened.now)


def _show_paste(request: HttpRequest, form: Form, *, back: str) -> HttpResponse:
    hasher = load_hasher()
    context = {
        "form": form,
        "back": back,
        "offline_url": static(OFFLINE_PATH),
        "offline_sha256": hasher.offline_sha256,
        "most": MOST_PICTURES,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/paste.jinja", context, status=status)


def _show_confirm(request: HttpRequest, pasted: PasteForm, made: NewToken, *, send: str) -> HttpResponse:
    form_class = PasteSendWithCodeForm if made.token.code else PasteSendForm
    form = form_class(initial={"codes": pasted.cleaned_data["codes"], "token": made.sealed})
    return _render_confirm(request, form, made, count=len(pasted.pictures), send=send)


def _render_confirm(
    request: HttpRequest, form: PasteSendForm, made: NewToken, *, count: int, send: str
) -> HttpResponse:
    context = {
        "form": form,
        "made": made,
        "names": names_of_lookers(now=timezone.now()),
        "count": count,
        "send": send,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/paste_confirm.jinja", context, status=status)


def _confirm_again(request: HttpRequest, form: PasteSendForm, token: Token) -> HttpResponse:
    """The same page for the same text and the same code."""
    made = NewToken(token=token, sealed=form.cleaned_data["token"])
    send_name = "paste-send" if token.purpose is TokenPurpose.SEND else "add-paste-send"
    return _render_confirm(request, form, made, count=len(form.pictures), send=send_name)


def _take_pasted(
    request: HttpRequest,
    form: PasteSendForm,
    *,
    purpose: TokenPurpose,
    take: Callable[[Token, Sequence[NewPicture]], HttpResponse],
    now: datetime,
) -> HttpResponse:
    valid = form.is_valid()
    try:
        token = operations.open_token(form.cleaned_data.get("token", ""), purpose=purpose, now=now)
        if not form.pictures:
            raise NothingToSend
        if not valid:
            return _confirm_again(request, form, token)
        with operations.pasted(network=network_of(request), pictures=form.pictures, now=now):
            return take(token, form.pictures)
    except (TooManyTries, TooManyAtOnce) as error:
        tell_to_wait(form, error)
        return ask_again(_confirm_again(request, form, token), error)
    except REFUSED as error:
        return show_refusal(request, _refusal(error))


@public
@require_POST
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers as a text file with a name that says nothing, for pages without script."""
    form = TokenForm(request.POST)
    sealed = form.cleaned_data["token"] if form.is_valid() else ""
    code = _code_in(sealed, now=timezone.now())
    if code is None:
        return show_refusal(request, REFUSALS[TokenBroken])
    response = HttpResponse(f"{code}\n", content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{NUMBERS_FILE}"'
    return response


def _code_in(sealed: str, *, now: datetime) -> str | None:
    for purpose in WITH_CODE:
        try:
            token = operations.open_token(sealed, purpose=purpose, now=now)
        except (TokenBroken, TokenExpired):
            continue
        return " ".join(token.code.groups) if token.code else None
    return None
