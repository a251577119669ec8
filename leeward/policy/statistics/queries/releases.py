"""Compares a draft of figures with the release before it."""

from django.conf import settings
from django.urls import reverse

from leeward.foundation.editions.queries import newest_name, read_draft_file, read_file
from leeward.policy.statistics.rules.differences import OBSERVATIONS_FILE, Difference, compare, read_numbers

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
