"""Addresses of orders: staff's, companies', everybody's, a person's own, and the companies' door for machines."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.web.access import platform_key, public
from leeward.industry.exchange.replies import refuses_in_json
from leeward.justice.courts import api
from leeward.justice.courts.views import bylink, centre, hashes, orders, papers, person, platform, sheets, writing
from leeward.justice.courts.views import public as everybody

app_name = "courts"

STAFF = "staff/orders"
DRAFT = f"{STAFF}/drafts/<uuid:draft>"
ONE = f"{STAFF}/<slug:number>"
TARGET = f"{ONE}/targets/<int:target>"

# django-ninja writes its parameters in its own way; ours names them so that each address has one name.
DOOR: list[URLPattern | URLResolver] = [
    path(f"api/v1/{route}", platform_key(refuses_in_json(view)), name=f"door-{number}")
    for number, (route, view) in enumerate(api.mounted().items())
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/orders/openapi.json", public(api.read_openapi), name="door-openapi"),
    *DOOR,
    path("orders", everybody.check, name="check"),
    path("orders/by-link/<str:token>", bylink.enter, name="by-link"),
    path("orders/to-ask-for", sheets.ask_for, name="ask-for"),
    path("orders/<slug:number>.json", everybody.record, name="record"),
    path("orders/<slug:number>", everybody.show, name="show"),
    path("status/order", person.slip, name="slip-mine"),
    path("platform/orders", platform.orders, name="platform-orders"),
    path("platform/orders/<slug:number>", platform.order, name="platform-order"),
    path(STAFF, orders.orders, name="orders"),
    path(f"{STAFF}/new", writing.begin, name="begin"),
    path(f"{STAFF}/types", centre.types, name="types"),
    path(f"{STAFF}/types/<slug:code>", centre.switch, name="type"),
    path(f"{STAFF}/figures", centre.figures, name="figures"),
    path(f"{STAFF}/courts", centre.courts, name="courts"),
    path(f"{STAFF}/courts/new", centre.add_court, name="court-add"),
    path(f"{STAFF}/courts/<uuid:court>", centre.change_court, name="court"),
    path(f"{STAFF}/sheets", sheets.sheets, name="sheets"),
    path(f"{STAFF}/sheets/new", sheets.add, name="sheet-add"),
    path(f"{STAFF}/sheets/file", sheets.load, name="sheet-load"),
    path(f"{STAFF}/sheets/<uuid:sheet>", sheets.sheet, name="sheet"),
    path(f"{DRAFT}/check", writing.check, name="check-answers"),
    path(f"{DRAFT}/drop", writing.drop, name="drop"),
    path(f"{DRAFT}/<slug:question>", writing.question, name="question"),
    path(ONE, orders.order, name="order"),
    path(f"{ONE}/show", orders.uncover, name="uncover"),
    path(f"{ONE}/confirm", orders.confirm, name="confirm"),
    path(f"{ONE}/stay", orders.stay, name="stay"),
    path(f"{ONE}/revoke", orders.revoke, name="revoke"),
    path(f"{ONE}/vary", writing.vary, name="vary"),
    path(f"{ONE}/slip", orders.slip, name="slip"),
    path(f"{ONE}/proof.pdf", papers.proof, name="proof"),
    path(f"{ONE}/breach.zip", papers.breach, name="breach"),
    path(f"{ONE}/hashes", hashes.add, name="hashes-add"),
    path(f"{ONE}/hashes/<uuid:reference>", hashes.answer, name="hashes"),
    path(f"{ONE}/hashes/<uuid:reference>/withdraw", hashes.withdraw, name="hashes-withdraw"),
    path(f"{TARGET}/order.pdf", papers.paper, name="paper"),
    path(f"{TARGET}/link", orders.relink, name="relink"),
    path(f"{TARGET}/certificate", orders.certify, name="certify"),
    path(f"{TARGET}/serve", orders.serve, name="serve"),
    path(f"{TARGET}/happened", orders.happened, name="happened"),
    path(f"{TARGET}/void/<int:event>", orders.void, name="void"),
]
