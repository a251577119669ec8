"""What a page imports is made once: with the page's own names it would be made anew for each answer."""

import re
from pathlib import Path

import pytest
from django.template import engines
from jinja2 import meta

import leeward

WITH_CONTEXT = re.compile(r'\{%-?\s*(?:from|import)\s+"([^"]+)"[^%]*\swith context\b')
WITHOUT = re.compile(r'\{%-?\s*(?:from|import)\s+"([^"]+)"(?:(?!with context)[^%])*%\}')
TEXTS = [path.read_text(encoding="utf-8") for path in Path(leeward.__file__).parent.rglob("*.jinja")]


def asked_of_the_page(name: str) -> set[str]:
    """The names that a template reads and neither sets nor finds among what all templates have."""
    environment = engines["jinja2"].env
    source, *_ = environment.loader.get_source(environment, name)
    return meta.find_undeclared_variables(environment.parse(source)) - set(environment.globals)


def imported(pattern: re.Pattern[str]) -> list[str]:
    return sorted({name for text in TEXTS for name in pattern.findall(text) if not name.startswith("govuk")})


@pytest.mark.parametrize("name", imported(WITH_CONTEXT))
def test_only_what_asks_the_page_is_imported_with_its_names(name: str) -> None:
    assert asked_of_the_page(name)


@pytest.mark.parametrize("name", imported(WITHOUT))
def test_what_asks_nothing_of_the_page_finds_all_that_it_names(name: str) -> None:
    assert asked_of_the_page(name) <= {"errors"}  # which is set, in one branch
