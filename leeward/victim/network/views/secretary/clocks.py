"""How members keep their time: counts by member, and nothing about anybody who was passed on."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.victim.network.queries.members import read_clocks
from leeward.victim.network.views.secretary.frame import page, secretary_page

TITLE = _("Clocks")


@secretary_page(title=TITLE, summary=_("Who answers and begins late, by member."))
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Each member with what is with it, what is late, and what ran out."""
    return page(request, "clocks", {"title": TITLE, "lines": read_clocks(now=timezone.now())})
