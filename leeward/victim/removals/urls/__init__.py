"""Addresses of the removal desk: the person's, the desk's and the platforms'."""

from django.urls import URLPattern, URLResolver

from leeward.victim.removals.urls import desk, person, platform

app_name = "removals"

urlpatterns: list[URLPattern | URLResolver] = [*person.urlpatterns, *desk.urlpatterns, *platform.urlpatterns]
