"""Addresses of outcomes: for everybody, for authorities, and for analysts."""

from django.urls import URLPattern, path

from leeward.justice.outcomes.views import analysts

app_name = "outcomes"
HERE = "staff/outcomes"

urlpatterns: list[URLPattern] = [
    path(HERE, analysts.submissions, name="submissions"),
    path(f"{HERE}/authorities", analysts.authorities, name="authorities"),
    path(f"{HERE}/authorities/add", analysts.authority_add, name="authority-add"),
    path(f"{HERE}/authorities/<uuid:authority>", analysts.authority_change, name="authority-change"),
]
