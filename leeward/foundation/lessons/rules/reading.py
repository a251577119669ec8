"""Reads a lesson's file, a YAML text, and names each mistake with its line, its place and the way out.

docs/lessons.md says how such a file is written.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from leeward.foundation.lessons.errors import LessonMalformed
from leeward.foundation.lessons.rules.lesson import Lesson, Option, Page, Question, QuestionKind, Texts

type Place = tuple[str | int, ...]

BYTES_MOST, TEXT_MOST, LINE_MOST = 256 * 1024, 4_000, 300
DEPTH_MOST = 12
PAGES_MOST, OPTIONS_LEAST, OPTIONS_MOST, MINUTES_MOST = 100, 2, 8, 240
ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")
NOTHING: Mapping[str, Any] = {}


def read_lesson(text: str) -> Lesson:
    """Return the lesson that this text is. Raises LessonMalformed with every mistake that could be found."""
    reader = Reader(text)
    lesson = reader.lesson() if not reader.problems else None
    if lesson is not None and not reader.problems:
        _check_ways(lesson, reader)
    if reader.problems or lesson is None:
        raise LessonMalformed(tuple(reader.problems))
    return lesson


class Reader:
    """A text, its lines by place, and the mistakes that were found so far."""

    def __init__(self, text: str) -> None:
        self.problems: list[str] = []
        self.lines: dict[Place, int] = {}
        self.languages: tuple[str, ...] = ()
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.content: Any = None
        if len(text.encode()) > BYTES_MOST:
            self.problems.append(f"The file has more than {BYTES_MOST} bytes. Divide the lesson.")
            return
        try:
            if refused := _refuse_odd(text):
                self.problems.append(refused)
                return
            node = yaml.compose(text, yaml.CSafeLoader)
        except yaml.YAMLError as error:
            what = getattr(error, "problem", None) or "a character that no text has"
            self.problems.append(f"line {_line_of(getattr(error, 'problem_mark', None))}: This is no YAML: {what}.")
            return
        self.content = self._value(node, ())

    def mistake(self, place: Place, what: str) -> None:
        """Note a mistake at a place, or at the nearest one above it that is in the file."""
        near = place
        while near and near not in self.lines:
            near = near[:-1]
        words = ".".join(map(str, place)) or "the file"
        self.problems.append(f"line {self.lines.get(near, 1)}, {words}: {what}")

    def lesson(self) -> Lesson:
        """The lesson; what is wrong with it is noted."""
        known = ("lesson", "version", "languages", "minutes", "pass", "title", "summary", "pages")
        content = self.read_mapping(self.content, (), known)
        self.languages = self.read_languages(content)
        pages = self.read_list(content, (), "pages", most=PAGES_MOST)
        return Lesson(
            slug=self.read_id(content, (), "lesson"),
            version=self.read_number(content, (), "version", least=1, most=10_000),
            title=self.read_texts(content, (), "title", most=LINE_MOST),
            summary=self.read_texts(content, (), "summary", most=LINE_MOST),
            minutes=self.read_number(content, (), "minutes", least=1, most=MINUTES_MOST),
            pass_right=self.read_number(content, (), "pass", least=0, most=PAGES_MOST),
            pages=tuple(self._page(each, ("pages", number)) for number, each in enumerate(pages, 1)),
            digest=self.digest,
        )

    def _page(self, each: Any, place: Place) -> Page:
        page = self.read_mapping(each, place, ("id", "title", "text", "goes_to", "question"))
        return Page(
            id=self.read_id(page, place, "id"),
            title=self.read_texts(page, place, "title", most=LINE_MOST),
            text=self.read_texts(page, place, "text", most=TEXT_MOST),
            question=self._question(page["question"], (*place, "question")) if "question" in page else None,
            goes_to=self.read_id(page, place, "goes_to") if "goes_to" in page else "",
        )

    def _question(self, each: Any, place: Place) -> Question:
        asked = self.read_mapping(each, place, ("kind", "words", "reason", "options"))
        kinds = [kind.value for kind in QuestionKind]
        if asked.get("kind") not in kinds:
            self.mistake((*place, "kind"), f"Write one of: {', '.join(kinds)}.")
        kind = QuestionKind(asked["kind"]) if asked.get("kind") in kinds else QuestionKind.ONE
        found = self.read_list(asked, place, "options", most=OPTIONS_MOST)
        options = tuple(self._option(one, (*place, "options", number), kind) for number, one in enumerate(found, 1))
        if len(options) < OPTIONS_LEAST:
            self.mistake((*place, "options"), f"Give at least {OPTIONS_LEAST} options.")
        self._check_right(options, kind, (*place, "options"))
        return Question(
            kind=kind,
            words=self.read_texts(asked, place, "words", most=LINE_MOST),
            options=options,
            reason=self.read_texts(asked, place, "reason", most=TEXT_MOST),
        )

    def _check_right(self, options: tuple[Option, ...], kind: QuestionKind, place: Place) -> None:
        right = sum(option.is_right for option in options)
        if kind is QuestionKind.ORDER and right:
            self.mistake(place, "In an order no option is right by itself: leave `right` out.")
        elif kind is not QuestionKind.ORDER and not right:
            self.mistake(place, "No option is right. Write `right: true` at one.")
        elif kind is QuestionKind.ONE and right > 1:
            self.mistake(place, f"{right} options are right, and one may be chosen. Make the kind `many`.")
        self.check_twice([option.id for option in options], place)

    def _option(self, each: Any, place: Place, kind: QuestionKind) -> Option:
        option = self.read_mapping(each, place, ("id", "words", "right", "feedback", "goes_to"))
        is_right = option.get("right", "false")
        if is_right not in ("true", "false"):
            self.mistake((*place, "right"), "Write true or false.")
        if kind is not QuestionKind.ONE and "goes_to" in option:
            self.mistake((*place, "goes_to"), "Only where one option is chosen does it lead to a page of its own.")
        return Option(
            id=self.read_id(option, place, "id"),
            words=self.read_texts(option, place, "words", most=LINE_MOST),
            is_right=is_right == "true",
            feedback=self.read_texts(option, place, "feedback", most=TEXT_MOST) if "feedback" in option else NOTHING,
            goes_to=self.read_id(option, place, "goes_to") if "goes_to" in option else "",
        )

    def check_twice(self, ids: list[str], place: Place) -> None:
        """Note ids that stand there twice."""
        for twice in sorted({each for each in ids if each and ids.count(each) > 1}):
            self.mistake(place, f"The id {twice!r} is there twice. Give each its own.")

    # --- values -------------------------------------------------------------------------------------------------------

    def read_mapping(self, value: Any, place: Place, known: tuple[str, ...]) -> Mapping[str, Any]:
        """Names with values; other names than the known ones are noted."""
        if not isinstance(value, dict):
            self.mistake(place, f"Write names with values here: {', '.join(known)}.")
            return NOTHING
        for name in value:
            if name not in known:
                self.mistake((*place, name), f"There is no such name. Known are: {', '.join(known)}.")
        return value

    def read_list(self, of: Mapping[str, Any], place: Place, name: str, *, most: int) -> list[Any]:
        """A list with at least one entry."""
        value = of.get(name)
        if not isinstance(value, list) or not value:
            self.mistake((*place, name), "Write a list here, with at least one entry.")
            return []
        if len(value) > most:
            self.mistake((*place, name), f"There are {len(value)}; at most {most} fit.")
        return value[:most]

    def read_id(self, of: Mapping[str, Any], place: Place, name: str) -> str:
        """A short name."""
        value = of.get(name)
        if not isinstance(value, str) or not ID.fullmatch(value):
            self.mistake((*place, name), "Write a short name of small letters, digits and hyphens.")
            return ""
        return value

    def read_number(self, of: Mapping[str, Any], place: Place, name: str, *, least: int, most: int) -> int:
        """A whole number."""
        value = of.get(name)
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value) or not least <= int(value) <= most:
            self.mistake((*place, name), f"Write a whole number from {least} to {most}.")
            return least
        return int(value)

    def read_languages(self, content: Mapping[str, Any]) -> tuple[str, ...]:
        """Codes of languages."""
        value = content.get("languages")
        if not isinstance(value, list) or not value or not all(LANGUAGE.fullmatch(str(each)) for each in value):
            self.mistake(("languages",), "Write a list of languages by their codes, such as [en, ar].")
            return ()
        return tuple(map(str, value))

    def read_texts(self, of: Mapping[str, Any], place: Place, name: str, *, most: int) -> Texts:
        """A text in each of the languages."""
        value, here = of.get(name), (*place, name)
        if not isinstance(value, dict):
            self.mistake(here, f"Write a text in each language: {', '.join(self.languages) or 'such as en: …'}.")
            return NOTHING
        for language in self.languages:
            if not isinstance(value.get(language), str) or not value[language].strip():
                self.mistake((*here, language), "The text in this language is missing.")
        for language, text in value.items():
            if language not in self.languages:
                self.mistake((*here, language), "This language is not among the lesson's `languages`.")
            elif isinstance(text, str) and len(text) > most:
                self.mistake((*here, language), f"At most {most} characters fit; these are {len(text)}.")
        return {language: text.strip() for language, text in value.items() if isinstance(text, str)}

    def _value(self, node: yaml.Node | None, place: Place) -> Any:
        """A node as plain text, lists and dicts; all that is not a list or names is text."""
        if node is None:
            return None
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(each, (*place, number)) for number, each in enumerate(node.value, 1)]
        if isinstance(node, yaml.MappingNode):
            found: dict[str, object] = {}
            for key, value in node.value:
                name = str(key.value)
                if name in found:
                    self.mistake((*place, name), "This name is there twice; only one of them would count.")
                self.lines[*place, name] = key.start_mark.line + 1
                found[name] = self._value(value, (*place, name))
            return found
        return str(node.value)


def _line_of(mark: Any) -> int:
    """The line of a place that YAML names; the first one where it names none."""
    return mark.line + 1 if mark else 1


def _refuse_odd(text: str) -> str:
    """Say what of YAML a lesson never needs, and what would cost much to read; "" where there is nothing of it."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return f"line {_line_of(event.start_mark)}: An alias (*name) is used. Write the text out."
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MOST:
            return f"line {_line_of(event.start_mark)}: Lists lie in lists more than {DEPTH_MOST} deep."
    return ""


# --- ways through the pages -------------------------------------------------------------------------------------------


def _check_ways(lesson: Lesson, reader: Reader) -> None:
    """Note branches to nowhere, pages that nobody reaches, and pages from which there is no way to an end."""
    ids = [page.id for page in lesson.pages]
    for number, page in enumerate(lesson.pages, 1):
        if page.id in ids[: number - 1]:
            reader.mistake(("pages", number, "id"), f"The id {page.id!r} is another page's.")
    for place, target in _branches(lesson):
        if target not in ids:
            reader.mistake(place, f"There is no page {target!r}.")
    if reader.problems:
        return
    ahead = {page.id: page.leads_to for page in lesson.pages}
    back = {target: frozenset(each for each in ids if target in ahead[each]) for target in ids}
    reached = reach({lesson.first.id}, ahead)
    ending = reach({page.id for page in lesson.pages if page.may_end}, back)
    for number, page in enumerate(lesson.pages, 1):
        if page.id not in reached:
            reader.mistake(("pages", number), f"No page leads to {page.id!r}.")
        if page.id not in ending:
            reader.mistake(("pages", number), f"From {page.id!r} there is no way to an end: it goes round for ever.")
    if lesson.pass_right > len(lesson.questions):
        asked = len(lesson.questions)
        reader.mistake(("pass",), f"{lesson.pass_right} questions must be right, and there are {asked}.")


def _branches(lesson: Lesson) -> Iterator[tuple[Place, str]]:
    for number, page in enumerate(lesson.pages, 1):
        if page.goes_to:
            yield ("pages", number, "goes_to"), page.goes_to
        for place, option in enumerate(page.question.options if page.question else (), 1):
            if option.goes_to:
                yield ("pages", number, "question", "options", place, "goes_to"), option.goes_to


def reach(start: set[str], ways: Mapping[str, frozenset[str]]) -> set[str]:
    """Every page that is reached from `start` by these ways."""
    reached, waiting = set(start), list(start)
    while waiting:
        new = set(ways[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached
