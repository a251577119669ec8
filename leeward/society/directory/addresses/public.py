"""The addresses for everybody who looks for support."""

from django.urls import URLPattern, URLResolver, path

from leeward.society.directory.views.public import finding, mistakes, showing

urlpatterns: list[URLPattern | URLResolver] = [
    path("help", finding.get_help, name="help"),
    path("support", finding.find, name="find"),
    path("support/found", finding.found, name="found"),
    path("support/services/<uuid:service_id>", showing.service, name="service"),
    path("support/services/<uuid:service_id>/wrong", mistakes.wrong, name="wrong"),
    path("support/services/<uuid:service_id>/wrong/told", mistakes.told, name="wrong-told"),
]
