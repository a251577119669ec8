"""A lesson on pages: walked without script, kept by nobody, and a result that a room can take."""

import html
import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client, RequestFactory

from leeward.foundation.lessons import tokens
from leeward.foundation.lessons.catalogue import all_lessons, find_lesson
from leeward.foundation.lessons.errors import LessonUnknown, ResultUnknown
from leeward.foundation.lessons.rules.playing import begin
from leeward.foundation.lessons.tokens import read_result, write_progress
from leeward.foundation.lessons.views import play

SLUG = "check-a-record"
PATH = f"/lessons/{SLUG}"


class Reader:
    """A browser without script that sends what the form on the page holds."""

    def __init__(self, language: str = "en") -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.page = self.client.get(PATH)

    @property
    def text(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page.content.decode()))

    def press(self, **typed: Any) -> None:
        hidden = dict(re.findall(r'type="hidden"[^>]*name="(\w+)" value="([^"]*)"', self.page.content.decode()))
        self.page = self.client.post(PATH, {**hidden, **typed})


def order(places: dict[str, int]) -> dict[str, str]:
    return {f"place_{name}": str(place) for name, place in places.items()}


RIGHT_ORDER = {"open": 1, "enter": 2, "compare": 3, "counts": 4}


def walk(reader: Reader, *, first: str, signs: list[str], steps: dict[str, int]) -> None:
    reader.press()
    reader.press()
    reader.press(answer=first)
    reader.press()
    if first != "own-way":
        reader.press()
        reader.press(answer="typed")
        reader.press()
    reader.press(answer=signs)
    reader.press()
    reader.press(**order(steps))
    reader.press()


def test_the_whole_lesson_is_walked_with_right_and_wrong_answers() -> None:
    reader = Reader()
    assert "It takes about 4 minutes" in reader.text
    walk(reader, first="own-way", signs=["password", "invented", "pays"], steps=RIGHT_ORDER)
    assert reader.page.status_code == 200
    assert "3 of 4 questions were right." in reader.text
    assert "That is enough." in reader.text
    reader = Reader()
    walk(reader, first="link", signs=["expired"], steps={"open": 4, "enter": 3, "compare": 2, "counts": 1})
    assert "1 of 4 questions were right." in reader.text
    assert "That is not enough yet." in reader.text


def test_each_answer_is_told_with_its_reason_and_may_lead_another_way() -> None:
    reader = Reader()
    reader.press()
    reader.press()
    reader.press(answer="link")
    for part in ("Not right", "The link may lead to a page of the same person.", "The right answer"):
        assert part in reader.text
    reader.press()
    assert "What happens on a false page" in reader.text


def test_mistakes_are_said_beside_their_field_and_nothing_is_lost() -> None:
    reader = Reader()
    reader.press()
    reader.press()
    for typed in ({}, {"answer": "strange"}, {"answer": ["link", "strange"]}):
        reader.press(**typed)
        assert reader.page.status_code == 400
        assert "Choose one answer" in reader.text
    reader.press(answer="own-way")
    reader.press()
    reader.press()
    assert "Choose at least one answer" in reader.text
    reader.press(answer=["password"])
    reader.press()
    reader.press(**order(RIGHT_ORDER | {"open": 2}))
    assert "Give each number once" in reader.text
    reader.press(**order(RIGHT_ORDER))
    assert "Right" in reader.text


def test_it_speaks_arabic() -> None:
    reader = Reader("ar")
    assert "هل هذه الورقة أصلية؟" in reader.text
    walk(reader, first="own-way", signs=["password", "invented", "pays"], steps=RIGHT_ORDER)
    assert "تذكّر هذا" in reader.text
    assert "هذا كافٍ." in reader.text


def test_nothing_is_kept_of_whoever_takes_it() -> None:
    """No database is touched (this file may use none), and no cookie is set but the form's own."""
    reader = Reader()
    walk(reader, first="own-way", signs=["pays"], steps=RIGHT_ORDER)
    assert set(reader.client.cookies) <= {"leeward-form"}


def test_a_page_that_is_not_ours_too_old_or_of_another_version_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = find_lesson(SLUG)
    good = write_progress(lesson, begin(lesson))
    assert Client().post(PATH, {"progress": good}).status_code == 200
    foreign = signing.dumps(["x", "start", [], [], False], salt=tokens.PROGRESS, compress=True)
    result = signing.dumps([lesson.digest, "start", [], [], False], salt=tokens.RESULT)
    for token in ("x", good[:-1], foreign, result, "y" * 20_000):
        answer = Client().post(PATH, {"progress": token})
        assert answer.status_code == 410
        assert "Please begin again." in answer.content.decode()
    monkeypatch.setattr(tokens, "PROGRESS_SECONDS", -1)
    assert Client().post(PATH, {"progress": good}).status_code == 410


def test_a_room_that_asked_is_given_the_result_and_can_believe_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = find_lesson(SLUG)
    last = tokens.Progress(page="steps", given=("open",), right=frozenset({"first", "signs"}))
    request = RequestFactory().post("/course", {"progress": write_progress(lesson, last)})
    page = play(request, lesson, takes="/course/result").content.decode()
    assert 'action="/course/result"' in page
    [token] = re.findall(r'name="result" value="([^"]+)"', page)
    passed = read_result(token)
    assert (passed.lesson, passed.version, passed.right, passed.asked, passed.is_passed) == (SLUG, 1, 2, 4, True)
    assert len(passed.id) == 32
    for forged in ("", token[:-1] + "x", write_progress(lesson, last)):
        with pytest.raises(ResultUnknown):
            read_result(forged)
    monkeypatch.setattr(tokens, "RESULT_SECONDS", -1)
    with pytest.raises(ResultUnknown):
        read_result(token)


def test_the_shelf_lists_every_lesson_and_an_unknown_one_is_not_there() -> None:
    page = Client().get("/lessons").content.decode()
    for lesson in all_lessons().values():
        assert f"/lessons/{lesson.slug}" in page
        assert set(lesson.title) >= {"en", "ar"}
    assert Client().get("/lessons/none").status_code == 404
    with pytest.raises(LessonUnknown):
        find_lesson("none")
