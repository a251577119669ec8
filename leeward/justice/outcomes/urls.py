"""Addresses of outcomes: for everybody, for authorities, and for analysts."""

from django.urls import URLPattern, path

from leeward.justice.outcomes.views import analysts, cohorts, reoffending

app_name = "outcomes"
HERE = "staff/outcomes"

urlpatterns: list[URLPattern] = [
    path(HERE, analysts.submissions, name="submissions"),
    path(f"{HERE}/authorities", analysts.authorities, name="authorities"),
    path(f"{HERE}/authorities/add", analysts.authority_add, name="authority-add"),
    path(f"{HERE}/authorities/<uuid:authority>", analysts.authority_change, name="authority-change"),
    path(f"{HERE}/cohorts", cohorts.cohorts, name="cohorts"),
    path(f"{HERE}/cohorts/own", cohorts.own, name="own-cohorts"),
    path(f"{HERE}/cohorts/send", cohorts.send, name="cohort-send"),
    path(f"{HERE}/cohorts/compare", cohorts.compare, name="cohort-compare"),
    path(f"{HERE}/cohorts/<uuid:cohort>", cohorts.cohort, name="cohort"),
    path(f"{HERE}/cohorts/<uuid:cohort>/accept", cohorts.accept, name="cohort-accept"),
    path(f"{HERE}/cohorts/<uuid:cohort>/withdraw", cohorts.withdraw, name="cohort-withdraw"),
    path("outcomes/reoffending", reoffending.reoffending, name="reoffending"),
    path("outcomes/reoffending.csv", reoffending.reoffending_csv, name="reoffending-csv"),
]
