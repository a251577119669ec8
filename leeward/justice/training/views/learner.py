"""A learner's pages, by a link in a mail: courses, the lesson, what changed, certificates, calendar, what is kept.

Nothing needs an account or a script. The link's token stands in the address alone; a wrong one costs a try.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import day_in
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.foundation.lessons.catalogue import all_talks, find_lesson, find_talk
from leeward.foundation.lessons.errors import ResultUnknown
from leeward.foundation.lessons.talks import Ended, hold
from leeward.foundation.lessons.tokens import read_result
from leeward.foundation.lessons.views import play
from leeward.foundation.references import ReferenceMistyped, read_reference
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.queries import RecordLine, find_record
from leeward.foundation.signing.rules.terms import OPEN_BADGE, State
from leeward.foundation.signing.rules.verifying import read_payload
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.web.access import View, public
from leeward.foundation.web.links import by_link, tell_to_wait
from leeward.foundation.web.network import network_of
from leeward.justice.training.errors import AlreadyCertified, CourseUnknown, LinkUnknown, NoPass
from leeward.justice.training.forms.learner import BearerForm, CertificateForm, LinkForm, PaperForm
from leeward.justice.training.operations.certifying import certify
from leeward.justice.training.operations.completing import take_result
from leeward.justice.training.operations.links import LearnerWay, find_link, want_link
from leeward.justice.training.operations.talking import count_talk
from leeward.justice.training.papers import CALENDAR_TYPE, certificate_pdf, write_calendar
from leeward.justice.training.queries.courses import CourseLine, VersionLine, find_course, list_courses
from leeward.justice.training.queries.people import CompletionShown, completions_of, dues_of
from leeward.justice.training.rules.badges import is_bearer
from leeward.justice.training.rules.files import normal_mailbox

LINK_TRIES, WANTED = "training/link", "training/wanted"
WANTED_FROM_ONE_NETWORK = 20
type LearnerView = Callable[..., HttpResponseBase]


def _find(token: str, *, now: datetime) -> tuple[LearnerWay, str]:
    return find_link(token, now=now), token


from_mail = by_link(
    _find,
    purpose=LINK_TRIES,
    unknown=LinkUnknown,
    why=_("It may be cut off, or its time is over."),
    page="training/learner/nowhere.jinja",
)


def for_learner(view: LearnerView) -> View:
    """Find where a link leads. Unknown, over and of somebody who has left are one answer."""

    @from_mail
    @wraps(view)
    def found(request: HttpRequest, led: tuple[LearnerWay, str], **named: Any) -> HttpResponseBase:
        try:
            return view(request, *led, **named)
        except CourseUnknown as error:
            raise Http404 from error

    return public(found)


@public
@takes_form
def ask_link(request: HttpRequest) -> HttpResponse:
    """Ask for a new link by mail; the answer is the same for every address."""
    form = LinkForm(typed(request))
    is_asked = form.is_bound and form.is_valid()
    if is_asked:
        now = timezone.now()
        try:
            network = network_of(request)
            count_network_try(network=network, purpose=WANTED, now=now, limit=WANTED_FROM_ONE_NETWORK)
        except TooManyTries as error:
            return tell_to_wait(request, error)
        want_link(mailbox=form.cleaned_data["mailbox"], language=get_language() or "", now=now)
    context = {"form": form, "is_asked": is_asked}
    return render(request, "training/learner/link.jinja", context, status=status_of(form))


@public
@takes_form
def bearer(request: HttpRequest) -> HttpResponse:
    """Whether a certificate holds an address: it is compared and dropped."""
    form, answer = BearerForm(typed(request)), None
    if form.is_bound and form.is_valid():
        now = timezone.now()
        try:
            count_network_try(network=network_of(request), purpose=LINK_TRIES, now=now, limit=WANTED_FROM_ONE_NETWORK)
        except TooManyTries as error:
            return tell_to_wait(request, error)
        answer = _holds(form.cleaned_data["number"], form.cleaned_data["mailbox"])
    return render(request, "training/learner/bearer.jinja", {"form": form, "answer": answer}, status=status_of(form))


@require_safe
@for_learner
def courses(request: HttpRequest, way: LearnerWay, token: str) -> HttpResponse:
    """What somebody must pass by when, every other course, what they took, and their certificates."""
    dues = dues_of(way.learner, today=day_in(way.zone, timezone.now()))
    known = {each.code: each for each in list_courses()}
    required = {each.course for each in dues}
    context = {
        "token": token,
        "dues": [(each, known[each.course], _delta_of(known[each.course], each.pending)) for each in dues],
        "others": [each for code, each in known.items() if code not in required],
        "completions": completions_of(way.learner),
        "talks": all_talks().values(),
        "told": request.GET.get("told", ""),
        "ends_at": way.ends_at,
    }
    return render(request, "training/learner/courses.jinja", context)


@takes_form
@for_learner
def take(request: HttpRequest, _way: LearnerWay, token: str, course: str) -> HttpResponse:
    """The whole course, as it is published and installed now."""
    version = find_course(course).versions[0]
    if not version.is_here:
        raise CourseUnknown
    return play(request, find_lesson(version.lesson), takes=reverse("training:handed-in", args=[token, course]))


@takes_form
@for_learner
def take_delta(request: HttpRequest, _way: LearnerWay, token: str, course: str, version: int) -> HttpResponse:
    """Only what a version changed."""
    found = _delta_of(find_course(course), version)
    if found is None:
        raise CourseUnknown
    return play(request, find_lesson(found.delta), takes=reverse("training:handed-in", args=[token, course]))


@takes_form
@for_learner
def talk(request: HttpRequest, way: LearnerWay, token: str, talk: str) -> HttpResponse:
    """A talk, held by somebody's link: of them only the employer is counted."""
    return _hold(request, talk, back=reverse("training:mine", args=[token]), learner=way.learner)


@public
@takes_form
def talk_openly(request: HttpRequest, talk: str) -> HttpResponse:
    """A talk, held by anybody."""
    return _hold(request, talk, back=reverse("training:public"), learner=None)


def _hold(request: HttpRequest, slug: str, *, back: str, learner: int | None) -> HttpResponse:
    found = find_talk(slug)

    def ended(each: Ended) -> None:
        count_talk(talk=found, said=tuple(each.said), once=each.id, learner=learner, now=timezone.now())

    return hold(request, found, back=(_("Training"), back), ended=ended)


@require_POST
@for_learner
def handed_in(request: HttpRequest, way: LearnerWay, token: str, course: str) -> HttpResponse:
    """Take a result, once."""
    line = find_course(course)
    try:
        passed = read_result(request.POST.get("result", ""))
        is_delta = passed.lesson in {each.delta for each in line.versions if each.delta}
        take_result(
            learner=way.learner, course=course, is_delta=is_delta, passed=passed, by=Actor.person(), now=timezone.now()
        )
    except (ResultUnknown, CourseUnknown):
        return go_home(token, "over")
    return go_home(token, "passed" if passed.is_passed else "failed")


@require_safe
@for_learner
def calendar(_request: HttpRequest, way: LearnerWay, token: str) -> HttpResponse:  # noqa: ARG001  # its address
    """The days on which they are due, for a calendar."""
    now = timezone.now()
    file = write_calendar(dues_of(way.learner, today=day_in(way.zone, now)), now=now)
    response = HttpResponse(file, content_type=CALENDAR_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="training.ics"'
    return response


@require_safe
@for_learner
def kept(request: HttpRequest, way: LearnerWay, token: str) -> HttpResponse:
    """What is kept of them, who reads it, and how long."""
    context = {"token": token, "completions": completions_of(way.learner)}
    return render(request, "training/learner/kept.jinja", context)


@takes_form
@for_learner
def ask_certificate(request: HttpRequest, way: LearnerWay, token: str, completion: uuid.UUID) -> HttpResponse:
    """Ask for a certificate of a pass, with a hashed address or without."""
    found = _completion(way, completion)
    form = CertificateForm(typed(request))
    if form.is_bound and form.is_valid():
        try:
            certify(
                learner=way.learner,
                completion=completion,
                mailbox=form.cleaned_data["mailbox"].strip(),
                by=Actor.person(),
                now=timezone.now(),
            )
        except FieldRefused as error:
            say(form, error)
        except NoPass:
            return go_home(token, "no_pass")
        except AlreadyCertified:
            return go("training:certificate", token, completion)
        else:
            return go("training:certificate", token, completion)
    context = {"form": form, "completion": found, "token": token}
    return render(request, "training/learner/ask_certificate.jinja", context, status=status_of(form))


@takes_form
@for_learner
def certificate(request: HttpRequest, way: LearnerWay, token: str, completion: uuid.UUID) -> HttpResponse:
    """A certificate: as a paper with a typed name, and signed for machines."""
    found, record = _certificate(way, completion)
    form = PaperForm(typed(request))
    if form.is_bound and form.is_valid() and record.state is State.VALID:
        pdf = certificate_pdf(record, found, name=form.cleaned_data["name"])
        response = HttpResponse(pdf, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="certificate-{record.number}.pdf"'
        return response
    versions = find_course(found.course).versions
    context = {"form": form, "completion": found, "record": record, "token": token}
    context["may_take"] = bool(versions) and versions[0].is_here
    return render(request, "training/learner/certificate.jinja", context, status=status_of(form))


@require_safe
@for_learner
def certificate_jwt(_request: HttpRequest, way: LearnerWay, token: str, completion: uuid.UUID) -> HttpResponse:  # noqa: ARG001  # its address
    """The certificate as it was signed."""
    _found, record = _certificate(way, completion)
    if not record.token:
        raise Http404
    response = HttpResponse(record.token, content_type="application/vc+jwt")
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{record.number}.jwt"'
    return response


def go_home(token: str, said: str) -> HttpResponse:
    """Lead back to the courses, which say what came of it."""
    response = go("training:mine", token)
    response.headers["Location"] += f"?told={said}"
    return response


def _completion(way: LearnerWay, completion: uuid.UUID) -> CompletionShown:
    found = next((each for each in completions_of(way.learner) if each.reference == completion), None)
    if found is None:
        raise Http404
    return found


def _certificate(way: LearnerWay, completion: uuid.UUID) -> tuple[CompletionShown, RecordLine]:
    found = _completion(way, completion)
    if not found.certificate:
        raise Http404
    return found, find_record(found.certificate, now=timezone.now())


def _delta_of(course: CourseLine, version: int | None) -> VersionLine | None:
    """A version with a delta that can be taken here."""
    return next((each for each in course.versions if each.number == version and each.delta and each.has_delta), None)


def _holds(number: str, address: str) -> bool:
    try:
        record = find_record(read_reference(number), now=timezone.now())
    except (ReferenceMistyped, RecordUnknown):
        return False
    if record.kind != OPEN_BADGE or record.state is not State.VALID:
        return False
    return is_bearer(read_payload(record.token)["credentialSubject"], normal_mailbox(address))
