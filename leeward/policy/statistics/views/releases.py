"""Releases at their permanent addresses: what each is, its files, and how to check them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.notary.queries import find_entries
from leeward.foundation.signing.queries import records_about
from leeward.foundation.web.access import public
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.operations.releases import LEAF_KIND
from leeward.policy.statistics.queries.releases import all_releases, find_release, planned, read_file, release_address
from leeward.policy.statistics.queries.series import corrections
from leeward.policy.statistics.records import File
from leeward.policy.statistics.rules.claims import KIND
from leeward.policy.statistics.views.asking import check_asked, open_file

CORRECTIONS_SHOWN = 50


@public
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Every release, what comes next, and what was corrected."""
    context = {
        "releases": all_releases(),
        "planned": planned(today=timezone.now().date()),
        "corrections": corrections(limit=CORRECTIONS_SHOWN),
        "indicators": INDICATORS,
    }
    return render(request, "statistics/releases/all.jinja", context)


@public
@require_safe
def show(request: HttpRequest, edition: str) -> HttpResponse:
    """One release and its files."""
    context = {
        "release": find_release(edition),
        "log": find_entries(LEAF_KIND, edition),
        "records": records_about(kind=KIND, about=release_address(edition), now=timezone.now()),
    }
    return render(request, "statistics/releases/one.jinja", context)


@public
@require_safe
@open_file
def download(request: HttpRequest, edition: str, name: str) -> HttpResponse:
    """One file of a release, as it was published."""
    check_asked(request)
    return hand_out(*read_file(edition, name))


@public
@require_safe
@open_file
def sums(request: HttpRequest, edition: str) -> HttpResponse:
    """The digests of a release's files, for `sha256sum --check`; its own digest is the release's."""
    check_asked(request)
    release = find_release(edition)
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in release.files)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def hand_out(file: File, content: bytes) -> HttpResponse:
    """A file's bytes, with its type and digest."""
    response = HttpResponse(content, content_type=f"{file.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["ETag"] = f'"{file.sha256}"'
    return response
