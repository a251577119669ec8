"""Addresses of members' workers and of the network's secretary, and of what both and the helpline look at."""

from django.urls import URLPattern, path

from leeward.victim.network.views import boards
from leeward.victim.network.views.member import inbox, room, turns
from leeward.victim.network.views.secretary import clocks, members, training

HERE = "staff/network"
TURN = f"{HERE}/inbox/<uuid:turn>"
MEMBERS = f"{HERE}/members"
MEMBER = f"{MEMBERS}/<uuid:member>"

urlpatterns: list[URLPattern] = [
    path(HERE, inbox.inbox, name="inbox"),
    path(f"{HERE}/protocol", inbox.protocol, name="protocol"),
    path(f"{HERE}/room", room.room, name="room"),
    path(TURN, turns.show_turn, name="turn"),
    path(f"{TURN}/take", turns.claim, name="turn-take"),
    path(f"{TURN}/let-go", turns.let_go, name="turn-let-go"),
    path(f"{TURN}/accept", turns.accept, name="turn-accept"),
    path(f"{TURN}/decline", turns.decline, name="turn-decline"),
    path(f"{TURN}/ask", turns.ask, name="turn-ask"),
    path(f"{TURN}/start", turns.start, name="turn-start"),
    path(f"{TURN}/wait", turns.wait, name="turn-wait"),
    path(f"{TURN}/finish", turns.finish, name="turn-finish"),
    path(f"{HERE}/board", boards.board, name="board"),
    path(f"{HERE}/routes", boards.routes, name="routes"),
    path(MEMBERS, members.members, name="members"),
    path(f"{MEMBERS}/add", members.choose, name="member-choose"),
    path(f"{MEMBERS}/add/<uuid:organization>", members.add, name="member-add"),
    path(MEMBER, members.member, name="member"),
    path(f"{MEMBER}/sign", members.sign, name="member-sign"),
    path(f"{MEMBER}/suspend", members.suspend, name="member-suspend"),
    path(f"{MEMBER}/let-go", members.let_go, name="member-let-go"),
    path(f"{HERE}/trained", training.training, name="trained"),
    path(f"{HERE}/clocks", clocks.clocks, name="clocks"),
]
