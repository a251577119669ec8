"""Every file of figures: each number with its range, and a description of its columns beside it."""

from collections.abc import Iterator, Sequence

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from leeward.foundation.surveys.telling import COLUMNS as SURVEY
from leeward.industry.declarations.views.measured import COLUMNS as PLATFORMS_OWN
from leeward.justice.outcomes.views.public import COLUMNS as YEAR
from leeward.justice.outcomes.views.reoffending import COLUMNS as COHORTS
from leeward.justice.training.views.centre import HEAD as COVERAGE
from leeward.policy.statistics.queries.tables import OBSERVATIONS
from leeward.policy.statistics.views.tables import HEAD as CHART
from leeward.victim.network.queries.bulletin import LAW_COLUMNS, SIGHTING_COLUMNS

RANGE = ["value", "low", "high", "why"]
# Addresses of files of figures, and of files that hold no figure: lists, texts, templates.
FIGURES = {
    "api-series-csv", "chart-csv", "platforms-csv", "figures-csv", "year-csv", "reoffending-csv", "tidy",
}  # fmt: skip
NO_FIGURES = {
    "coverage-csv", "feed-csv", "link-template", "map-csv", "own-template", "public-csv",
    "published-coverage", "published-csv",
    "scoping-csv",
}  # fmt: skip
HEADS: dict[str, Sequence[str]] = {
    "observations": [each.name for each in OBSERVATIONS],
    "chart": CHART,
    "platforms' own": [*PLATFORMS_OWN],
    "year": [*YEAR],
    "cohorts": [*COHORTS],
    "coverage": COVERAGE,
    "survey": [*SURVEY],
    "sightings": [each.name for each in SIGHTING_COLUMNS],
    "people without a law": [each.name for each in LAW_COLUMNS],
}


@pytest.mark.parametrize("name", HEADS)
def test_a_file_of_figures_has_the_range_beside_the_value(name: str) -> None:
    head = list(HEADS[name])
    place = head.index("value")
    assert head[place : place + 4] == RANGE


def patterns(found: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    for each in found:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, route)
        elif route.removesuffix("$").endswith((".csv", ".csv-metadata.json")):
            yield route, each.name or ""


def test_each_file_is_known_and_each_of_figures_is_described() -> None:
    routes = dict(patterns(get_resolver().url_patterns))
    files = {route: name for route, name in routes.items() if route.endswith(".csv")}
    assert set(files.values()) == FIGURES | NO_FIGURES
    assert [route for route, name in files.items() if name in FIGURES and f"{route}-metadata.json" not in routes] == []
