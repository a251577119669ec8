"""A questionnaire as data: its questions and answers, when each is asked, and what may be said to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import AnswersRefused, SurveyMistake

QUESTIONS_MOST, ANSWERS_MOST = 80, 60
LABEL_LENGTH = 300
NUMBER_MOST = 1_000_000
NAME_LENGTH = 31
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,30}")

# What somebody says to a question: a code, several codes, a number; None where they would rather not say.
type Said = str | int | tuple[str, ...] | None
# By question. A question that was not asked is not in it.
type Answers = Mapping[str, Said]
type Texts = Mapping[str, str]


class Kind(Labelled):
    """How a question is answered. There is no free text: nobody can write a name into a survey."""

    ONE = "one", mark("One answer")
    MANY = "many", mark("Several answers")
    NUMBER = "number", mark("A whole number")


class Part(Labelled):
    """What a question is for."""

    OUTCOME = "outcome", mark("What the survey finds out")
    GROUP = "group", mark("A group of people")
    MARGIN = "margin", mark("A group whose share in the population is known")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of a list. `minor`: whoever gives it is under age, and nothing of theirs is sent or kept."""

    code: str
    label: Texts
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When a question is asked: one of `answers` was given to `question`; or `all_of`, or any of `any_of`, hold."""

    question: str = ""
    answers: tuple[str, ...] = ()
    all_of: tuple["Condition", ...] = ()
    any_of: tuple["Condition", ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether it holds for what was said so far."""
        if self.all_of:
            return all(each.holds(answers) for each in self.all_of)
        if self.any_of:
            return any(each.holds(answers) for each in self.any_of)
        said = answers.get(self.question)
        return not set(said if isinstance(said, tuple) else (said,)).isdisjoint(self.answers)

    def tests(self) -> Iterator["Condition"]:
        """Each single test in it."""
        for each in (*self.all_of, *self.any_of):
            yield from each.tests()
        if self.question:
            yield self


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `least` and `most` bound a number; `answers` are those of the other kinds."""

    name: str
    kind: Kind
    label: Texts
    part: Part = Part.OUTCOME
    hint: Texts = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    least: int = 0
    most: int = 0
    asked_if: Condition | None = None
    indicator: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its answers, in their order."""
        return tuple(answer.code for answer in self.answers)

    @property
    def allowed(self) -> str:
        """What may be said to it, for whoever must mend a file."""
        return f"{self.least} to {self.most}" if self.kind is Kind.NUMBER else ", ".join(self.codes)


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """Questions in their order. The first one asks for the age group, and is the only one that must be answered."""

    title: Texts
    questions: tuple[Question, ...]

    def __getitem__(self, name: str) -> Question:
        return next(question for question in self.questions if question.name == name)

    def __contains__(self, name: object) -> bool:
        return any(question.name == name for question in self.questions)

    @property
    def minors(self) -> frozenset[str]:
        """The answers to the first question by which somebody is under age."""
        return frozenset(answer.code for answer in self.questions[0].answers if answer.minor)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which its title stands."""
        return tuple(self.title)

    def is_asked(self, question: Question, answers: Answers) -> bool:
        """Whether a question is asked after these answers."""
        return question.asked_if is None or question.asked_if.holds(answers)

    def tests_before(self, name: str) -> Iterator[Condition]:
        """Each test on which it hangs whether a question is asked, those of the questions that it names included."""
        condition = self[name].asked_if
        for test in condition.tests() if condition else ():
            yield test
            yield from self.tests_before(test.question)

    def next_question(self, answers: Answers) -> Question | None:
        """The first question that is to be asked and was not yet; None after the last one."""
        for question in self.questions:
            if question.name not in answers and self.is_asked(question, answers):
                return question
        return None


def read_questionnaire(data: object) -> Questionnaire:
    """Read a questionnaire from what its JSON holds. Raises FieldRefused, with the place that is wrong."""
    whole = _mapping(data, "questionnaire")
    title = _texts(whole.get("title"), "title")
    listed = _list(whole.get("questions"), "questions", most=QUESTIONS_MOST)
    questions: list[Question] = []
    for number, each in enumerate(listed, start=1):
        question = _read_question(_mapping(each, f"question {number}"), place=f"question {number}", languages=title)
        if any(question.name == other.name for other in questions):
            raise _malformed(f"question {number}: the name {question.name} is taken")
        _check_condition(question, questions)
        questions.append(question)
    first = questions[0]
    if first.kind is not Kind.ONE or first.asked_if or not any(answer.minor for answer in first.answers):
        raise FieldRefused("data", SurveyMistake.FIRST_ASKS_AGE, about=first.name)
    if any(answer.minor for question in questions[1:] for answer in question.answers):
        raise _malformed("only answers to the first question can be marked “minor”")
    return Questionnaire(title=title, questions=tuple(questions))


def write_questionnaire(questionnaire: Questionnaire) -> Record:
    """The same as JSON can hold it; `read_questionnaire` reads it back."""
    return {
        "title": dict(questionnaire.title),
        "questions": [_write_question(question) for question in questionnaire.questions],
    }


def check_answers(questionnaire: Questionnaire, sent: Mapping[str, object]) -> dict[str, Said]:
    """Return what was sent as answers: everything that was asked is there, and nothing else.

    Raises AnswersRefused for an answer that the questionnaire does not know, to a question that was not asked, one that
    is missing, or somebody under age.
    """
    answers: dict[str, Said] = {}
    for question in questionnaire.questions:
        if not questionnaire.is_asked(question, answers):
            continue
        if question.name not in sent:
            raise AnswersRefused(f"{question.name} was asked and is missing")
        answers[question.name] = check_said(question, sent[question.name])
    if set(sent) - set(answers):
        raise AnswersRefused("an answer belongs to no question that was asked")
    age = answers[questionnaire.questions[0].name]
    if age is None or age in questionnaire.minors:
        raise AnswersRefused("only adults take part")
    return answers


def check_said(question: Question, value: object) -> Said:
    """Return what was said to one question. Raises AnswersRefused."""
    if value is None:
        return None
    if question.kind is Kind.NUMBER:
        if isinstance(value, int) and not isinstance(value, bool) and question.least <= value <= question.most:
            return value
    elif question.kind is Kind.ONE:
        if isinstance(value, str) and value in question.codes:
            return value
    elif isinstance(value, Sequence) and not isinstance(value, str):
        chosen = set(value)
        if chosen <= set(question.codes) and len(chosen) == len(value):
            return tuple(code for code in question.codes if code in chosen)
    raise AnswersRefused(f"{question.name} was answered with what it does not know")


def _read_question(data: Mapping[str, Any], *, place: str, languages: Texts) -> Question:
    name = data.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _malformed(f"{place}: its name is small letters, digits and _, a letter first")
    place = f"{place} ({name})"
    unknown = set(data) - {"name", "kind", "label", "part", "hint", "answers", "least", "most", "asked_if", "indicator"}
    if unknown:
        raise _malformed(f"{place}: {', '.join(sorted(unknown))}")
    try:
        kind, part = Kind(data.get("kind", "")), Part(data.get("part", Part.OUTCOME.value))
    except ValueError as error:
        raise _malformed(f"{place}: its kind is one, many or number; its part outcome, group or margin") from error
    label = _texts(data.get("label"), f"{place}: label", languages=languages)
    hint = _texts(data["hint"], f"{place}: hint") if data.get("hint") else {}
    asked_if = _read_condition(data["asked_if"], place=place) if data.get("asked_if") else None
    answers: tuple[Answer, ...] = ()
    least, most = data.get("least", 0), data.get("most", 0)
    if kind is Kind.NUMBER:
        if not (isinstance(least, int) and isinstance(most, int) and 0 <= least < most <= NUMBER_MOST):
            raise _malformed(f"{place}: a number has least and most, from 0 to {NUMBER_MOST}")
        if data.get("answers"):
            raise _malformed(f"{place}: a number has no answers")
    else:
        listed = _list(data.get("answers"), f"{place}: answers", most=ANSWERS_MOST)
        answers = tuple(_read_answer(each, place=place, languages=languages) for each in listed)
        if len({answer.code for answer in answers}) != len(answers):
            raise _malformed(f"{place}: two answers have the same code")
        least = most = 0
    if part is not Part.OUTCOME and kind is not Kind.ONE:
        raise _malformed(f"{place}: a group or a margin is a question with one answer")
    indicator = data.get("indicator", "")
    if not isinstance(indicator, str) or len(indicator) > LABEL_LENGTH:
        raise _malformed(f"{place}: its indicator is a short text")
    return Question(
        name=name,
        kind=kind,
        label=label,
        part=part,
        hint=hint,
        answers=answers,
        least=least,
        most=most,
        asked_if=asked_if,
        indicator=indicator,
    )


def _read_answer(data: object, *, place: str, languages: Texts) -> Answer:
    known = _mapping(data, f"{place}: an answer")
    code = known.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise _malformed(f"{place}: the code of an answer is small letters, digits and _")
    if set(known) - {"code", "label", "minor"} or not isinstance(known.get("minor", False), bool):
        raise _malformed(f"{place}: answer {code}")
    label = _texts(known.get("label"), f"{place}: answer {code}", languages=languages)
    return Answer(code=code, label=label, minor=known.get("minor", False))


def _read_condition(data: object, *, place: str, depth: int = 0) -> Condition:
    known = _mapping(data, f"{place}: asked_if")
    for word in ("all", "any"):
        if set(known) == {word} and depth < 3:  # deeper ones nobody can check by reading
            inner = _list(known[word], f"{place}: {word}", most=ANSWERS_MOST)
            parts = tuple(_read_condition(each, place=place, depth=depth + 1) for each in inner)
            return Condition(all_of=parts) if word == "all" else Condition(any_of=parts)
    answers = known.get("is")
    if set(known) != {"question", "is"} or not isinstance(known["question"], str) or not isinstance(answers, list):
        raise FieldRefused("data", SurveyMistake.CONDITION, about=place)
    if not answers or not all(isinstance(each, str) for each in answers):
        raise FieldRefused("data", SurveyMistake.CONDITION, about=place)
    return Condition(question=known["question"], answers=tuple(answers))


def _check_condition(question: Question, before: Sequence[Question]) -> None:
    known = {other.name: other for other in before if other.kind is not Kind.NUMBER}
    for test in question.asked_if.tests() if question.asked_if else ():
        if test.question not in known or not set(test.answers) <= set(known[test.question].codes):
            raise FieldRefused("data", SurveyMistake.CONDITION, about=f"{question.name}: {test.question}")


def _write_question(question: Question) -> Record:
    written: Record = {
        "name": question.name,
        "kind": question.kind.value,
        "label": dict(question.label),
        "part": question.part.value,
    }
    if question.hint:
        written["hint"] = dict(question.hint)
    if question.kind is Kind.NUMBER:
        written |= {"least": question.least, "most": question.most}
    else:
        written["answers"] = [
            {"code": answer.code, "label": dict(answer.label), **({"minor": True} if answer.minor else {})}
            for answer in question.answers
        ]
    if question.asked_if:
        written["asked_if"] = write_condition(question.asked_if)
    if question.indicator:
        written["indicator"] = question.indicator
    return written


def write_condition(condition: Condition) -> Record:
    """A condition as JSON can hold it."""
    if condition.question:
        return {"question": condition.question, "is": list(condition.answers)}
    word, parts = ("all", condition.all_of) if condition.all_of else ("any", condition.any_of)
    return {word: [write_condition(each) for each in parts]}


def _mapping(data: object, place: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise _malformed(f"{place} is an object with names")
    return data


def _list(data: object, place: str, *, most: int) -> Sequence[Any]:
    if not isinstance(data, list) or not 1 <= len(data) <= most:
        raise _malformed(f"{place}: a list of 1 to {most}")
    return data


def _texts(data: object, place: str, *, languages: Texts | None = None) -> dict[str, str]:
    """A short text by language, in each language that the title has."""
    known = _mapping(data, place)
    found = {}
    for language, text in known.items():
        if not isinstance(text, str) or not text.strip() or len(text) > LABEL_LENGTH or not text.isprintable():
            raise _malformed(f"{place}: a text of one line, at most {LABEL_LENGTH} characters, in {language}")
        found[language] = text.strip()
    missing = sorted(set(languages or {}) - set(found))
    if not found or missing:
        raise _malformed(f"{place}: a text is missing in {', '.join(missing) or 'every language'}")
    return found


def _malformed(about: str) -> FieldRefused:
    return FieldRefused("data", SurveyMistake.MALFORMED, about=about)
