"""The check page, for everybody; what machines need to check a record themselves; and where staff revoke one."""

import json
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.forms import FILE_MOST, CheckForm, RevokeForm
from leeward.foundation.checking.kinds import SignedKind, find_kind, kinds_of
from leeward.foundation.checking.lists import REVOKED, records_list
from leeward.foundation.checking.queries import (
    Answer,
    check_digest,
    check_number,
    check_token,
    check_typed,
    read_number,
)
from leeward.foundation.checking.rules.packs import NO_AUTHORITY
from leeward.foundation.editing.errors import StepRefused
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.opendata import open_data
from leeward.foundation.references import write_reference
from leeward.foundation.signing.errors import AlreadyRevoked, RecordUnknown
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.queries import (
    RecordLine,
    count_by_day,
    find_jwk,
    find_list,
    find_record,
    issuer_record,
    list_numbers,
)
from leeward.foundation.signing.rules.terms import Reason, State
from leeward.foundation.signing.rules.verifying import read_payload
from leeward.foundation.web.access import public
from leeward.foundation.web.network import may_try
from leeward.foundation.web.uploads import Keeping, takes_file
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import STAY, shows_list

PURPOSE = "checking"
CHECKS_FROM_ONE_NETWORK = 120
STAFF = (Role.POLICY_OFFICER, Role.EXCHANGE_OFFICER)
DAYS_SHOWN = 7
JWT = "application/vc+jwt"


@takes_file(most_bytes=FILE_MOST, keeping=Keeping.SMALL, from_anybody=True)
@public
@takes_form
def check(request: HttpRequest) -> HttpResponse:
    """A number, a file or a record: what is known of it."""
    form = CheckForm(typed(request), request.FILES or None)
    answer = None
    if form.is_bound and form.is_valid():
        if not _may_check(request):
            return _too_many(request)
        answer = _look(form)
    return _page(request, form, answer, status=status_of(form))


@public
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """What is known of the record of this number: where the code on a paper leads."""
    kept = read_number(number)
    if not kept:
        raise Http404
    if not _may_check(request):
        return _too_many(request)
    answer = check_number(kept, now=timezone.now())
    status = HTTPStatus.NOT_FOUND if answer.state is State.UNKNOWN else HTTPStatus.OK
    return _page(request, CheckForm(), answer, status=status)


@public
@require_safe
@open_data
def record_jwt(request: HttpRequest, number: str) -> HttpResponse:
    """A record as it was signed, of the kinds that anybody may read."""
    return HttpResponse(_open_token(number), content_type=JWT) if _may_check(request) else _too_many_calls()


@public
@require_safe
@open_data
def record_json(request: HttpRequest, number: str) -> HttpResponse:
    """What a record says, unsigned: for reading."""
    return _decoded(_open_token(number)) if _may_check(request) else _too_many_calls()


@public
@require_safe
@open_data
def issuer(_request: HttpRequest) -> HttpResponse:
    """Who signs here, and with which keys."""
    return _json(issuer_record(), "application/ld+json")


@public
@require_safe
@open_data
def key(_request: HttpRequest, kid: str) -> HttpResponse:
    """One public key."""
    try:
        return _json(find_jwk(kid), "application/jwk+json")
    except RecordUnknown as error:
        raise Http404 from error


@public
@require_safe
@open_data
def status_jwt(_request: HttpRequest, number: int) -> HttpResponse:
    """A status list as it was signed."""
    return HttpResponse(_list_token(number), content_type=JWT)


@public
@require_safe
@open_data
def status_json(_request: HttpRequest, number: int) -> HttpResponse:
    """What a status list says, unsigned: for reading."""
    return _decoded(_list_token(number))


@public
@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    """How a pack of pages is checked: on one's own device, by a page whose digest stands here."""
    context = {"page": check_page(), "has_authority": settings.LEEWARD_STAMP_AUTHORITY is not None}
    return render(request, "checking/pack.jinja", {**context, "site_url": settings.LEEWARD_URL})


@public
@require_safe
def pack_alone(request: HttpRequest) -> HttpResponse:
    """The page that checks a pack, with the bytes that it has in each pack."""
    page = check_page()
    response: HttpResponse = csp_override(page.policy)(lambda _request: HttpResponse(page.content))(request)
    return response


@public
@require_safe
@open_data
def authority(_request: HttpRequest) -> HttpResponse:
    """The certificates of the nation's stamping authority."""
    named = settings.LEEWARD_STAMP_AUTHORITY
    return HttpResponse(named.pem if named else NO_AUTHORITY, content_type="text/plain; charset=utf-8")


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Signed records"),
    desk_summary=gettext_lazy("What was signed in the nation’s name, how many on each day, and where one is revoked."),
)
@require_safe
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """What was signed of the kinds that are this person's, and how many of all kinds on each day."""
    now, kinds = timezone.now(), kinds_of(staff_of(request))
    listing = records_list(kinds, now=now)
    context = {
        "days": count_by_day(days=DAYS_SHOWN, now=now),
        "revoked": _revoked(request.GET.get(REVOKED, ""), kinds, now=now),
    }
    return show_list(
        request, listing, lambda found: render(request, "checking/records.jinja", {**context, "found": found})
    )


@require_role(*STAFF)
@takes_form
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Take a record back, once, for a reason."""
    record, kind = _find(number)
    if staff_of(request).role not in kind.roles:
        raise Http404
    if record.state is State.REVOKED:
        return go("checking:record", write_reference(record.number))
    form = RevokeForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        try:
            revoke_record(
                number=record.number,
                reason=Reason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                by=by,
                now=now,
            )
        except AlreadyRevoked as error:
            raise StepRefused("It was revoked before.") from error

    return ask(
        request,
        Asking(
            form=form,
            title=_("Revoke record %(number)s") % {"number": write_reference(record.number)},
            lead=f"{kind.name}: {record.title}",
            back=reverse("checking:records"),
            back_text=_("Signed records"),
            button=_("Revoke the record"),
            kind="warning",
            save=save,
            # Back to the list: whoever takes one back does not mean the next one too.
            then=f"{reverse('checking:records')}?{urlencode({REVOKED: record.number, STAY: 1})}",
        ),
    )


def _revoked(number: str, kinds: Sequence[SignedKind], *, now: datetime) -> str:
    """The number of a record of these kinds, as it is written, if it was taken back; "" otherwise."""
    try:
        record = find_record(read_number(number), now=now)
    except RecordUnknown:
        return ""
    is_said = record.state is State.REVOKED and record.kind in {kind.code for kind in kinds}
    return write_reference(record.number) if is_said else ""


def _look(form: CheckForm) -> Answer:
    """A file counts before a record, a record before a number: nobody chooses a file by mistake."""
    given, now = form.cleaned_data, timezone.now()
    file = given["file"]
    if file is not None:
        content = file.read()
        if content[:2] == b"ey" and content.count(b".") == len("..") and content.isascii():
            return check_token(content.decode("ascii"), now=now)
        return check_digest(file.digest)
    return check_token(given["token"], now=now) if given["token"] else check_typed(given["number"], now=now)


def _may_check(request: HttpRequest) -> bool:
    return may_try(request, purpose=PURPOSE, limit=CHECKS_FROM_ONE_NETWORK, now=timezone.now())


def _page(
    request: HttpRequest, form: CheckForm, answer: Answer | None, *, status: int, is_too_many: bool = False
) -> HttpResponse:
    context = {"form": form, "answer": answer, "lists": list_numbers(), "is_too_many": is_too_many}
    return render(request, "checking/check.jinja", context, status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    return _later(_page(request, CheckForm(), None, status=HTTPStatus.TOO_MANY_REQUESTS, is_too_many=True))


def _too_many_calls() -> HttpResponse:
    error = {
        "code": "too_many",
        "message": "Too many records were asked for from your network.",
        "how": "Ask again in ten minutes. Whoever has a record can check it without us, by our keys and status lists.",
    }
    return _later(HttpResponse(json.dumps({"error": error}), "application/json", HTTPStatus.TOO_MANY_REQUESTS))


def _later(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = "600"
    return response


def _open_token(number: str) -> str:
    """Raises Http404 for what is not signed, unknown, or not for everybody: one answer for all."""
    record, kind = _find(number)
    if not kind.is_open or not record.token:
        raise Http404
    return record.token


def _list_token(number: int) -> str:
    try:
        return find_list(number)
    except RecordUnknown as error:
        raise Http404 from error


def _find(number: str) -> tuple[RecordLine, SignedKind]:
    """A record, and its kind. Raises Http404, also where no room has the kind any more."""
    try:
        record = find_record(read_number(number), now=timezone.now())
    except RecordUnknown as error:
        raise Http404 from error
    kind = find_kind(record.kind)
    if kind is None:
        raise Http404
    return record, kind


def _json(record: object, content_type: str) -> HttpResponse:
    return HttpResponse(json.dumps(record, ensure_ascii=False, indent=1) + "\n", content_type=content_type)


def _decoded(token: str) -> HttpResponse:
    return _json(read_payload(token), "application/ld+json")
