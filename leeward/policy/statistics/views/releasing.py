"""What a draft of figures changes, for whoever signs it; and what stands below the list of releases."""

from collections.abc import Callable, Mapping
from functools import wraps
from itertools import groupby
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.queries import find_draft
from leeward.foundation.editions.rules.changes import Change, tally
from leeward.foundation.web.charts.numbers import say_amount
from leeward.foundation.web.charts.records import Unit
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.queries.releases import FIGURES, compare_draft, quality_of, quality_of_draft
from leeward.policy.statistics.queries.series import corrections, published_at
from leeward.policy.statistics.rules.differences import Number
from leeward.policy.statistics.views.asking import check_asked, open_file
from leeward.policy.statistics.views.quality import quality_shown

# The secretariat. Reviewers answer for one body each, such as the police, and do not sign the nation's figures.
STAFF = (Role.POLICY_OFFICER,)
CHANGES_SHOWN = 300
CORRECTIONS_SHOWN = 50


@require_role(*STAFF)
@require_safe
def show_numbers(request: HttpRequest, edition: str, indicator_id: str) -> HttpResponse:
    """Show every number of one indicator in a draft, beside what it was in the release before."""
    context = {"release": find_draft(FIGURES, edition), **changes(edition, indicator_id=indicator_id)}
    return render(request, "statistics/releases/numbers.jinja", context)


def changes(name: str, *, indicator_id: str = "") -> Mapping[str, object]:
    """Return what a page shows of what a draft changes, all of it or one indicator's. Raises EditionUnknown."""
    newest, differences = compare_draft(name)
    if indicator_id:
        differences = tuple(each for each in differences if each.indicator == indicator_id)
        if not differences:
            raise EditionUnknown(indicator_id)
    groups = [
        (INDICATORS.get(indicator), indicator, tuple(found))
        for indicator, found in groupby(differences, key=lambda each: each.indicator)
    ]
    changed = [each for each in differences if each.change in (Change.CHANGED, Change.GONE)]
    return {
        "before": newest,
        "groups": groups,
        "counts": lambda found: [tally(found)[each] for each in Change],
        "changed": changed[:CHANGES_SHOWN],
        "changed_count": len(changed),
        "changes": Change,
        "say": _say,
        "indicators": INDICATORS,
    }


def look_at_draft(name: str) -> Mapping[str, object]:
    """Return what the page of a draft shows: its quality report, and what it changes. Raises EditionUnknown."""
    return {**quality_shown(quality_of_draft(name)), **changes(name)}


def look_at_release(name: str) -> Mapping[str, object]:
    """Return what the page of a release shows of its quality."""
    return quality_shown(quality_of(name))


def _say(number: Number | None) -> str:
    """Write a number of a release's file, or why there is none; "" where the release does not have it."""
    if number is None:
        return ""
    return say_amount(number.printed, Unit(number.unit))


def below_releases(_request: HttpRequest) -> Mapping[str, object]:
    """Return what the list of releases says besides: corrections, and when figures were printed."""
    return {
        "corrections": corrections(limit=CORRECTIONS_SHOWN),
        "indicators": INDICATORS,
        "printed_at": published_at(),
    }


def open_unasked[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a file of a release, which takes no question."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        check_asked(request)
        return view(request, *args, **kwargs)

    return open_file(answer)
