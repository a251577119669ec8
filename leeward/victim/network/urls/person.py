"""Addresses of the person's own pages; they stand in a browser's history, so they say no more than they must."""

from django.urls import URLPattern, path

from leeward.victim.network.views import person

ONE = "status/others/<uuid:referral>"

urlpatterns: list[URLPattern] = [
    path("status/others", person.referrals, name="my-referrals"),
    path(ONE, person.referral, name="my-referral"),
    path(f"{ONE}/change", person.change, name="my-change"),
    path(f"{ONE}/answer", person.answer, name="my-answer"),
    path(f"{ONE}/outcome", person.outcome, name="my-outcome"),
    path(f"{ONE}/receipt", person.save_receipt, name="my-receipt"),
    path(f"{ONE}/stop", person.stop, name="my-stop"),
]
