"""The demonstration's page: its tours, with links."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo.cast import PARTNERS, read_facts
from leeward.foundation.accounts.rules import Role
from leeward.foundation.web.access import public
from leeward.foundation.web.words import choices_of


@public
@require_safe
def tours(request: HttpRequest) -> HttpResponse:
    """Explain the demonstration. There is no such page in production."""
    if settings.LEEWARD_PRODUCTION:
        raise Http404
    # The partner's address is known to the web server only while `leeward demo` runs both.
    facts = read_facts(settings.ENVIRONMENT.data) if settings.LEEWARD_DEMO_SITE_URL else None
    return render(
        request,
        "demo/tours.jinja",
        {
            "facts": facts,
            "site_url": settings.LEEWARD_DEMO_SITE_URL,
            "partners": PARTNERS,
            "pace": settings.LEEWARD_CLOCK_PACE,
            "role_names": dict(choices_of(Role)),
        },
    )
