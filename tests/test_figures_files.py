"""Every file of figures: each number with its range, and a description of its columns beside it."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

import leeward

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
# Names beside `value` that are no columns of figures: attributes of HTML, the columns of a list of hashes.
NO_COLUMNS = {
    "leeward.foundation.web.components.OWN_ATTRIBUTES",
    "leeward.victim.removals.rules.notices.content.PAIR",
}


def heads() -> Iterator[tuple[str, list[str]]]:
    """Each constant of the product that lists columns with one named `value`, by the module that declares it."""
    for module in pkgutil.walk_packages(leeward.__path__, "leeward."):
        if ".migrations" in module.name or ".management." in module.name:
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            if name.isupper() and isinstance(found, Mapping | list | tuple):
                columns = [str(getattr(each, "name", each)) for each in found]
                if "value" in columns and f"{module.name}.{name}" not in NO_COLUMNS:
                    yield f"{module.name}.{name}", columns


def test_each_file_of_figures_has_the_range_beside_the_value() -> None:
    found = dict(heads())
    assert len(found) >= len(FIGURES), found.keys()
    wrong = {name: head for name, head in found.items() if head[(place := head.index("value")) : place + 4] != RANGE}
    assert wrong == {}


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
