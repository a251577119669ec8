"""Fails where a text is hard to read or says what we do not say: rules and reasons stand in docs/writing.md.

Reading age is worked out for each file of texts that a victim reads (`leeward.foundation.pages.rules.reading`).
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from leeward.foundation.languages import Language, Offered, read_languages
from leeward.foundation.pages.rules.dialect import plain
from leeward.foundation.pages.rules.reading import PLACEHOLDER, WORD, length, reading_age, sentences

ROOT = Path(__file__).parents[1]
RULES = ROOT / "tools" / "words.toml"
ARABIC = ROOT / "leeward" / "locale" / "ar" / "LC_MESSAGES" / "django.po"


def path_of(code: str) -> Path:
    """Return where a language's texts are."""
    return ROOT / "leeward" / "locale" / code / "LC_MESSAGES" / "django.po"


KEYWORDS: Mapping[str, Any] = {
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop", "mark")),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true"}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How hard the texts of one file are: reading age in years, and the longest sentence."""

    age: float
    words: int
    longest: str


def texts_of(path: Path) -> list[str]:
    """The texts of one template or module, as gettext is given them."""
    if path.suffix == ".md":
        return plain(path.read_text(encoding="utf-8").partition("\n---\n")[2]).splitlines()
    method = "jinja2" if path.suffix == ".jinja" else "python"
    options = JINJA if method == "jinja2" else {}
    found: list[str] = []
    for _line, message, _comments, _context in extract(method, BytesIO(path.read_bytes()), KEYWORDS, (), options):
        found += [message] if isinstance(message, str) else [each for each in message if each]
    return found


def hers(rules: Mapping[str, Any]) -> Iterator[Path]:
    """Every file whose texts a victim reads."""
    for pattern in rules["hers"]:
        found = sorted(ROOT.glob(pattern))
        if not found:
            raise FileNotFoundError(pattern)
        yield from (path for path in found if path.name not in rules["not_hers"])


def ease(texts: list[str], measure: Mapping[str, Any]) -> float:
    """How easy texts are, by Flesch's formula with the numbers of a language; 100 is easy, 0 is hard."""
    parts = [part for text in texts for part in sentences(text)]
    words = [word for part in parts for word in WORD.findall(part)]
    syllables = sum(max(1, len(re.findall(measure["syllable"], word.casefold()))) for word in words)
    if not words:
        return float(measure["base"])
    hard = measure["per_syllable"] * syllables / len(words) + measure["per_word"] * len(words) / len(parts)
    return float(measure["base"]) - float(hard)


def hard_in(language: Language, rules: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the words of a language on her pages, a line each."""
    measure, said = language.reading, catalogue(path_of(language.code))
    for path in hers(rules):
        if path.suffix == ".md":
            if not path.name.endswith(f".{language.code}.md"):
                continue
            texts = texts_of(path)
        else:
            texts = [said.get(each, "") for each in texts_of(path)]
        name, counted = path.relative_to(ROOT), sum(length(part) for text in texts for part in sentences(text))
        if counted >= rules["words_least"] and (easy := ease(texts, measure)) < measure["least"]:
            yield f"{name}: ease of reading {easy:.0f} in {language.name}, at least {measure['least']}"
        for text in texts:
            for part in sentences(text):
                if length(part) > measure["sentence_most"]:
                    yield f"{name}: {length(part)} words in a sentence in {language.name}: {part}"
    for text in said.values():
        yield from (f"{language.name}: {phrase} in {text!r}" for phrase in banned_in(text, language.banned))


def measure(texts: list[str]) -> Measure:
    """How hard these texts are."""
    longest = max((part for text in texts for part in sentences(text)), key=length, default="")
    words = sum(length(part) for text in texts for part in sentences(text))
    return Measure(age=reading_age(texts), words=words, longest=longest)


def banned_in(text: str, banned: Mapping[str, str]) -> list[str]:
    """What we do not say and this text does, each with what to write instead."""
    return [
        f"{phrase!r}: {instead}"
        for phrase, instead in banned.items()
        if re.search(rf"(?<!\w)(?:{phrase})(?!\w)", PLACEHOLDER.sub("name", text), re.IGNORECASE)
    ]


def problems(rules: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong, a line each."""
    arabic = catalogue(ARABIC)
    found = [each for path in hers(rules) for each in _of_file(path, rules, arabic)]
    for text, shown in arabic.items():
        phrases = (*banned_in(text, rules["banned"]), *banned_in(shown, rules["banned_arabic"]))
        found += [(text, f"everywhere: {phrase} in {text!r}") for phrase in phrases]
    yield from (words for key, words in found if key not in rules["allowed"])
    for language in read_languages(ROOT / "leeward" / "locale").values():
        if language.reading.get("measure") == "ease" and language.offered is not Offered.NOWHERE:
            yield from hard_in(language, rules)


def _of_file(path: Path, rules: Mapping[str, Any], arabic: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong in a file that a victim reads, each with the key of an exception from it."""
    name, texts = str(path.relative_to(ROOT)), texts_of(path)
    if path.name.endswith(".ar.md"):
        yield from _of_arabic(name, texts, rules)
        return
    if path.suffix == ".md" and not path.name.endswith(".en.md"):
        return
    made = measure(texts)
    if made.words >= rules["words_least"] and made.age > rules["age_most"]:
        yield name, f"{name}: reading age {made.age:.1f}, at most {rules['age_most']}"
    for text in texts:
        for shown, most in ((text, rules["sentence_most"]), (arabic.get(text, ""), rules["sentence_most_arabic"])):
            for part in sentences(shown):
                if length(part) > most:
                    yield text, f"{name}: {length(part)} words in a sentence, at most {most}: {part}"
        for phrase in banned_in(text, rules["banned_hers"]):
            yield text, f"{name}: {phrase} in {text!r}"


def _of_arabic(name: str, texts: list[str], rules: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong in a page that is a file of its own in Arabic."""
    for text in texts:
        for part in sentences(text):
            if length(part) > rules["sentence_most_arabic"]:
                yield text, f"{name}: {length(part)} words in a sentence: {part}"
        for phrase in banned_in(text, rules["banned_arabic"]):
            yield text, f"{name}: {phrase} in {text!r}"


def catalogue(path: Path) -> dict[str, str]:
    """The texts of a language by the English ones."""
    with path.open("rb") as file:
        found: Catalog = read_po(file)
    texts: dict[str, str] = {}
    for message in found:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ("",))
        texts |= {each: strings[min(place, len(strings) - 1)] for place, each in enumerate(ids) if each}
    return texts


def main() -> int:
    """Check; with `--ages` tell the reading age of every file instead."""
    rules = tomllib.loads(RULES.read_text(encoding="utf-8"))
    if "--ages" in sys.argv:
        for path in hers(rules):
            made = measure(texts_of(path))
            print(f"{made.age:5.1f}  {made.words:5d} words  {length(made.longest):3d}  {path.relative_to(ROOT)}")
        return 0
    found = list(problems(rules))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
