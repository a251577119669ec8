"""Who has room, and who takes what where, for members and the secretary; practitioners have a page of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import when
from leeward.foundation.work.views import staff_pages
from leeward.society.directory.queries.names import service_names
from leeward.society.directory.queries.places import known_areas
from leeward.victim.network.queries.members import read_board, read_routes
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.views.member.frame import while_in_force

everybody_page = while_in_force(
    staff_pages(
        Role.MEMBER_WORKER,
        Role.NETWORK_SECRETARY,
        back=lambda _named: (_("Back"), reverse("network:board")),
    )
)
BOARD, ROUTES = _("Capacity of colleagues"), _("Who takes what where")


@everybody_page(title=BOARD, summary=_("What each member last said about its room, and how long ago."))
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Each kind of help with who gives it, what they said of their room, and when."""
    now = timezone.now()
    lines = read_board(now=now)
    context = {
        "title": BOARD,
        "kinds": [(kind, [line for line in lines if line.kind is kind]) for kind in Kind],
        "names": service_names({line.service for line in lines}),
        "when": lambda at: when(at, now=now),
    }
    return render(request, "network/board.jinja", context)


@everybody_page(
    title=ROUTES, summary=_("For each kind of help and area: who takes somebody today, and where nobody does.")
)
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """Each kind of help with the nation's areas: who takes somebody there today, and where nobody does."""
    areas = known_areas()
    found = read_routes(areas, now=timezone.now())
    context = {
        "title": ROUTES,
        "areas": areas,
        "kinds": [(kind, [route for route in found if route.kind is kind]) for kind in Kind],
        "holes": sum(not route.takers for route in found),
        "number": len(found),
    }
    return render(request, "network/routes.jinja", context)
