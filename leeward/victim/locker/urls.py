"""Addresses of a person's locker. They stand in a browser's history, so they say no more than they must."""

from django.urls import URLPattern, path

from leeward.victim.locker.views import coming, entry, home

app_name = "locker"

urlpatterns: list[URLPattern] = [
    path("keep", coming.about, name="about"),
    path("keep/age", coming.age, name="age"),
    path("keep/not-sure", coming.unsure, name="unsure"),
    path("keep/begin", coming.begin, name="begin"),
    path("status/kept", home.home, name="home"),
    path("status/kept/write", home.write, name="write"),
    path("status/kept/long", home.long, name="long"),
    path("status/kept/<uuid:item>", entry.entry, name="entry"),
    path("status/kept/<uuid:item>/change", entry.change, name="change"),
    path("status/kept/<uuid:item>/who", entry.show_to, name="show"),
    path("status/kept/<uuid:item>/who/<slug:team>", entry.hide, name="hide"),
    path("status/kept/<uuid:item>/erase", entry.erase, name="erase"),
]
