"""Every address of the declaration."""

from django.urls import URLPattern, URLResolver, path

from leeward.industry.declarations.views import drafts, link, measured, platforms, public, staff

app_name = "declarations"

YOURS = "declaration/yours/<str:token>"
STAFF = "staff/declaration"
ONE = f"{STAFF}/organisations/<uuid:public_id>"
PLATFORM = f"{STAFF}/platforms/<uuid:public_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("declaration", public.show, name="show"),
    path("declaration/versions/<int:number>", public.show_version, name="version"),
    path("declaration/signatories.json", public.feed_json, name="feed-json"),
    path("declaration/signatories.csv", public.feed_csv, name="feed-csv"),
    path("declaration/signatories/<uuid:public_id>", public.show_signatory, name="signatory"),
    path("declaration/platforms", measured.list_all, name="public-platforms"),
    path("declaration/platforms/figures.json", measured.figures_json, name="figures-json"),
    path("declaration/platforms/figures.csv", measured.figures_csv, name="figures-csv"),
    path("declaration/platforms/figures.csv-metadata.json", measured.figures_metadata, name="figures-metadata"),
    path("declaration/platforms/<uuid:public_id>", measured.show, name="public-platform"),
    path("declaration/join", public.join, name="join"),
    path("declaration/join/sent", public.joined, name="joined"),
    path(YOURS, link.enter, name="yours"),
    path(f"{YOURS}/sign", link.sign, name="yours-sign"),
    path(f"{YOURS}/evidence/<slug:code>", link.add_evidence, name="yours-evidence"),
    path(f"{YOURS}/statements/add", link.add_statement, name="yours-statement"),
    path(f"{YOURS}/statements/<uuid:reference>/end", link.stop_statement, name="yours-statement-end"),
    path(STAFF, staff.home, name="home"),
    path(ONE, staff.show, name="organisation"),
    path(f"{ONE}/link", staff.send, name="organisation-link"),
    path(f"{ONE}/statements/<uuid:reference>/end", staff.end, name="statement-end"),
    path(f"{ONE}/do/<slug:act>", staff.do, name="organisation-do"),
    path(f"{STAFF}/waiting/<uuid:reference>/accept", staff.take, name="accept"),
    path(f"{STAFF}/waiting/<uuid:reference>/reject", staff.turn_down, name="reject"),
    path(f"{STAFF}/draft", drafts.show, name="draft"),
    path(f"{STAFF}/draft/discard", drafts.discard, name="draft-discard"),
    path(f"{STAFF}/draft/publish", drafts.publish, name="draft-publish"),
    path(f"{STAFF}/draft/add-language", drafts.add_language, name="draft-language"),
    path(f"{STAFF}/draft/text/<slug:language>", drafts.edit_wording, name="draft-text"),
    path(f"{STAFF}/draft/add-commitment", drafts.add_commitment, name="draft-commitment-add"),
    path(f"{STAFF}/draft/commitments/<slug:code>", drafts.edit_commitment, name="draft-commitment"),
    path(f"{STAFF}/draft/commitments/<slug:code>/remove", drafts.remove_commitment, name="draft-commitment-remove"),
    path(f"{STAFF}/platforms", platforms.list_all, name="platforms"),
    path(PLATFORM, platforms.show, name="platform"),
    path(f"{PLATFORM}/find/<slug:kind>/<slug:code>", platforms.find, name="platform-find"),
    path(f"{PLATFORM}/findings/<uuid:reference>/reply", platforms.reply, name="platform-reply"),
    path(f"{PLATFORM}/information/add", platforms.add_request, name="platform-request"),
    path(f"{PLATFORM}/information/<uuid:reference>/answer", platforms.answer_request, name="platform-answer"),
    path(f"{PLATFORM}/information/<uuid:reference>/drop", platforms.remove_request, name="platform-request-drop"),
    path(f"{PLATFORM}/figures/add", platforms.add_figure, name="platform-figure"),
    path(f"{PLATFORM}/figures/<uuid:reference>/strike", platforms.strike, name="platform-figure-strike"),
]
