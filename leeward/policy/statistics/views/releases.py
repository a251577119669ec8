"""Releases at their permanent addresses: what each is, its files, and how to check them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import open_data
from leeward.foundation.web.access import public
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.errors import ReleaseUnknown
from leeward.policy.statistics.queries.releases import all_releases, find_release, planned, read_file
from leeward.policy.statistics.queries.series import corrections
from leeward.policy.statistics.records import File

CORRECTIONS_SHOWN = 50


@public
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Every release, what comes next, and what was corrected."""
    context = {
        "releases": all_releases(),
        "planned": planned(today=timezone.now().date()),
        "corrections": [
            {"it": each, "title": INDICATORS[each.indicator_id].title}
            for each in corrections(limit=CORRECTIONS_SHOWN)
            if each.indicator_id in INDICATORS
        ],
    }
    return render(request, "statistics/releases/all.jinja", context)


@public
@require_safe
def show(request: HttpRequest, edition: str) -> HttpResponse:
    """One release and its files."""
    try:
        return render(request, "statistics/releases/one.jinja", {"release": find_release(edition)})
    except ReleaseUnknown as error:
        raise Http404 from error


@public
@require_safe
@open_data
def download(_request: HttpRequest, edition: str, name: str) -> HttpResponse:
    """One file of a release, as it was published."""
    try:
        return hand_out(*read_file(edition, name))
    except ReleaseUnknown as error:
        raise Http404 from error


@public
@require_safe
@open_data
def sums(_request: HttpRequest, edition: str) -> HttpResponse:
    """The digests of a release's files, for `sha256sum --check`; its own digest is the release's."""
    try:
        release = find_release(edition)
    except ReleaseUnknown as error:
        raise Http404 from error
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in release.files)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def hand_out(file: File, content: bytes) -> HttpResponse:
    """A file's bytes, with its type and digest."""
    response = HttpResponse(content, content_type=f"{file.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["ETag"] = f'"{file.sha256}"'
    return response
