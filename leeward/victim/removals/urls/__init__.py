"""Addresses of the removal desk: the person's, the desk's and the platforms', and the platforms' door for machines."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.web.access import platform_key, public
from leeward.industry.exchange.replies import refuses_in_json
from leeward.victim.removals import api
from leeward.victim.removals.urls import desk, person, platform

app_name = "removals"

# django-ninja writes its parameters in its own way; ours names them so that each address has one name.
DOOR: list[URLPattern | URLResolver] = [
    path(
        f"api/v1/{route}",
        platform_key(refuses_in_json(view)),
        name=f"door-{number}",
    )
    for number, (route, view) in enumerate(api.mounted().items())
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/requests/openapi.json", public(api.read_openapi), name="door-openapi"),
    *DOOR,
    *person.urlpatterns,
    *desk.urlpatterns,
    *platform.urlpatterns,
]
