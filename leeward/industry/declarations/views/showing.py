"""What pages of everybody, of nominated persons and of staff show alike."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from leeward.industry.declarations import words
from leeward.industry.declarations.queries import Handed, PublicSignatory
from leeward.industry.declarations.rules.texts import Commitment, CommitmentWords, words_in


def spoken() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


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
        "state": words.HANDED_IN[handed.state],
        "colour": words.HANDED_IN_COLOURS[handed.state],
        "trouble": words.TROUBLES[handed.trouble] if handed.checked_at else "",
    }
