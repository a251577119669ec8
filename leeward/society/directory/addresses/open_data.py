"""Addresses of the open data: the API in the standard, and the files."""

from django.urls import URLPattern, URLResolver, path, re_path

from leeward.society.directory import api
from leeward.society.directory.doors import BASE, FILES, no_such_address, opened
from leeward.society.directory.views.package_file import services_zip


def _named(route: str) -> str:
    kind, _slash, one = route.partition("/")
    return f"api-{kind.removesuffix('.json') or 'root'}{'-one' if one else ''}"


_VIEWS = api.mounted()

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{FILES}/services.zip", opened(services_zip), name="package"),
    path(BASE, _VIEWS[""], name="api"),
    *(path(f"{BASE}/{route}", view, name=_named(route)) for route, view in _VIEWS.items()),
    re_path(r"^directory/api(?:/.*)?$", opened(no_such_address), name="api-nothing-here"),
]
