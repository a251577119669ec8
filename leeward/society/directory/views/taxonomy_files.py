"""The words that services are sorted by, as open data: SKOS for whoever sorts with the same words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import open_data
from leeward.foundation.web.access import public
from leeward.society.directory.queries.sorting import all_taxonomies
from leeward.society.directory.rules.skos import Statement, describe_taxonomies, write_json_ld, write_turtle

# Under this address each taxonomy and term is named, and answered by the open API.
BASE = "/directory/api/v3/"


@public
@require_safe
@open_data
def turtle(request: HttpRequest) -> HttpResponse:
    """All taxonomies in Turtle."""
    return _answer(write_turtle(_statements(request)), "text/turtle; charset=utf-8", "taxonomies.ttl")


@public
@require_safe
@open_data
def json_ld(request: HttpRequest) -> HttpResponse:
    """All taxonomies in JSON-LD."""
    return _answer(write_json_ld(_statements(request)), "application/ld+json", "taxonomies.jsonld")


def _statements(request: HttpRequest) -> tuple[Statement, ...]:
    taxonomies, terms = all_taxonomies()
    site = (settings.LEEWARD_URL or request.build_absolute_uri("/")).rstrip("/")
    return describe_taxonomies(taxonomies, terms, base=site + BASE, language=settings.LANGUAGE_CODE)


def _answer(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
