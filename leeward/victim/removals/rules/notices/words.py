"""The words of notices, language by language, out of one data file each, and the version of every template.

They are data of their own and no interface texts: a notice is written in its reader's language and not in that of who
presses the button, and what was sent must be found again word by word. So every part of a template has a version.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale

from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.notices.errors import LanguageUnknown
from leeward.victim.removals.rules.notices.facts import Family

LANGUAGES = ("en", "ar")
# Letters of a country's code; three digits are a code of a continent.
COUNTRY_LENGTH = 2
# Codes with a name that are no country of ISO 3166-1: unions, and what tests and unknown places are written by.
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True, kw_only=True)
class TemplateUsed:
    """Which words a notice was written with: kept beside what was sent, and counted by the ladder."""

    id: str  # rung.family, such as "platform.sharing"
    language: str
    version: int

    def __str__(self) -> str:
        return f"{self.id}/{self.language}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Words:
    """All words of one language, by section and key."""

    language: str
    direction: str
    sections: Mapping[str, Mapping[str, Any]]

    def say(self, section: str, key: str, **values: object) -> str:
        """One text, such as `say("shared.labels", "url")`, with its places filled in; what fills them is not read."""
        found: Any = self.sections
        for name in (*section.split("."), key):
            found = found[name]
        return str(found).format(**values) if values else str(found)

    def has(self, section: str, key: str) -> bool:
        """Whether there is such a text."""
        found: Any = self.sections
        for name in section.split("."):
            found = found[name]
        return key in found

    def template_used(self, *, rung: Rung, family: Family) -> TemplateUsed:
        """The template for this rung and family. Its version goes up by one whenever one of its three parts does."""
        parts = (self.sections["shared"], self.sections["rungs"][rung], self.sections["families"][family])
        version = sum(int(part["version"]) for part in parts) - len(parts) + 1
        return TemplateUsed(id=f"{rung}.{family}", language=self.language, version=version)


@cache
def words_of(language: str) -> Words:
    """The words of one language. Raises LanguageUnknown."""
    if language not in LANGUAGES:
        raise LanguageUnknown(language, LANGUAGES)
    text = files(__package__).joinpath("languages", f"{language}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return Words(language=found.pop("language"), direction=found.pop("direction"), sections=found)


def name_country(text: str, *, language: str) -> str:
    """Return a country's name in the notice's language, by its ISO 3166 code; other text is returned unchanged.

    A code of a part of a country, such as GB-SCT, stands behind the country's name. Raises LanguageUnknown.
    """
    names = _country_names(words_of(language).language)
    country, _, part = text.partition("-")
    name = names.get(country, "")
    return f"{name} ({text})" if name and part else name or text


def name_jurisdiction(text: str, *, language: str) -> str:
    """Where a law holds, in the notice's language: a law's row names it in whichever of our languages it was written.

    What no language of ours knows, such as a nation that is made up, stays as it is. Raises LanguageUnknown.
    """
    wanted = text.casefold()
    named = (code for each in LANGUAGES for code, name in _country_names(each).items() if name.casefold() == wanted)
    return name_country(next(named, text), language=language)


def has_country_name(text: str) -> bool:
    """Return whether this is a country's code of ISO 3166-1, which every language of ours names."""
    country, _, _part = text.partition("-")
    return country not in NO_COUNTRIES and all(country in _country_names(language) for language in LANGUAGES)


@cache
def _country_names(language: str) -> Mapping[str, str]:
    return {code: name for code, name in Locale.parse(language).territories.items() if len(code) == COUNTRY_LENGTH}
