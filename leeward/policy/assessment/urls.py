"""Every address of the assessment."""

from django.urls import URLPattern, URLResolver, path

from leeward.policy.assessment.views import bodies, evidence, public, review, rounds, rows, scoring, workbooks

app_name = "assessment"

STAFF = "staff/assessment"
ONE = f"{STAFF}/<uuid:round_id>"
ITEM = f"{ONE}/items/<str:item_id>"
VOICE = f"{ONE}/voices/<str:voice>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessment", public.show, name="public"),
    path("assessment/<uuid:round_id>", public.show_round, name="public-round"),
    path("assessment/<uuid:round_id>/whole", public.show_whole, name="public-whole"),
    path("assessment/<uuid:round_id>/rows/<str:row_id>", public.show_row, name="public-row"),
    path("assessment/<uuid:round_id>/round.json", public.round_json, name="public-json"),
    path("assessment/<uuid:round_id>/round.csv", public.round_csv, name="public-csv"),
    path(STAFF, rounds.home, name="home"),
    path(f"{STAFF}/new", rounds.new, name="new"),
    path(f"{STAFF}/bodies", bodies.list_all, name="bodies"),
    path(f"{STAFF}/bodies/add", bodies.add, name="body-add"),
    path(f"{STAFF}/bodies/<uuid:body_id>", bodies.change, name="body"),
    path(ONE, rounds.show, name="round"),
    path(f"{ONE}/step/<slug:step>", rounds.step, name="step"),
    path(f"{ONE}/participants", rounds.participants, name="participants"),
    path(f"{ONE}/rows/<str:row_id>", rows.show, name="row"),
    path(f"{ONE}/review", review.show, name="review"),
    path(f"{ONE}/compare", review.compare, name="compare"),
    path(f"{ONE}/compare/<uuid:other_id>", review.compare, name="compare-with"),
    path(f"{ITEM}/history", rows.history, name="history"),
    path(f"{ITEM}/agree", review.agree, name="agree"),
    path(f"{ITEM}/freeze", evidence.freeze, name="freeze"),
    path(f"{ITEM}/evidence/<slug:kind>", evidence.add, name="evidence-add"),
    path(f"{ONE}/evidence/<uuid:piece_id>/take-back", evidence.give_back, name="evidence-back"),
    path(VOICE, scoring.show, name="voice"),
    path(f"{VOICE}/confirm", scoring.confirm, name="confirm"),
    path(f"{VOICE}/finish", scoring.finish, name="finish"),
    path(f"{VOICE}/items/<str:item_id>", scoring.ask, name="ask"),
    path(f"{VOICE}/rows/<str:row_id>", scoring.ask_row, name="ask-row"),
    path(f"{VOICE}/workbook.xlsx", workbooks.download, name="workbook-file"),
    path(f"{VOICE}/workbook", workbooks.give_back, name="workbook"),
    path(f"{VOICE}/workbook/<uuid:incoming_id>", workbooks.preview, name="workbook-preview"),
]
