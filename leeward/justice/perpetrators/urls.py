"""Addresses of change: everybody's and staff's."""

from django.urls import URLPattern, path

from leeward.justice.perpetrators.views import centre, public

app_name = "perpetrators"

STAFF = "staff/change"

urlpatterns: list[URLPattern] = [
    path("change", public.change, name="change"),
    path("change/questions", public.check, name="check"),
    path("change/on/<slug:trial>/<slug:arm>", public.follow, name="follow"),
    path("change/counts", public.counts, name="counts"),
    path(f"{STAFF}/trials", centre.trials, name="trials"),
    path(f"{STAFF}/trials/new", centre.begin, name="trial-begin"),
    path(f"{STAFF}/trials/<slug:trial>/end", centre.end, name="trial-end"),
]
