"""Addresses of a service's owner; each holds the token of her link."""

from django.urls import URLPattern, URLResolver, path

from leeward.society.directory.views.owner import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("directory/entry/<str:token>", pages.entry, name="owner"),
    path("directory/entry/<str:token>/edit", pages.edit, name="owner-edit"),
    path("directory/entry/<str:token>/ended", pages.ended, name="owner-ended"),
    path("directory/entry/<str:token>/new-link", pages.new_link, name="owner-new-link"),
]
