"""A talk: what somebody says, what one may answer, and which of their needs each answer meets or hurts.

Unlike a lesson it says nothing of right and wrong on the way. At its end each turn stands with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.lessons.rules.lesson import Texts


class Need(Labelled):
    """What somebody who was harmed needs of a first talk."""

    SAFE = "safe", mark("Safe now")
    EVIDENCE = "evidence", mark("What shows it is kept")
    NO_BLAME = "no_blame", mark("No blame")
    NEXT_STEP = "next_step", mark("A next step")


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One thing to answer. `goes_to`: the turn that follows, "" where the talk ends. `reason` is told at the end."""

    id: str
    words: Texts
    reason: Texts
    meets: frozenset[Need]
    hurts: frozenset[Need]
    goes_to: str

    @property
    def is_wrong(self) -> bool:
        """Whether it hurts what they need."""
        return bool(self.hurts)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What they say, and what one may answer."""

    id: str
    says: Texts
    sayings: tuple[Saying, ...]

    def find(self, saying: str) -> Saying | None:
        """The answer of this id, None where there is none."""
        return next((each for each in self.sayings if each.id == saying), None)


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A talk in one version; its first turn is where it begins."""

    slug: str
    version: int
    title: Texts
    summary: Texts
    minutes: int
    turns: tuple[Turn, ...]
    digest: str

    def turn(self, id: str) -> Turn | None:  # noqa: A002  # the file's word
        """The turn of this id, None where there is none."""
        return next((turn for turn in self.turns if turn.id == id), None)


type Said = tuple[Turn, Saying]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody is: what was said so far, and the turn that waits for an answer, None where the talk is over."""

    said: tuple[Said, ...]
    turn: Turn | None

    @property
    def met(self) -> frozenset[Need]:
        """The needs that were met and not hurt."""
        return frozenset().union(*(saying.meets for _turn, saying in self.said)) - self.hurt

    @property
    def hurt(self) -> frozenset[Need]:
        """The needs that an answer hurt."""
        return frozenset().union(*(saying.hurts for _turn, saying in self.said))


def follow(talk: Talk, chosen: Sequence[str]) -> Place:
    """Return where these answers lead, from the first turn on. Raises ValueError for what is not offered."""
    turn: Turn | None = talk.turns[0]
    said: list[Said] = []
    for each in chosen:
        saying = turn.find(each) if turn is not None else None
        if turn is None or saying is None:
            raise ValueError(each)
        said.append((turn, saying))
        turn = talk.turn(saying.goes_to) if saying.goes_to else None
    return Place(said=tuple(said), turn=turn)
