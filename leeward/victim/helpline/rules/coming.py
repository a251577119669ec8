"""What a person answers before anything is kept: her own sealed cookie carries it, and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from leeward.foundation.kept import Packed
from leeward.victim.file.rules.needs import Needs
from leeward.victim.file.rules.story import Danger, Harm, Story
from leeward.victim.helpline.rules.cases import CaseSource


class Asked(StrEnum):
    """The questions of the way in, one a page, in order and named as their addresses are."""

    SAFE = "safe"
    AGE = "age"
    WHAT = "what"
    SIGNS = "signs"
    HOW = "how"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Coming(Packed):
    """Her answers so far. `source` is LETTER where a member of staff types one, else said by who types.

    `has_begun`: her case was begun in this visit, so what follows is still her first words.
    """

    source: CaseSource
    is_adult: bool = False
    harm: Harm = Harm.NOT_SURE
    dangers: tuple[Danger, ...] = ()
    needs: Needs = field(default_factory=Needs)
    has_begun: bool = False

    @property
    def story(self) -> Story:
        """What she told on the way in."""
        return Story(everyone_adult=self.is_adult, harm=self.harm, dangers=self.dangers)


def questions(told: Story) -> Iterator[Asked]:
    """Yield what she is asked who has told this already. Danger is asked for anew: it may be there only now."""
    answered = {Asked.AGE: told.everyone_adult, Asked.WHAT: told.harm is not Harm.NOT_SURE}
    yield from (each for each in Asked if not answered.get(each))


def question_after(asked: Asked, *, told: Story) -> Asked:
    """Return the next question; after the last one it is the code."""
    order = tuple(Asked)
    later = (each for each in questions(told) if order.index(each) > order.index(asked))
    return next(later, Asked.KEEP)


def question_before(asked: Asked, *, told: Story) -> Asked | None:
    """Return the question before; None before the first one."""
    order = tuple(Asked)
    earlier = [each for each in questions(told) if order.index(each) < order.index(asked)]
    return earlier[-1] if earlier else None
