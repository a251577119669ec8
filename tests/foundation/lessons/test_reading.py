"""A lesson's file: each mistake is named with its line and place, and what is accepted can be played to an end."""

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from leeward.foundation.lessons.errors import LessonMalformed
from leeward.foundation.lessons.rules.lesson import Lesson, QuestionKind
from leeward.foundation.lessons.rules.playing import (
    AnswerRefused,
    Progress,
    answer,
    begin,
    go_on,
    has_ended,
    is_right,
    page_of,
    result_of,
    shown_options,
)
from leeward.foundation.lessons.rules.reading import BYTES_MOST, read_lesson

GOOD = """\
lesson: made-up
version: 3
languages: [en]
minutes: 2
pass: 1
title: {en: Made up}
summary: {en: A test}
pages:
  - id: start
    title: {en: Start}
    text: {en: Hello}
    goes_to: asked
  - id: asked
    title: {en: Asked}
    text: {en: Well}
    question:
      kind: one
      words: {en: Which}
      reason: {en: Because}
      options:
        - {id: yes-it-is, words: {en: This}, right: true}
        - {id: no-it-is-not, words: {en: That}, goes_to: start}
    goes_to: end
  - id: end
    title: {en: End}
    text: {en: Bye}
"""


def problems(text: str) -> str:
    with pytest.raises(LessonMalformed) as caught:
        read_lesson(text)
    return "\n".join(caught.value.problems)


def test_a_lesson_is_read_as_it_was_written() -> None:
    lesson = read_lesson(GOOD)
    assert (lesson.slug, lesson.version, lesson.pass_right) == ("made-up", 3, 1)
    assert [page.id for page in lesson.pages] == ["start", "asked", "end"]
    assert lesson.pages[1].leads_to == {"end", "start"}
    assert read_lesson(GOOD + "# a word more\n").digest != lesson.digest


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("goes_to: end", "goes_to: nowhere", "line 23, pages.2.goes_to: There is no page 'nowhere'."),
        ("goes_to: start}", "goes_to: gone}", "line 22, pages.2.question.options.2.goes_to: There is no page 'gone'."),
        (", right: true", "", "line 20, pages.2.question.options: No option is right."),
        (", goes_to: start", ", right: true", "line 20, pages.2.question.options: 2 options are right"),
        ("    goes_to: asked\n", "", "line 12, pages.2: No page leads to 'asked'."),
        ("    goes_to: end\n", "    goes_to: start\n", "line 24, pages.3: No page leads to 'end'."),
        ("pass: 1", "pass: 2", "line 5, pass: 2 questions must be right, and there are 1."),
        ("pass: 1", "pass: all", "line 5, pass: Write a whole number from 0 to 100."),
        ("id: end", "id: start", "line 24, pages.3.id: The id 'start' is another page's."),
        ("id: no-it-is-not", "id: yes-it-is", "pages.2.question.options: The id 'yes-it-is' is there twice."),
        ("kind: one", "kind: guess", "line 17, pages.2.question.kind: Write one of: one, many, order."),
        ("kind: one", "kind: order", "In an order no option is right by itself"),
        ("kind: one", "kind: many", "Only where one option is chosen does it lead to a page of its own."),
        ("languages: [en]", "languages: [en, ar]", "line 6, title.ar: The text in this language is missing."),
        ("{en: Hello}", "{fr: Bonjour}", "line 11, pages.1.text.en: The text in this language is missing."),
        ("{en: Hello}", "Hello", "line 11, pages.1.text: Write a text in each language: en."),
        ("id: start", "id: Start here", "line 9, pages.1.id: Write a short name"),
        ("    text: {en: Bye}", "    txet: {en: Bye}", "line 26, pages.3.txet: There is no such name."),
        ("minutes: 2", "minutes: 2\nminutes: 3", "minutes: This name is there twice"),
        ("pages:", "pages: []\nmore:", "line 8, pages: Write a list here"),
        ("{en: Bye}", f"{{en: {'x' * 4001}}}", "line 26, pages.3.text.en: At most 4000 characters fit"),
        ("title: {en: Made up}", "title: {en: 'Made up}", "This is no YAML"),
        ("{en: Made up}", "&name {en: Made up}\nagain: *name", "An alias (*name) is used"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line_its_place_and_the_way_out(before: str, after: str, said: str) -> None:
    assert before in GOOD
    assert said in problems(GOOD.replace(before, after, 1))


def test_a_way_that_goes_round_for_ever_is_found_behind_a_good_one() -> None:
    round_ = GOOD.replace("goes_to: start}", "goes_to: round}")
    round_ += (
        "  - {id: round, title: {en: R}, text: {en: R}, goes_to: again}\n"
        "  - {id: again, title: {en: A}, text: {en: A}, goes_to: round}\n"
    )
    said = problems(round_)
    assert "line 27, pages.4: From 'round' there is no way to an end" in said
    assert "line 28, pages.5: From 'again' there is no way to an end" in said
    assert "'start'" not in said


def test_what_is_no_lesson_at_all_is_refused_in_words() -> None:
    for text in ("", "[]", "3", "{", "a: b", "\t", "[" * 3_000, "x" * (BYTES_MOST + 1), "- &a [*a]", "\0"):
        assert problems(text)


NAMES = ["lesson", "version", "languages", "pages", "title", "pass", "question", "options", "id", "kind"]
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ODD = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=60)
@given(ODD)
def test_no_file_however_odd_is_anything_but_a_lesson_or_a_list_of_mistakes(content: Any) -> None:
    assert problems(yaml.safe_dump(content, allow_unicode=True))


def test_the_command_says_each_mistake_and_nothing_of_a_good_file(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "lesson.yaml"
    file.write_text(GOOD)
    call_command("check_lesson", str(file))
    assert "3 pages, 1 questions" in capsys.readouterr().out
    file.write_text(GOOD.replace("goes_to: end", "goes_to: nowhere").replace("pass: 1", "pass: 9"))
    with pytest.raises(CommandError, match="There is no page 'nowhere'"):
        call_command("check_lesson", str(file))


# --- playing ----------------------------------------------------------------------------------------------------------


def drawn_lesson(seed: int) -> Lesson | None:
    """A lesson of a few pages that lead anywhere; None where the checker refuses it."""
    draw = random.Random(seed)
    ids = [f"page-{number}" for number in range(draw.randint(1, 6))]
    pages: list[dict[str, Any]] = []
    for each in ids:
        page: dict[str, Any] = {"id": each, "title": {"en": "T"}, "text": {"en": "T"}}
        if draw.random() < 0.7:
            page["goes_to"] = draw.choice(ids)
        if draw.random() < 0.6:
            kind = draw.choice(list(QuestionKind))
            options: list[dict[str, Any]] = [
                {"id": f"option-{number}", "words": {"en": "O"}} for number in range(draw.randint(2, 4))
            ]
            if kind is not QuestionKind.ORDER:
                options[draw.randrange(len(options))]["right"] = True
            if kind is QuestionKind.ONE:
                for option in options:
                    if draw.random() < 0.5:
                        option["goes_to"] = draw.choice(ids)
            page["question"] = {"kind": kind.value, "words": {"en": "?"}, "reason": {"en": "!"}, "options": options}
        pages.append(page)
    texts = {"title": {"en": "T"}, "summary": {"en": "S"}}
    content = {"lesson": "drawn", "version": 1, "languages": ["en"], "minutes": 1, "pass": 0, **texts, "pages": pages}
    try:
        return read_lesson(yaml.dump(content, Dumper=yaml.CSafeDumper))
    except LessonMalformed:
        return None


@cache
def accepted() -> list[Lesson]:
    """Read once a test wants them: to read them takes a third as long as to read all tests."""
    return [lesson for lesson in map(drawn_lesson, range(600)) if lesson is not None]


def test_there_are_lessons_of_every_kind_to_play() -> None:
    assert len(accepted()) > 40
    kinds = {page.question.kind for lesson in accepted() for page in lesson.questions if page.question}
    assert kinds == set(QuestionKind)
    assert any(len(lesson.pages) > 3 for lesson in accepted())


class Playing(RuleBasedStateMachine):
    """Somebody presses whatever a page of some lesson offers, or sends what none offers."""

    @initialize(lesson=st.deferred(lambda: st.sampled_from(accepted())))
    def start(self, lesson: Lesson) -> None:
        self.lesson, self.progress = lesson, begin(lesson)

    def _is_asked(self) -> bool:
        page = page_of(self.lesson, self.progress)
        return page.question is not None and not self.progress.given and not self.progress.is_over

    @precondition(lambda self: self._is_asked())
    @rule(seed=st.randoms(use_true_random=False))
    def answers(self, seed: random.Random) -> None:
        page = page_of(self.lesson, self.progress)
        assert page.question is not None
        ids = [option.id for option in page.question.options]
        if page.question.kind is QuestionKind.ONE:
            given = [seed.choice(ids)]
        elif page.question.kind is QuestionKind.MANY:
            given = seed.sample(ids, seed.randint(1, len(ids)))
        else:
            given = seed.sample(ids, len(ids))
        after = answer(self.lesson, self.progress, given)
        assert (page.id in after.right) == is_right(page, given)
        assert after.page == page.id
        assert answer(self.lesson, after, ids[:1]) == after  # nobody answers a shown answer again
        self.progress = after

    @rule(given=st.lists(st.sampled_from(["option-0", "option-0", "strange", ""]), max_size=3))
    def sends_what_is_no_answer(self, given: list[str]) -> None:
        page, before = page_of(self.lesson, self.progress), self.progress
        valid = self._is_asked() and page.question is not None and page.question.kind is not QuestionKind.ORDER
        if not (valid and given == ["option-0"]) and not (before.given and page.question and not before.is_over):
            with pytest.raises(AnswerRefused):
                answer(self.lesson, before, given)

    @rule()
    def goes_on(self) -> None:
        before = self.progress
        self.progress = go_on(self.lesson, before)
        if self._is_asked() and before == self.progress:
            return  # a question is answered first
        assert self.lesson.page(self.progress.page) is not None

    @rule()
    def can_always_end(self) -> None:
        """From wherever somebody is, some answers lead to the end in as many steps as there are pages."""
        waiting, seen = [self.progress], set[Progress]()
        for _step in range(3 * len(self.lesson.pages) + 3):
            if any(has_ended(self.lesson, each) for each in waiting):
                result = result_of(self.lesson, self.progress)
                assert 0 <= result.right <= result.asked
                return
            seen.update(waiting)
            waiting = [after for each in waiting for after in _after(self.lesson, each) if after not in seen]
        raise AssertionError(self.progress)


def _after(lesson: Lesson, progress: Progress) -> list[Progress]:
    page = page_of(lesson, progress)
    if page.question is None or progress.given:
        return [go_on(lesson, progress)]
    ids = [option.id for option in page.question.options]
    given = [[each] for each in ids] if page.question.kind is not QuestionKind.ORDER else [ids]
    return [answer(lesson, progress, each) for each in given]


Playing.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestPlaying = Playing.TestCase


def test_an_order_is_never_shown_as_it_is_right() -> None:
    for lesson in accepted():
        for page in lesson.questions:
            assert page.question is not None
            shown = shown_options(lesson, page)
            assert sorted(each.id for each in shown) == sorted(each.id for each in page.question.options)
            if page.question.kind is QuestionKind.ORDER:
                assert tuple(option.id for option in shown) != page.question.right
