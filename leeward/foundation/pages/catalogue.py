"""The texts that come with the product, shown until an edition is: files in LEEWARD_PAGES by page and language.

A file begins with what it says of itself between two lines of `---`: `tab`, and in English `at` (the name of its
address, where it has one of its own) and `watched`. A heading of level 1 is its title.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from leeward.foundation.pages.rules.texts import Text, digests_of

SOURCE = "en"  # in which the product's own texts are written, and of which the others are translations


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A page that comes with the product: its text in each language, and the name of its own address ("" for none)."""

    code: str
    place: str
    is_watched: bool
    texts: Mapping[str, Text]


@cache
def shipped() -> Mapping[str, Shipped]:
    """All of them by their codes."""
    folder = Path(settings.LEEWARD_PAGES)
    found: dict[str, Shipped] = {}
    for file in sorted(folder.glob(f"*.{SOURCE}.md")):
        code = file.name.partition(".")[0]
        about, source = _read(file, SOURCE)
        texts = {SOURCE: source}
        for other in folder.glob(f"{code}.*.md"):
            language = other.name.split(".")[1]
            if language != SOURCE:
                texts[language] = replace(_read(other, language)[1], renders=digests_of(source))
        found[code] = Shipped(
            code=code, place=about.get("at", ""), is_watched=about.get("watched", "yes") == "yes", texts=texts
        )
    return found


def _read(file: Path, language: str) -> tuple[dict[str, str], Text]:
    _start, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
    about = {name: value.strip() for name, _colon, value in (line.partition(":") for line in head.splitlines())}
    title, _newline, rest = body.strip().partition("\n")
    text = Text(language=language, title=title.removeprefix("# "), tab=about["tab"], body=rest.strip())
    return about, text
