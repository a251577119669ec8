"""What pages of everybody, of nominated persons and of staff show alike."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

from leeward.foundation.days import write_day
from leeward.foundation.web.words import tag_of, word
from leeward.industry.declarations import words
from leeward.industry.declarations.queries import (
    FigureSaid,
    FoundLine,
    Handed,
    PlatformFigure,
    PublicSignatory,
    checklist_of,
    count_information,
    process_of,
    standing_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.checklists import Item, ItemWords
from leeward.industry.declarations.rules.terms import Verdict
from leeward.industry.declarations.rules.texts import Commitment, CommitmentWords, Draft, Version, paragraphs, words_in
from leeward.industry.platforms.queries import profile_of
from leeward.industry.platforms.rules import Partner


def spoken() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def languages_of(draft: Draft) -> tuple[str, ...]:
    """The languages in which a draft is written: those of the pages, and those that it has beside them."""
    own = [code for code, _name in settings.LANGUAGES]
    return (*own, *sorted(set(draft.wordings) - set(own)))


def told(version: Version, request: HttpRequest) -> dict[str, Any]:
    """A version in the language that the reader asks for by `?text=`, else in her own."""
    asked = request.GET.get("text", "")
    language, wording = words_in(
        version.wordings,
        language=asked if asked in version.wordings else spoken(),
        main_language=settings.LANGUAGE_CODE,
    )
    return {
        "version": version,
        "wording": wording,
        "paragraphs": paragraphs(wording.text),
        "language": language,
        "direction": direction_of(language),
        "languages": [
            {"code": code, "name": name_of(code), "direction": direction_of(code), "current": code == language}
            for code in sorted(version.wordings)
        ],
        "commitments": [
            {
                "words": words_in(each.words, language=language, main_language=settings.LANGUAGE_CODE)[1],
                "rhythm": words.rhythm_in_words(first_due_days=each.first_due_days, every_months=each.every_months),
            }
            for each in version.commitments
        ],
    }


def words_of(commitment: Commitment) -> CommitmentWords:
    """A commitment in the reader's language, or the nation's own."""
    return words_in(commitment.words, language=spoken(), main_language=settings.LANGUAGE_CODE)[1]


def commitments_in_words(found: PublicSignatory) -> list[dict[str, Any]]:
    """What an organisation promised, how each part stands, and what it showed."""
    return [
        {
            "words": words_of(each.commitment),
            "code": each.commitment.code,
            "duty": words.duty_in_words(each.duty),
            "evidence": each.evidence,
        }
        for each in found.commitments
    ]


def commitment_choices(found: PublicSignatory) -> list[tuple[str, str]]:
    """The commitments to choose from when evidence is handed in."""
    return [(each.commitment.code, words_of(each.commitment).title) for each in found.commitments]


def handed_in_words(handed: Handed, *, names: dict[str, str]) -> dict[str, Any]:
    """Evidence or a statement, with what became of it."""
    return {
        "it": handed,
        "commitment": names.get(handed.code, handed.code),
        "state": word(handed.state),
        "colour": handed.state.colour,
        "trouble": word(handed.trouble) if handed.checked_at else "",
    }


def name_of(code: str) -> str:
    """A language's name in itself, or its code where Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:  # a language that the pages do not know; its code says enough
        return code


def direction_of(code: str) -> str:
    """Which way a language runs: ltr, rtl, or auto where Django does not know it."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "auto"


def item_words(item: Item) -> ItemWords:
    """An item of the checklist in the reader's language."""
    return words_in(item.words, language=spoken(), main_language=settings.LANGUAGE_CODE)[1]


def platform_in_words(partner: Partner, *, now: datetime) -> dict[str, Any]:
    """What is known of a platform, for everybody and for staff: its rules, its process, its figures, its answers."""
    signed = standing_of(partner, now=now)
    found = checklist_of(partner, now=now)
    return {
        "partner": partner,
        "found": found,
        "profile": profile_of(partner),
        "signed": signed,
        "standing": tag_of(signed.report.standing) if signed else None,
        "items": [
            {
                "code": each.item.code,
                "title": item_words(each.item).title,
                "text": item_words(each.item).text,
                "item": each.item,
                **_found(each.newest),
                "earlier": [_found(line) for line in each.earlier],
            }
            for each in found.items
        ],
        "steps": [
            {
                "code": each.step.value.replace("_", "-"),
                "title": word(each.step),
                **_found(each.newest),
                "earlier": [_found(line) for line in each.earlier],
            }
            for each in process_of(partner, now=now)
        ],
        "counts": [{"number": number, "text": word(verdict)} for verdict, number in found.counts.items()],
        "figures": [_figure(each) for each in stated_figures_of(partner)],
        "answered": count_information(now=now, partner=partner),
    }


def _found(line: FoundLine | None) -> dict[str, Any]:
    verdict = line.verdict if line else Verdict.UNKNOWN
    return {"line": line, "verdict": word(verdict), "colour": verdict.colour}


def _figure(figure: PlatformFigure) -> dict[str, Any]:
    return {
        "what": word(figure.measure),
        "period": f"{write_day(figure.began_on)} – {write_day(figure.ended_on)}",
        "newest": _said(figure.newest) if figure.newest else None,
        "earlier": [_said(said) for said in figure.earlier],
    }


def _said(said: FigureSaid) -> dict[str, Any]:
    return {
        "reference": said.reference,
        "number": words.number(said.value),
        "said_on": said.said_on,
        "said_by": word(said.said_by),
        "source": said.source,
        "is_mistaken": said.is_mistaken,
    }
