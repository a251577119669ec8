"""The paths of harms that many services do not know: what each asks and leaves out, advises, offers, and does first.

Nobody chooses a path. It follows from what a person ticked, and each is one row of `data/paths.yaml`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.story import Danger, Harm, Made, Shown, Story

DATA = Path(__file__).parents[1] / "data"
STRICT = ConfigDict(extra="forbid")
# Questions whose answers are kept under another name.
KEPT_AS = {"by": "uploader"}


class SupportPath(Labelled):
    """A path. Six bear the value of the harm that leads there, so that both count as one group."""

    SEXTORTION = "sextortion", mark("Blackmail (sextortion)")
    COMMUNITY = "culturally_sensitive", mark("Intimate in their culture")
    DOXXING = "doxxing", mark("Private data put online")
    OUTING = "outing", mark("Outed")
    HARASSMENT = "harassment", mark("Harassed")
    CREATOR = "creator_content", mark("Their work, spread without a licence")
    NOT_IN_LAW = "not_in_law", mark("Not in the law")


@checked(frozen=True, kw_only=True, config=STRICT)
class Tick:
    """One thing that may be ticked: in the person's words, in staff's, and what a worker does about it.

    `danger`: the sign of danger that it tells too.
    """

    code: str
    words: str
    staff: str
    hint: str
    danger: Danger | None = None


@checked(frozen=True, kw_only=True, config=STRICT)
class Asking:
    """What somebody on a path may be asked besides. `line`: what may be written beside it, "" for nothing.

    `line_hint`: who reads that.
    """

    title: str
    why: str
    ticks: tuple[Tick, ...]
    line: str = ""
    line_hint: str = ""


@checked(frozen=True, kw_only=True, config=STRICT)
class PathRow:
    """One path, as its row in the file says. `band`, `levers`: codes of the removal desk's."""

    code: SupportPath
    band: str = "green"
    page: str
    support: str
    steps: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    harms: frozenset[Harm] = frozenset()
    made: frozenset[Made] = frozenset()
    shown: frozenset[Shown] = frozenset()
    dangers: frozenset[Danger] = frozenset()
    needs: frozenset[Need] = frozenset()
    leaves_out: frozenset[str] = frozenset()
    shows: tuple[Shown, ...] = ()
    levers: tuple[str, ...] = ()
    ask: Asking | None = None

    def key(self, tick: Tick) -> str:
        """How what was ticked is kept."""
        return f"{self.code}.{tick.code}"

    def ticked(self, story: Story) -> tuple[Tick, ...]:
        """What the person ticked of it, in the row's order."""
        return tuple(each for each in self.ask.ticks if self.key(each) in story.details) if self.ask else ()


@dataclass(frozen=True, kw_only=True)
class Law:
    """What the law here leaves out: harms that no law of the nation covers, and whether staff found that it does not.

    `uncovered` is the nation's to say.
    """

    uncovered: frozenset[str] = frozenset()
    is_silent: bool = False


PATHS: tuple[PathRow, ...] = TypeAdapter(tuple[PathRow, ...]).validate_python(
    yaml.load((DATA / "paths.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
)


def paths_of(story: Story, *, needs: Collection[Need] = (), law: Law | None = None) -> tuple[PathRow, ...]:
    """Return the paths that fit what a person ticked, the most pressing first; none is common."""
    law = law or Law()
    is_silent = law.is_silent or story.harm in law.uncovered
    return tuple(
        row
        for row in PATHS
        if story.harm in row.harms
        or story.made in row.made
        or row.shown & set(story.shown)
        or row.dangers & set(story.dangers)
        or row.needs & set(needs)
        or (is_silent and row.code is SupportPath.NOT_IN_LAW)
    )


def left_out(story: Story) -> frozenset[str]:
    """Return the questions that this person is not asked. What was told before can always be changed."""
    untold = Story()
    return frozenset(
        question
        for row in paths_of(story)
        for question in row.leaves_out
        if getattr(story, KEPT_AS.get(question, question)) == getattr(untold, KEPT_AS.get(question, question))
    )


def asked_on(story: Story) -> tuple[PathRow, ...]:
    """Return the paths of what this person told on which there is something to ask."""
    return tuple(row for row in paths_of(story) if row.ask)


def shown_on(story: Story) -> tuple[Shown, ...]:
    """Return what can be seen: as the person said, else as their path says."""
    return story.shown or tuple(dict.fromkeys(each for row in paths_of(story) for each in row.shows))


def dangers_of(story: Story) -> tuple[Danger, ...]:
    """Return the signs of danger that a person told: by the question about them, or by a tick of a path."""
    told = {tick.danger for row, tick in every_tick() if row.key(tick) in story.details}
    return tuple(danger for danger in Danger if danger in told or danger in story.dangers)


def every_tick() -> Iterator[tuple[PathRow, Tick]]:
    """Yield everything that may be ticked on any path."""
    return ((row, tick) for row in PATHS if row.ask for tick in row.ask.ticks)
