"""The way in: what is asked before a person writes, and what may be asked once they have written."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from leeward.foundation.kept import Packed
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.helpline.rules.cases import CaseSource


class Later(StrEnum):
    """The optional questions after her first words, one a page, in order and named as their addresses are."""

    SIGNS = "signs"
    WHAT = "what"
    HOW = "how"
    REACH = "reach"


@dataclass(frozen=True, kw_only=True)
class Coming(Packed):
    """What her own sealed cookie carries on the way in. `source` is LETTER where a member of staff types one, else
    said by who types.

    `has_begun`: her case was begun in this visit, so what follows is still her first words.
    """

    source: CaseSource
    is_adult: bool = False
    has_begun: bool = False

    @property
    def story(self) -> Story:
        """What she told on the way in."""
        return Story(everyone_adult=self.is_adult)


def questions(told: Story, contact: Contact | None) -> Iterator[Later]:
    """Yield what she may be asked who has told this already. Danger is asked for anew: it may be there only now."""
    answered = {Later.WHAT: told.harm is not Harm.NOT_SURE, Later.REACH: contact not in (None, Contact())}
    yield from (each for each in Later if not answered.get(each))


def question_after(asked: Later | None, *, told: Story, contact: Contact | None) -> Later | None:
    """Return the next optional question, with None the first one; None after the last one."""
    order = tuple(Later)
    after = -1 if asked is None else order.index(asked)
    return next((each for each in questions(told, contact) if order.index(each) > after), None)
