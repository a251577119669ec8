"""Reads what the files of a release say of it: its quality, and what a draft changes against the release before."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.queries import newest_name, read_draft_file, read_file
from leeward.foundation.editions.records import File
from leeward.policy.statistics.rules.differences import OBSERVATIONS_FILE, Difference, compare, read_numbers
from leeward.policy.statistics.rules.quality import QUALITY_FILE, QualityReport, read_report

FIGURES = "figures"  # the shelf of releases


def release_address(name: str) -> str:
    """Where a release stands for good."""
    return settings.LEEWARD_URL + reverse("statistics-data:release", args=[name])


def compare_draft(name: str) -> tuple[str, tuple[Difference, ...]]:
    """Return what each number of a draft is against the newest release, and that one's name; "" before the first.

    For staff. Raises EditionUnknown.
    """
    newest = newest_name(FIGURES)
    before = read_numbers(read_file(FIGURES, newest, OBSERVATIONS_FILE)[1]) if newest else {}
    return newest, compare(before, read_numbers(read_draft_file(FIGURES, name, OBSERVATIONS_FILE)[1]))


def quality_of(name: str) -> QualityReport | None:
    """Return a release's quality report; None of one that was made before there were such reports."""
    return _report(read_file, name)


def quality_of_draft(name: str) -> QualityReport | None:
    """Return a draft's quality report, for staff; None of one that was made before there were such reports."""
    return _report(read_draft_file, name)


def _report(read: Callable[[str, str, str], tuple[File, bytes]], name: str) -> QualityReport | None:
    try:
        return read_report(read(FIGURES, name, QUALITY_FILE)[1])
    except EditionUnknown:
        return None
