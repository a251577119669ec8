"""Addresses of the two endpoints, and of the staff's pages about platforms."""

from django.urls import URLPattern, URLResolver, path, re_path

from leeward.industry.exchange import stopncii
from leeward.industry.exchange.replies import no_such_endpoint

urlpatterns: list[URLPattern | URLResolver] = [
    # A base address with a slash at its end makes clients ask for //FetchHashes.
    re_path(r"^exchange/v1//?FetchHashes$", stopncii.fetch_hashes, name="stopncii-fetch-hashes"),
    re_path(r"^exchange/v1//?SubmitFeedback$", stopncii.submit_feedback, name="stopncii-submit-feedback"),
    re_path(r"^exchange/v1//?SubmitHashes$", stopncii.submit_hashes, name="stopncii-submit-hashes"),
    path("exchange/<path:rest>", no_such_endpoint, name="no-such-endpoint"),
]
