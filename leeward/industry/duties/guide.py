"""Writes what ships about each law as the chapter of docs/duties.md, so that the page and the data cannot part."""

from collections.abc import Iterable, Iterator

from django.utils import translation

from leeward.industry.duties import words
from leeward.industry.duties.rules.regimes import SeedRegime

BEGINS = "<!-- written by `leeward print-duties`; change data/regimes.json, then write it anew -->"


def write_chapter(seeds: Iterable[SeedRegime]) -> str:
    """The chapter about these regimes, in Markdown and English."""
    with translation.override("en"):
        return "\n".join([BEGINS, *(line for seed in seeds for line in _section(seed))]) + "\n"


def _section(seed: SeedRegime) -> Iterator[str]:
    draft = seed.draft
    yield from ("", f"### {draft.name}", "")
    yield from ("| | |", "|---|---|")
    for title, value in _rows(seed):
        yield f"| {title} | {value} |"
    for title, lines in (("What is known", draft.notes), ("Not verified", draft.unverified)):
        if lines:
            yield from ("", f"{title}:", "")
            yield from (f"- {line}" for line in lines)


def _rows(seed: SeedRegime) -> Iterator[tuple[str, object]]:
    draft = seed.draft
    yield "code", f"`{draft.code}`"
    yield "where", draft.jurisdiction
    yield "ships", "switched on" if seed.is_switched_on else "**switched off: commencement not verified**"
    yield "in force", f"{draft.commencement.label}{_since(seed)}"
    yield "time", words.limit_in_words(draft)
    yield "starts", draft.start_event.label
    yield "stands still", "; ".join(reason.label for reason in draft.pauses) or "never"
    yield "reaches", draft.copies.label
    yield "a notice holds", "; ".join(element.label for element in draft.elements)
    yield "complaints", "; ".join(_complaints(seed)) or "not known here"
    yield "legal basis", draft.legal_basis
    yield "source", f"{draft.source_name}{f': <{draft.source_url}>' if draft.source_url else ''}"
    yield "checked on", draft.checked_on.isoformat()


def _since(seed: SeedRegime) -> str:
    day = seed.draft.in_force_on
    return f" ({day.isoformat()})" if day else ""


def _complaints(seed: SeedRegime) -> Iterator[str]:
    for redress in seed.draft.redress:
        window = f", within {redress.within_days} days" if redress.within_days else ""
        address = f", <{redress.url}>" if redress.url else ""
        yield f"{redress.name}{window}{address}"
