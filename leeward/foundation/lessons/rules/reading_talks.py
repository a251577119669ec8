"""Reads a talk's file, a YAML text, and names each mistake with its line, its place and the way out.

docs/lessons.md says how such a file is written.
"""

from collections.abc import Mapping
from typing import Any

from leeward.foundation.lessons.errors import LessonMalformed
from leeward.foundation.lessons.rules.reading import (
    LINE_MOST,
    MINUTES_MOST,
    OPTIONS_LEAST,
    OPTIONS_MOST,
    PAGES_MOST,
    TEXT_MOST,
    Place,
    Reader,
    reach,
)
from leeward.foundation.lessons.rules.talk import Need, Saying, Talk, Turn

NEEDS = tuple(each.value for each in Need)


def read_talk(text: str) -> Talk:
    """Return the talk that this text is. Raises LessonMalformed with every mistake that could be found."""
    reader = _TalkReader(text)
    talk = reader.talk() if not reader.problems else None
    if talk is not None and not reader.problems:
        _check_ways(talk, reader)
    if reader.problems or talk is None:
        raise LessonMalformed(tuple(reader.problems))
    return talk


class _TalkReader(Reader):
    """What a talk has that a lesson has not."""

    def talk(self) -> Talk:
        """The talk; what is wrong with it is noted."""
        known = ("talk", "version", "languages", "minutes", "title", "summary", "turns")
        content = self.read_mapping(self.content, (), known)
        self.languages = self.read_languages(content)
        turns = self.read_list(content, (), "turns", most=PAGES_MOST)
        return Talk(
            slug=self.read_id(content, (), "talk"),
            version=self.read_number(content, (), "version", least=1, most=10_000),
            title=self.read_texts(content, (), "title", most=LINE_MOST),
            summary=self.read_texts(content, (), "summary", most=LINE_MOST),
            minutes=self.read_number(content, (), "minutes", least=1, most=MINUTES_MOST),
            turns=tuple(self._turn(each, ("turns", number)) for number, each in enumerate(turns, 1)),
            digest=self.digest,
        )

    def _turn(self, each: Any, place: Place) -> Turn:
        turn = self.read_mapping(each, place, ("id", "says", "answers"))
        found = self.read_list(turn, place, "answers", most=OPTIONS_MOST)
        sayings = tuple(self._saying(one, (*place, "answers", number)) for number, one in enumerate(found, 1))
        if len(sayings) < OPTIONS_LEAST:
            self.mistake((*place, "answers"), f"Give at least {OPTIONS_LEAST} answers.")
        if sayings and all(each.is_wrong for each in sayings):
            self.mistake((*place, "answers"), "Every answer hurts. Give one that does not.")
        self.check_twice([each.id for each in sayings], (*place, "answers"))
        return Turn(
            id=self.read_id(turn, place, "id"),
            says=self.read_texts(turn, place, "says", most=TEXT_MOST),
            sayings=sayings,
        )

    def _saying(self, each: Any, place: Place) -> Saying:
        saying = self.read_mapping(each, place, ("id", "words", "reason", "meets", "hurts", "goes_to"))
        return Saying(
            id=self.read_id(saying, place, "id"),
            words=self.read_texts(saying, place, "words", most=LINE_MOST),
            reason=self.read_texts(saying, place, "reason", most=TEXT_MOST),
            meets=self._needs(saying, place, "meets"),
            hurts=self._needs(saying, place, "hurts"),
            goes_to=self.read_id(saying, place, "goes_to") if "goes_to" in saying else "",
        )

    def _needs(self, of: Mapping[str, Any], place: Place, name: str) -> frozenset[Need]:
        value = of.get(name, [])
        if not isinstance(value, list) or any(each not in NEEDS for each in value):
            self.mistake((*place, name), f"Write a list of needs: {', '.join(NEEDS)}.")
            return frozenset()
        return frozenset(Need(each) for each in value)


def _check_ways(talk: Talk, reader: _TalkReader) -> None:
    """Note turns that are there twice, that nothing reaches, and from which no way leads to an end."""
    ids = [turn.id for turn in talk.turns]
    for number, turn in enumerate(talk.turns, 1):
        if turn.id in ids[: number - 1]:
            reader.mistake(("turns", number, "id"), f"The id {turn.id!r} is another turn's.")
        for place, each in enumerate(turn.sayings, 1):
            if each.goes_to and each.goes_to not in ids:
                where = ("turns", number, "answers", place, "goes_to")
                reader.mistake(where, f"There is no turn {each.goes_to!r}.")
    if reader.problems:
        return
    ahead = {turn.id: frozenset(each.goes_to for each in turn.sayings if each.goes_to) for turn in talk.turns}
    back = {target: frozenset(each for each in ids if target in ahead[each]) for target in ids}
    reached = reach({ids[0]}, ahead)
    ending = reach({turn.id for turn in talk.turns if any(not each.goes_to for each in turn.sayings)}, back)
    for number, turn in enumerate(talk.turns, 1):
        if turn.id not in reached:
            reader.mistake(("turns", number), f"No answer leads to {turn.id!r}.")
        if turn.id not in ending:
            reader.mistake(("turns", number), f"From {turn.id!r} there is no way to an end: it goes round for ever.")
    meets = frozenset().union(*(each.meets for turn in talk.turns for each in turn.sayings))
    if missing := [each.value for each in Need if each not in meets]:
        reader.mistake(("turns",), f"No answer meets: {', '.join(missing)}.")
