"""The demonstration's pages: its tours with links, and the mails that were sent."""

from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from demo import nook
from demo.cast import PARTNERS, DemonstrationFacts, is_lived, read_facts
from demo.mails import find_mail, list_mails
from demo.stamping import MadeUpAuthority
from demo.tours import BY_KEY, TOURS
from demo.witnessing import made_up_witnesses
from leeward.foundation.accounts.rules import Role
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.web.access import public
from leeward.foundation.web.words import choices_of


@public
@require_safe
def tours(request: HttpRequest) -> HttpResponse:
    """Say who one can be here. There is no such page in production."""
    facts = _facts()
    shown = [each for each in TOURS if facts or each.alone]
    return render(request, "demo/tours.jinja", {"tours": shown, "facts": facts})


@public
@require_safe
def tour(request: HttpRequest, key: str) -> HttpResponse:
    """Show one tour."""
    facts, found = _facts(), BY_KEY.get(key)
    if found is None or not (facts or found.alone):
        raise Http404
    context = {
        "tour": found,
        "next": next((after for each, after in pairwise(TOURS) if facts and each == found), None),
        "facts": facts,
        "staff": [each for each in facts.staff if each.display_name in found.people] if facts else [],
        "is_lived": is_lived(settings.ENVIRONMENT.data),
        "site_url": settings.LEEWARD_DEMO_SITE_URL,
        "pace": settings.LEEWARD_CLOCK_PACE,
        "role_names": dict(choices_of(Role)),
    }
    return render(request, f"demo/tours/{found.key}.jinja", context)


@public
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """Show the platforms that take part, and everybody who signs in."""
    facts = _facts()
    if facts is None:
        raise Http404
    partners = [*((each.name, each.client) for each in PARTNERS), (nook.NAME, nook.CLIENT)]
    context = {"facts": facts, "partners": partners, "role_names": dict(choices_of(Role))}
    return render(request, "demo/behind.jinja", context)


@public
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """List the mails that the demonstration's postbox took."""
    return render(request, "demo/mails.jinja", {"mails": list_mails(_postbox())})


@public
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail, its addresses as links."""
    found = find_mail(_postbox(), name)
    if found is None:
        raise Http404
    return render(request, "demo/mails.jinja", {"mail": found})


@csrf_exempt  # a program asks, and nothing is written
@public
@require_POST
def stamping(request: HttpRequest) -> HttpResponse:
    """Answer as a stamping authority would (RFC 3161); its certificates say that it is none."""
    if settings.LEEWARD_PRODUCTION:
        raise Http404
    answer = MadeUpAuthority(secret=settings.SECRET_KEY).answer(request.body, now=timezone.now())
    return HttpResponse(answer, content_type="application/timestamp-reply")


@csrf_exempt  # a program asks, and nothing of ours is written
@public
@require_POST
def witnessing(request: HttpRequest, name: str) -> HttpResponse:
    """Answer as a witness of the public log would; its name says that it is none."""
    if settings.LEEWARD_PRODUCTION:
        raise Http404
    witnesses = made_up_witnesses(secret=settings.SECRET_KEY, folder=settings.ENVIRONMENT.data / "witnesses")
    found = next((each for each in witnesses if each.name.endswith(f"/{name}")), None)
    if found is None:
        raise Http404
    answer = found.answer(request.body, keys=log_keys(), now=timezone.now())
    return HttpResponse(answer.body, content_type=answer.media_type, status=answer.status)


def _facts() -> DemonstrationFacts | None:
    """Return who and what is there; None while no `leeward demo` runs it. There is none in production."""
    if settings.LEEWARD_PRODUCTION:
        raise Http404
    # The partner's address is known to the web server only while `leeward demo` runs both.
    return read_facts(settings.ENVIRONMENT.data) if settings.LEEWARD_DEMO_SITE_URL else None


def _postbox() -> Path:
    """Where the postbox of this demonstration keeps mails. There is none in production."""
    if settings.LEEWARD_PRODUCTION:
        raise Http404
    data: Path = settings.ENVIRONMENT.data
    return data / "partners" / "mail"
