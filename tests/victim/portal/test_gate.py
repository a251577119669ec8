"""The gate: one question a page, nothing kept, a full stop when anyone is under 18."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

COOKIE = "visit"


def _rows() -> int:
    return sum(
        model.objects.count() for model in apps.get_models() if model._meta.app_label not in ("contenttypes", "auth")
    )


def test_the_way_to_the_pictures_is_three_questions(visitor: Any) -> None:
    assert visitor.get("start").status_code == 200
    answer = visitor.post("age", {"everyone_adult": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/protect/person")
    assert visitor.post("person", {"person": "skip"}).headers["Location"] == "/protect/kind"
    assert visitor.post("kind", {"kind": "skip"}).headers["Location"] == "/protect/pictures"
    assert visitor.get("pictures").status_code == 200


@pytest.mark.parametrize(("answer", "name"), [("no", "child"), ("not_sure", "unsure")])
def test_anyone_under_18_is_a_full_stop_that_leaves_nothing(visitor: Any, answer: str, name: str) -> None:
    before = _rows()
    visitor.post("age", {"everyone_adult": "yes"})
    visitor.post("person", {"person": "myself"})
    stop = visitor.post("age", {"everyone_adult": answer})
    assert stop.status_code == 303
    page = visitor.client.get(stop.headers["Location"])
    text = page.content.decode()
    assert str(settings.LEEWARD_LINES["children"].name) in text
    assert settings.LEEWARD_LINES["children"].phone in text
    # Nothing in the browser, nothing with us, and no way past.
    assert visitor.client.cookies[COOKIE].value == ""
    assert _rows() == before
    assert visitor.get("pictures").headers["Location"] == "/protect/age"
    assert visitor.get("paste").headers["Location"] == "/protect/age"
    assert visitor.post("paste", {"codes": "x"}).headers["Location"] == "/protect/age"


def test_gate_answers_reach_no_table(visitor: Any) -> None:
    before = _rows()
    visitor.pass_gate(kind="threatened")
    visitor.get("pictures")
    assert _rows() == before


def test_the_cookie_tells_nobody_what_was_answered(visitor: Any) -> None:
    visitor.pass_gate(kind="threatened")
    cookie = visitor.client.cookies[COOKIE]
    assert "threat" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Strict", "", "")


def test_threats_get_first_help_first(visitor: Any) -> None:
    visitor.post("age", {"everyone_adult": "yes"})
    visitor.post("person", {"person": "myself"})
    assert visitor.post("kind", {"kind": "threatened"}).headers["Location"] == "/protect/first-help"
    assert "Do not pay" in visitor.get("first-help").content.decode()


@pytest.mark.parametrize("name", ["age", "person", "kind"])
@pytest.mark.parametrize("given", ["", "nonsense", "\x00", "yes' OR 1=1"])
def test_no_answer_is_asked_again_with_words(visitor: Any, name: str, given: str) -> None:
    field = {"age": "everyone_adult", "person": "person", "kind": "kind"}[name]
    page = visitor.post(name, {field: given} if given else {})
    assert page.status_code == 200
    assert "Choose one answer." in page.content.decode()


def test_questions_cannot_be_skipped_by_address(visitor: Any) -> None:
    for name in ("person", "kind", "pictures", "paste"):
        assert visitor.get(name).headers["Location"] == "/protect/age"
    visitor.post("age", {"everyone_adult": "yes"})
    assert visitor.get("kind").headers["Location"] == "/protect/person"


def test_going_back_shows_what_was_chosen_and_asks_the_rest_again(visitor: Any) -> None:
    visitor.pass_gate(kind="made_by_ai")
    assert 'value="made_by_ai" checked' in visitor.get("kind").content.decode()
    assert visitor.post("age", {"everyone_adult": "yes"}).headers["Location"] == "/protect/person"


@pytest.mark.parametrize("cookie", ["", "x", "é", "A" * 3000, "AQ=="])
def test_a_strange_cookie_is_a_new_visit(visitor: Any, cookie: str) -> None:
    visitor.client.cookies[COOKIE] = cookie
    assert visitor.get("age").status_code == 200
    assert visitor.get("pictures").headers["Location"] == "/protect/age"
