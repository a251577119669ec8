"""What a neutral message says: always this, in her language; it is given nothing that it could give away."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


@dataclass(frozen=True, kw_only=True)
class NeutralWords:
    """A whole message. Whoever else reads it learns that somebody has news, and no more."""

    subject: str
    text: str


def neutral_words(language: str) -> NeutralWords:
    """The message in one language; in the first one where that language is not shipped any more."""
    with override(language if language in settings.LEEWARD_HER_LANGUAGES else settings.LANGUAGE_CODE):
        return NeutralWords(
            subject=_("Something new for you"),
            text=_(
                "Hello,\n\nThere is something new for you. Please look the way you normally do.\n\n"
                "You do not need to answer this message.\n"
            ),
        )
