"""How a person may be reached, and by what."""

from dataclasses import dataclass, replace
from typing import Annotated, Self

from leeward.foundation.kept import Kept, or_else
from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.news import NewsChoice


class ContactWay(Labelled):
    """How she may be reached. The default is not at all."""

    NONE = "none", mark("Do not contact them")
    EMAIL = "email", mark("By e-mail")
    PHONE = "phone", mark("By phone")


@dataclass(frozen=True, kw_only=True)
class Contact(Kept):
    """How she may be reached, and by what; nothing of it ever goes to a platform."""

    way: Annotated[ContactWay, or_else(ContactWay.NONE)] = ContactWay.NONE
    name: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    safe_word: str = ""
    may_say_who: bool = False
    may_leave_message: bool = False
    # Her yes to messages that a machine sends; by e-mail alone.
    news: Annotated[NewsChoice | None, or_else(None)] = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote, in this release or another. What is not understood is not allowed."""
        found = super().from_text(text)
        return found if found.way is ContactWay.EMAIL else replace(found, news=None)
