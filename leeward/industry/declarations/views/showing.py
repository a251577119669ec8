"""What pages of everybody, of nominated persons and of staff show alike."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language_info

from leeward.foundation.web.words import spoken
from leeward.industry.declarations.queries import (
    PublicSignatory,
    checklist_of,
    count_information,
    process_of,
    standing_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.checklists import Item, ItemWords
from leeward.industry.declarations.rules.texts import (
    Commitment,
    CommitmentWords,
    Draft,
    Version,
    Wording,
    paragraphs,
    words_in,
)
from leeward.industry.declarations.words import duty_in_words, number, rhythm_in_words
from leeward.industry.platforms.queries import profile_of
from leeward.industry.platforms.rules import Partner

__all__ = ["duty_in_words", "number", "paragraphs", "rhythm_in_words"]


def languages_of(draft: Draft) -> tuple[str, ...]:
    """The languages in which a draft is written: those of the pages, and those that it has beside them."""
    own = [code for code, _name in settings.LANGUAGES]
    return (*own, *sorted(set(draft.wordings) - set(own)))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A version in one language, and the languages in which it can be read."""

    version: Version
    wording: Wording
    language: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its text."""
        return paragraphs(self.wording.text)

    def words_of(self, commitment: Commitment) -> CommitmentWords:
        """A commitment in this language."""
        return words_in(commitment.words, language=self.language, main_language=settings.LANGUAGE_CODE)[1]


def read(version: Version, request: HttpRequest) -> Reading:
    """A version in the language that the reader asks for by `?text=`, else in her own."""
    asked = request.GET.get("text", "")
    language, wording = words_in(
        version.wordings,
        language=asked if asked in version.wordings else spoken(),
        main_language=settings.LANGUAGE_CODE,
    )
    return Reading(version=version, wording=wording, language=language)


def words_of(commitment: Commitment) -> CommitmentWords:
    """A commitment in the reader's language, or the nation's own."""
    return words_in(commitment.words, language=spoken(), main_language=settings.LANGUAGE_CODE)[1]


def commitment_choices(found: PublicSignatory) -> list[tuple[str, str]]:
    """The commitments to choose from when evidence is handed in."""
    return [(each.commitment.code, words_of(each.commitment).title) for each in found.commitments]


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


def known_of(partner: Partner) -> dict[str, object]:
    """What is known of a platform, for everybody and for staff: its rules, its process, its figures, its answers."""
    now = timezone.now()
    return {
        "partner": partner,
        "found": checklist_of(partner, now=now),
        "profile": profile_of(partner),
        "signed": standing_of(partner, now=now),
        "process": process_of(partner, now=now),
        "figures": stated_figures_of(partner),
        "answered": count_information(now=now, partner=partner),
    }
