"""Addresses of the two endpoints, and of the staff's pages about platforms."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from leeward.foundation.web.access import platform_key, public
from leeward.industry.exchange import api, stopncii, views
from leeward.industry.exchange.replies import no_such_endpoint, refuses_in_json

PUBLIC_ROUTES = ("signing-keys", "openapi.json")

urlpatterns: list[URLPattern | URLResolver] = [
    # A base address with a slash at its end makes clients ask for //FetchHashes.
    re_path(r"^exchange/v1//?FetchHashes$", stopncii.fetch_hashes, name="stopncii-fetch-hashes"),
    re_path(r"^exchange/v1//?SubmitFeedback$", stopncii.submit_feedback, name="stopncii-submit-feedback"),
    re_path(r"^exchange/v1//?SubmitHashes$", stopncii.submit_hashes, name="stopncii-submit-hashes"),
    re_path(r"^exchange(?:/.*)?$", no_such_endpoint, name="exchange-nothing-here"),
    *(
        path(
            f"api/v1/{route}",
            (public if route in PUBLIC_ROUTES else platform_key)(refuses_in_json(view)),
            name=f"exchange-{route.removesuffix('.json')}",
        )
        for route, view in api.mounted().items()
    ),
    path("", include("leeward.industry.platforms.urls")),
    path("staff/platforms", views.list_platforms, name="exchange-platforms"),
    path("staff/platforms/<uuid:public_id>", views.show_platform, name="exchange-platform"),
    path("staff/platforms/<uuid:public_id>/suspend", views.suspend, name="exchange-platform-suspend"),
    path("staff/platforms/<uuid:public_id>/restore", views.restore, name="exchange-platform-restore"),
    re_path(r"^api(?:/.*)?$", no_such_endpoint, name="api-nothing-here"),
]
