"""What everybody may read of platforms' rules, processes and answers: as found, with its day, source and reply."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.queries import policy_lines
from leeward.industry.declarations.views.showing import item_words, platform_in_words
from leeward.industry.platforms.queries import listed_platforms


@public
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Platforms by name, with how far each is known to meet the checklist."""
    checklist = read_checklist()
    context = {
        "lines": policy_lines(listed_platforms()),
        "total": len(checklist.items),
        "edition": checklist.edition,
        "items": [{"item": item, "words": item_words(item)} for item in checklist.items],
    }
    return render(request, "declarations/public/platforms.jinja", context)


@public
@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One platform; those that were only met in reports are on no public page."""
    partner = next((each for each in listed_platforms() if each.public_id == public_id), None)
    if partner is None:
        raise Http404
    return render(request, "declarations/public/platform.jinja", platform_in_words(partner, now=timezone.now()))
