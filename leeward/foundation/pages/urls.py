"""Every address of the pages."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.pages.views import pictures, public, runs, staff

app_name = "pages"

STAFF = "staff/pages"
IN_LANGUAGE = f"{STAFF}/<slug:code>/<str:language>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("safety", public.own_page, {"code": "safety"}, name="safety"),
    path("privacy", public.own_page, {"code": "privacy"}, name="privacy"),
    path("accessibility", public.own_page, {"code": "accessibility"}, name="accessibility"),
    path("pages", public.a_to_z, name="all"),
    path("pages/index.json", public.all_data, name="data-all"),
    path("pages/files/<slug:file>", public.picture, name="picture"),
    path("pages/<slug:code>", public.page, name="page"),
    path("pages/<slug:code>/paper/<slug:form>.pdf", public.paper, name="paper"),
    path("p/<str:typed>", public.sheet, name="sheet"),
    path("pages/<slug:code>.json", public.page_data, name="data"),
    path(STAFF, staff.list_pages, name="pages"),
    path(f"{STAFF}/new", staff.new_page, name="new"),
    path(f"{STAFF}/references", staff.references, name="references"),
    path(f"{STAFF}/languages", staff.whole_languages, name="languages"),
    path(f"{STAFF}/sites", staff.sites, name="sites"),
    path(f"{STAFF}/sites/forget", staff.forget_site, name="forget-site"),
    path(f"{STAFF}/runs", runs.list_runs, name="runs"),
    path(f"{STAFF}/runs/new", runs.new, name="new-run"),
    path(f"{STAFF}/runs/<uuid:run>", runs.show, name="run"),
    path(f"{STAFF}/pictures", pictures.list_pictures, name="pictures"),
    path(f"{STAFF}/pictures/add", pictures.add, name="add-picture"),
    path(f"{STAFF}/pictures/<slug:file>", pictures.look, name="look"),
    path(f"{STAFF}/pictures/<slug:file>/content", pictures.content, name="content"),
    path(f"{STAFF}/pictures/<slug:file>/withdraw", pictures.withdraw, name="withdraw-picture"),
    path(f"{STAFF}/<slug:code>", staff.show, name="staff"),
    path(f"{STAFF}/<slug:code>/look-again", staff.look_again, name="look-again"),
    path(f"{IN_LANGUAGE}/write", staff.write, name="write"),
    path(f"{IN_LANGUAGE}/approve", staff.approve, name="approve"),
    path(f"{IN_LANGUAGE}/discard", staff.discard, name="discard"),
    path(f"{IN_LANGUAGE}/editions/<int:number>", staff.edition, name="edition"),
    path(f"{IN_LANGUAGE}/editions/<int:number>/withdraw", staff.withdraw, name="withdraw"),
    path(f"{IN_LANGUAGE}/blocks.xlf", staff.hand_out_blocks, name="blocks"),
    path(f"{IN_LANGUAGE}/blocks/in", staff.take_blocks, name="take-blocks"),
]
