"""Addresses of outcomes: for everybody, for authorities by account and by link, and for analysts."""

from django.urls import URLPattern, path

from leeward.justice.outcomes.views import analysts, cohorts, public, reoffending, years
from leeward.justice.outcomes.views.authority import PAGES

app_name = "outcomes"
EVERYBODY, HERE, OWN, LINK = "outcomes", "staff/outcomes", "staff/own-counts", "counts/<str:token>"
BELOW = {
    "counts": "",
    "cohorts": "/cohorts",
    "cohort-send": "/cohorts/send",
    "template": "/<slug:kind>.csv",
    "send": "/<slug:kind>",
    "submission": "/files/<uuid:submission>",
}

urlpatterns: list[URLPattern] = [
    path(EVERYBODY, public.funnel, name="funnel"),
    path(f"{EVERYBODY}/authorities", public.authorities, name="table"),
    path(f"{EVERYBODY}/method", public.method, name="method"),
    path(f"{EVERYBODY}/compare", public.compare, name="compare"),
    path(f"{EVERYBODY}/<int:year>.csv", public.year_csv, name="year-csv"),
    path(f"{EVERYBODY}/<int:year>.csv-metadata.json", public.year_metadata, name="year-metadata"),
    *(path(f"{OWN}{below}", PAGES[name][0], name=f"own-{name}") for name, below in BELOW.items()),
    *(path(f"{LINK}{below}", PAGES[name][1], name=f"link-{name}") for name, below in BELOW.items()),
    path(HERE, analysts.submissions, name="submissions"),
    path(f"{HERE}/files/<uuid:submission>", analysts.submission, name="submission"),
    path(f"{HERE}/files/<uuid:submission>/withdraw", analysts.withdraw, name="withdraw"),
    path(f"{HERE}/years", years.years, name="years"),
    path(f"{HERE}/years/<int:year>/draft", years.draft, name="draft-year"),
    path(f"{HERE}/drafts/<uuid:printing>", years.show, name="draft"),
    path(f"{HERE}/drafts/<uuid:printing>/sign", years.sign, name="draft-sign"),
    path(f"{HERE}/drafts/<uuid:printing>/discard", years.discard, name="draft-discard"),
    path(f"{HERE}/funnel", analysts.funnel, name="look"),
    path(f"{HERE}/codes", analysts.codes, name="codes"),
    path(f"{HERE}/codes/<uuid:code_list>/switch", analysts.switch, name="switch"),
    path(f"{HERE}/authorities", analysts.authorities, name="authorities"),
    path(f"{HERE}/authorities/add", analysts.authority_add, name="authority-add"),
    path(f"{HERE}/authorities/<uuid:authority>", analysts.authority_change, name="authority-change"),
    path(f"{HERE}/authorities/<uuid:authority>/link", analysts.link, name="link"),
    path(f"{HERE}/authorities/<uuid:authority>/maps", analysts.maps, name="maps"),
    path(f"{HERE}/authorities/<uuid:authority>/maps/<slug:kind>", analysts.map_file, name="map"),
    path(f"{HERE}/cohorts", cohorts.cohorts, name="cohorts"),
    path(f"{HERE}/cohorts/send", cohorts.send, name="cohort-send"),
    path(f"{HERE}/cohorts/compare", cohorts.compare, name="cohort-compare"),
    path(f"{HERE}/cohorts/<uuid:cohort>", cohorts.cohort, name="cohort"),
    path(f"{HERE}/cohorts/<uuid:cohort>/accept", cohorts.accept, name="cohort-accept"),
    path(f"{HERE}/cohorts/<uuid:cohort>/withdraw", cohorts.withdraw, name="cohort-withdraw"),
    path("outcomes/reoffending", reoffending.reoffending, name="reoffending"),
    path("outcomes/reoffending.csv", reoffending.reoffending_csv, name="reoffending-csv"),
    path("outcomes/reoffending.csv-metadata.json", reoffending.reoffending_metadata, name="reoffending-metadata"),
]
