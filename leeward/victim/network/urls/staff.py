"""Addresses of members' workers and programs, of who comes by a link, of the secretary, and of what all look at."""

from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import platform_key, public
from leeward.industry.exchange.replies import refuses_in_json
from leeward.victim.network import api
from leeward.victim.network.views import alerts, boards, joining, practices, reviews, warned, warning
from leeward.victim.network.views.member import inbox, link, program, room, tactic, turns
from leeward.victim.network.views.member.sides import at_work
from leeward.victim.network.views.secretary import clocks, members, training
from leeward.victim.network.views.secretary import joining as joins

HERE = "staff/network"
TURN = f"{HERE}/inbox/<uuid:turn>"
LINK = "asked/<str:token>"
WARNINGS = f"{HERE}/warnings"
ALERT = f"{WARNINGS}/<uuid:alert>"
MEMBERS = f"{HERE}/members"
MEMBER = f"{MEMBERS}/<uuid:member>"

# django-ninja writes its parameters in its own way; ours names them so that each address has one name.
DOOR = [
    path(f"api/v1/{route}", platform_key(refuses_in_json(view)), name=f"door-{number}")
    for number, (route, view) in enumerate(api.mounted().items())
]

urlpatterns: list[URLPattern] = [
    path("api/v1/turns/openapi.json", public(api.read_openapi), name="door-openapi"),
    *DOOR,
    path(HERE, inbox.inbox, name="inbox"),
    path(f"{HERE}/protocol", inbox.protocol, name="protocol"),
    path(f"{HERE}/mailbox", inbox.mailbox, name="mailbox"),
    path(f"{HERE}/room", room.room, name="room"),
    path(f"{HERE}/program", program.program, name="program"),
    path(TURN, at_work(turns.show, methods=require_safe), name="turn"),
    path(f"{TURN}/file", program.download, name="turn-file"),
    path(f"{TURN}/file/in", program.upload, name="turn-file-in"),
    path(f"{TURN}/take", turns.claim, name="turn-take"),
    path(f"{TURN}/entry", turns.see_entry, name="turn-entry"),
    path(f"{TURN}/let-go", turns.let_go, name="turn-let-go"),
    *(path(f"{TURN}/{name}", at_work(act), name=f"turn-{name}") for name, act in turns.ACTS.items()),
    path(f"{TURN}/tactic", tactic.tactic, name="turn-tactic"),
    path(LINK, link.enter, name="link"),
    path(f"{LINK}/tactic", link.tactic, name="link-tactic"),
    *(path(f"{LINK}/{name}", act, name=f"link-{name}") for name, act in link.BY_LINK.items()),
    path(f"{HERE}/board", boards.board, name="board"),
    path(f"{HERE}/routes", boards.routes, name="routes"),
    path(f"{HERE}/alerts", alerts.alerts, name="alerts"),
    path(f"{HERE}/gaps", alerts.gaps, name="gaps"),
    path(f"{HERE}/gaps/<uuid:gap>/close", alerts.gap_closed, name="gap-close"),
    path("warned/<str:token>", warned.warned, name="warned"),
    path(WARNINGS, warning.warnings, name="warnings"),
    path(f"{WARNINGS}/plan", warning.plan, name="warning-plan"),
    path(ALERT, warning.alert, name="alert"),
    path(f"{ALERT}/words", warning.word, name="alert-word"),
    path(f"{ALERT}/sign", warning.sign, name="alert-sign"),
    path(f"{ALERT}/discard", warning.discard, name="alert-discard"),
    path(f"{HERE}/practices", practices.practices, name="practices"),
    path(f"{HERE}/practices/add", practices.add, name="practice-add"),
    path(f"{HERE}/practices/<uuid:practice>", practices.change, name="practice"),
    path(f"{HERE}/practices/<uuid:practice>/drop", practices.drop, name="practice-drop"),
    path("paths", reviews.paths, name="paths"),
    path(f"{HERE}/paths", reviews.reviews, name="reviews"),
    path(f"{HERE}/paths/<slug:path>/read", reviews.give, name="review"),
    path(f"{HERE}/reviews/<uuid:review>", reviews.answer, name="review-answer"),
    path("network/join", joining.join, name="join"),
    path("network/joined", joining.joined, name="joined"),
    path(MEMBERS, members.members, name="members"),
    path(f"{MEMBERS}/list", joins.listing, name="members-list"),
    path(f"{MEMBERS}/add", members.choose, name="member-choose"),
    path(f"{MEMBERS}/add/<uuid:organization>", members.add, name="member-add"),
    path(MEMBER, members.member, name="member"),
    path(f"{MEMBER}/sign", members.sign, name="member-sign"),
    path(f"{MEMBER}/mailbox", members.mailbox, name="member-mailbox"),
    path(f"{MEMBER}/refuse", joins.refuse, name="member-refuse"),
    path(f"{MEMBER}/suspend", members.suspend, name="member-suspend"),
    path(f"{MEMBER}/let-go", members.let_go, name="member-let-go"),
    path(f"{HERE}/trained", training.training, name="trained"),
    path(f"{HERE}/clocks", clocks.clocks, name="clocks"),
]
