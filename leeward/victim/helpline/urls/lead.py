"""Addresses of the people who lead the helpline, and of what pays for it, which everybody may read."""

from django.urls import URLPattern, path

from leeward.victim.helpline.views.lead import complaints, funding

HERE = "staff/leads"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/complaints", complaints.complaints, name="lead-complaints"),
    path(f"{HERE}/complaints/<uuid:complaint>", complaints.complaint, name="lead-complaint"),
    path(f"{HERE}/funding", funding.funding, name="lead-funding"),
    path(f"{HERE}/funding/add", funding.add_funding, name="lead-funding-add"),
    path(f"{HERE}/funding/<uuid:funding>", funding.correct_funding, name="lead-funding-correct"),
    path("helpline/funding", funding.paid, name="funding"),
]
