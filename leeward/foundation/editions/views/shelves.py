"""Editions at their permanent addresses: what each is, its files, how to cite and check them, and what is to come."""

from datetime import UTC

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from leeward.foundation.editions.catalogue import cite, say_punctuality, schema_of, series_of, write_calendar
from leeward.foundation.editions.queries import all_editions, calendar_days, find_edition, planned, read_file
from leeward.foundation.editions.records import File
from leeward.foundation.editions.rules.datafiles import JSONLD_TYPE, list_of
from leeward.foundation.editions.shelves import Shelf, all_shelves
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.signing.queries import records_about
from leeward.foundation.web.access import public


@public
@require_safe
def list_shelves(request: HttpRequest) -> HttpResponse:
    """Every shelf."""
    return render(request, "editions/shelf/shelves.jinja", {"shelves": all_shelves()})


def list_all(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Every edition of the shelf, what comes next, and what the room says below."""
    context = {
        "shelf": shelf,
        "releases": all_editions(shelf.code),
        "planned": planned(shelf.code, today=timezone.now().date()),
        **(shelf.tell(request) if shelf.tell else {}),
    }
    return render(request, "editions/shelf/all.jinja", context)


def show(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """One edition and its files."""
    found = find_edition(shelf.code, edition)
    context = {
        "shelf": shelf,
        "release": found,
        "citation": cite(shelf, found),
        "log": find_entries(shelf.leaf_kind, edition),
        "records": records_about(kind=shelf.record_kind, about=shelf.whole_url("release", edition), now=timezone.now()),
        **(shelf.read(edition) if shelf.read else {}),
    }
    return render(request, "editions/shelf/one.jinja", context)


def download(_request: HttpRequest, shelf: Shelf, edition: str, name: str) -> HttpResponse:
    """One file of an edition, as it was published."""
    return hand_out(*read_file(shelf.code, edition, name))


def sums(_request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """The digests of an edition's files, for `sha256sum --check`; its own digest is the edition's."""
    return HttpResponse(list_of(find_edition(shelf.code, edition).files), content_type="text/plain; charset=utf-8")


def dataset(_request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """One edition as a Dataset of schema.org."""
    return JsonResponse(schema_of(shelf, find_edition(shelf.code, edition)), content_type=JSONLD_TYPE)


def catalogue(_request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The shelf as a dataset series of DCAT-AP."""
    editions = [find_edition(shelf.code, each.name) for each in all_editions(shelf.code)]
    return JsonResponse(series_of(shelf, editions, at=timezone.now()), content_type=JSONLD_TYPE)


def show_calendar(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Show what is to come out and what came out, with what is or was late."""
    today = timezone.now().astimezone(UTC).date()
    days = calendar_days(shelf, today=today)
    context = {
        "shelf": shelf,
        "to_come": [each for each in days if each.out_on is None],
        "out": [each for each in reversed(days) if each.out_on],
        "say": lambda each: say_punctuality(each, today=today),
    }
    return render(request, "editions/shelf/calendar.jinja", context)


def calendar(_request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The same for calendar programs."""
    now = timezone.now()
    content = write_calendar(shelf, calendar_days(shelf, today=now.astimezone(UTC).date()), now=now)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def dictionary(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """What each column of each table of the shelf's editions means; in English, as the tables are."""
    with override("en"):
        tables = list(shelf.tables())
    return render(request, "editions/shelf/dictionary.jinja", {"shelf": shelf, "tables": tables})


def hand_out(file: File, content: bytes) -> HttpResponse:
    """A file's bytes, with its type and digest."""
    response = HttpResponse(content, content_type=f"{file.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["ETag"] = f'"{file.sha256}"'
    return response
