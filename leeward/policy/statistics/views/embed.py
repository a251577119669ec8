"""One chart for other sites' pages: these addresses alone may be shown inside a frame, by anybody."""

from collections.abc import Collection

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.foundation.web.charts import draw
from leeward.policy.statistics.dashboard.tiles import find_tile
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.records import Frequency

# Nothing but our own style sheet: no script, no form, no picture. In return, any site may frame it.
POLICY: dict[str, Collection[str] | str] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}


@public
@csp_override(POLICY)
@gzip_page
@require_safe
def show(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """A chart with its sentence and its table, in the language that the address names."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        tile = find_tile(key, step=Frequency.MONTH, now=timezone.now())
        context = {
            "tile": tile,
            "drawn": draw(tile.chart),
            "made_up": is_made_up(),
            "address": settings.LEEWARD_URL + reverse("statistics:chart", args=[key]),
        }
        return render(request, "statistics/dashboard/embed.jinja", context)
