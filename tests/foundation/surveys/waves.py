"""A plan of the longer questionnaire, and made-up people who answer it at random."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from leeward.foundation.surveys.rules.questionnaire import Answers, Kind, read_questionnaire
from tests.depth import DEEP
from tests.foundation.surveys.asked import LONGER

QUESTIONNAIRE = read_questionnaire(LONGER)
PLAN_DATA = {
    "codings": {"ever": {"yes": ["yes"]}, "times": {"none": ["0"], "some": ["1"]}},
    "tables": [
        {"name": "ever_age", "question": "ever", "by": ["age"]},
        {"name": "ever_region", "question": "ever", "by": ["region"]},
        {"name": "ever_both", "question": "ever", "by": ["age", "region"]},
        {"name": "year_age", "question": "year", "by": ["age"]},
        {"name": "told", "question": "told", "by": []},
        {"name": "times_age", "question": "times", "by": ["age"]},
        {"name": "wish", "question": "wish", "by": ["age"]},
    ],
}


def every_kind(said: Answers | None = None) -> Iterator[Answers]:
    """Everything that one person can answer."""
    so_far = said or {}
    asked = QUESTIONNAIRE.next_question(so_far)
    if asked is None:
        yield so_far
        return
    each: Iterable[Any] = (answer.code for answer in asked.answers if not answer.minor)
    if asked.kind is Kind.MANY:
        sizes = range(len(asked.codes) + 1)
        each = itertools.chain.from_iterable(itertools.combinations(asked.codes, size) for size in sizes)
    elif asked.kind is Kind.NUMBER:
        each = (0, 1)
    for answer in (*each, *([None] if so_far else [])):
        yield from every_kind({**so_far, asked.name: answer})


def wave(random: np.random.Generator, people: int, *, passes: float = 0.02) -> list[Answers]:
    """People who answer at random, the north more often with yes, some passing questions over."""
    rows: list[Answers] = []
    for _person in range(people):
        region = str(random.choice(["north", "south", "east", "west"], p=[0.4, 0.3, 0.2, 0.1]))
        said: dict[str, Any] = {"age": str(random.choice(["young", "middle", "old"])), "region": region}
        likely = {"ever": 0.25 if region == "north" else 0.1, "year": 0.4}
        while (asked := QUESTIONNAIRE.next_question(said)) is not None:
            if random.random() < passes:
                said[asked.name] = None
            elif asked.name == "told":
                said["told"] = tuple(code for code in asked.codes if random.random() < 0.3)
            elif asked.name == "times":
                said["times"] = int(random.integers(0, 3))
            else:
                likely_yes = likely.get(asked.name, 0.5)
                said[asked.name] = asked.codes[0] if random.random() < likely_yes else asked.codes[1]
        rows.append(said)
    return rows


# Who an outsider must think could have answered. A thousand or so know more than there is to know: they do not come
# upon who hardly ever answers so.
EVERYBODY = [*every_kind()] if DEEP else wave(np.random.default_rng(5), 4_000, passes=0.2)
