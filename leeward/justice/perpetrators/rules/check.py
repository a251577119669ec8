"""The self-check: ten questions on behaviour as data, and which of three endings the answers lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from leeward.foundation.labels import Labelled, mark

DATA = Path(__file__).parents[1] / "data" / "self-check.yaml"
STRICT = ConfigDict(extra="forbid")


class Ending(Labelled):
    """To what the answers lead, the most pressing first. `hint`: what stands below its title."""

    STOP = (
        "stop",
        mark("Stop now. Delete what you have"),
        "",
        mark("Something that hurts somebody can still be stopped, and you are the one who can do it today."),
    )
    HARM = (
        "harm",
        mark("You have done harm"),
        "",
        mark(
            "It happened to a real person, and may not be over for them. You can make sure that it was the last time."
        ),
    )
    TALK = (
        "talk",
        mark("Talk to somebody"),
        "",
        mark("Nothing that you answered shows that harm was done. Talk about a thought or a fear before it grows."),
    )


@checked(frozen=True, kw_only=True, config=STRICT)
class Answer:
    """One answer. `ending`: to what it leads by itself; None for nothing."""

    code: str
    words: str
    ending: Ending | None = None


@checked(frozen=True, kw_only=True, config=STRICT)
class Question:
    """One question. `law`: what the law calls it, "" for nothing; `today`: what to do today."""

    code: str
    title: str
    answers: tuple[Answer, ...]
    today: str
    law: str = ""

    def ending_of(self, answer: str) -> Ending | None:
        """To what an answer leads; None for one that leads nowhere, and for a question that was skipped."""
        return next((each.ending for each in self.answers if each.code == answer), None)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is said in the end: the ending, and of which questions the law and today's steps are shown."""

    ending: Ending
    told: tuple[Question, ...]


QUESTIONS: tuple[Question, ...] = TypeAdapter(tuple[Question, ...]).validate_python(
    yaml.load(DATA.read_text(encoding="utf-8"), yaml.CSafeLoader)
)


def judge(answers: Mapping[str, str]) -> Outcome:
    """Return what the answers lead to: the most pressing ending of any of them; to talk where none leads anywhere."""
    led = [(each, each.ending_of(answers.get(each.code, ""))) for each in QUESTIONS]
    found = {ending for _question, ending in led}
    ending = next((each for each in Ending if each in found), Ending.TALK)
    return Outcome(ending=ending, told=tuple(question for question, where in led if where))
