"""Get help: what can be done today, and whom one can talk to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.society.directory.queries.suggesting import Context, suggest_cards


@public
@require_safe
def get_help(request: HttpRequest) -> HttpResponse:
    """Where to find a person to talk to, and what can be done without Leeward."""
    now = timezone.now()
    context = {
        "cards": suggest_cards(Context.HELP, now=now),
        "children": suggest_cards(Context.CHILD, now=now, most=1),
    }
    return render(request, "directory/help.jinja", context)
