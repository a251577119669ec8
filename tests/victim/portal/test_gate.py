"""The gate: one question, nothing kept, a full stop when anyone is under 18."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from leeward.industry.bank.models import Draw
from leeward.industry.bank.rules import Door
from leeward.industry.platforms.models import Platform

COOKIE = "visit"


def _rows() -> int:
    return sum(
        model.objects.count() for model in apps.get_models() if model._meta.app_label not in ("contenttypes", "auth")
    )


def test_the_way_to_the_pictures_is_one_question(visitor: Any) -> None:
    assert visitor.get("start").status_code == 200
    answer = visitor.post("start", {"everyone_adult": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/protect/pictures")
    assert visitor.get("pictures").status_code == 200


@pytest.mark.parametrize(("answer", "name"), [("no", "child"), ("not_sure", "unsure")])
def test_anyone_under_18_is_a_full_stop_that_leaves_nothing(visitor: Any, answer: str, name: str) -> None:
    before = _rows()
    visitor.post("start", {"everyone_adult": "yes"})
    stop = visitor.post("start", {"everyone_adult": answer})
    assert stop.status_code == 303
    page = visitor.client.get(stop.headers["Location"])
    text = page.content.decode()
    assert str(settings.LEEWARD_LINES["children"].name) in text
    assert settings.LEEWARD_LINES["children"].phone in text
    # Nothing in the browser, nothing with us, and no way past.
    assert visitor.client.cookies[COOKIE].value == ""
    assert _rows() == before
    assert visitor.get("pictures").headers["Location"] == "/protect/"
    assert visitor.get("paste").headers["Location"] == "/protect/"
    assert visitor.post("paste", {"codes": "x"}).headers["Location"] == "/protect/"


def test_gate_answers_reach_no_table(visitor: Any) -> None:
    before = _rows()
    visitor.pass_gate()
    visitor.get("pictures")
    assert _rows() == before


def test_the_cookie_tells_nobody_what_was_answered(visitor: Any) -> None:
    visitor.pass_gate()
    cookie = visitor.client.cookies[COOKIE]
    assert "adult" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Strict", "", "")


def test_threats_get_help_one_press_from_the_first_page(visitor: Any) -> None:
    home = visitor.get("home").content.decode()
    assert f'href="{reverse("portal:first-help")}"' in home
    page = visitor.get("first-help").content.decode()
    assert page.index("Do not pay") < page.index("Protect the picture now") < page.index("Talk to a person")
    assert 'href="tel:112"' in page
    assert not visitor.client.cookies


@pytest.mark.parametrize("given", ["", "nonsense", "\x00", "yes' OR 1=1"])
def test_no_answer_is_asked_again_with_words(visitor: Any, given: str) -> None:
    page = visitor.post("start", {"everyone_adult": given} if given else {})
    assert page.status_code == 200
    assert "Choose one answer." in page.content.decode()


def test_the_question_cannot_be_skipped_by_address(visitor: Any) -> None:
    for name in ("pictures", "paste"):
        assert visitor.get(name).headers["Location"] == "/protect/"


@pytest.mark.parametrize(("answer", "path"), [("no", "/protect/under-18"), ("not_sure", "/protect/not-sure")])
def test_it_is_asked_again_before_each_adding(visitor: Any, answer: str, path: str) -> None:
    visitor.protect("one")
    for page in ("/status/add", "/status/add/paste"):
        assert visitor.client.get(page).headers["Location"] == "/status/add/age"
    assert visitor.client.post("/status/add/age", {}).status_code == 200
    assert visitor.client.post("/status/add/age", {"everyone_adult": "yes"}).headers["Location"] == "/status/add"
    assert visitor.client.get("/status/add").status_code == 200
    assert visitor.client.post("/status/add/age", {"everyone_adult": answer}).headers["Location"] == path
    assert visitor.client.get("/status/add").headers["Location"] == "/status/"  # her pages are closed


def test_the_first_page_names_who_looks_for_copies(visitor: Any) -> None:
    assert "No platform has fetched our list" in visitor.get("home").content.decode()
    lookers = [
        Platform.objects.create(name=name, created_at=timezone.now()) for name in ("Lantern", "Cove", "Late", "Shut")
    ]
    for platform in lookers:
        Draw.objects.create(platform=platform, door=Door.STOPNCII, last_fetch_at=timezone.now())
    Draw.objects.filter(platform=lookers[2]).update(last_fetch_at=timezone.now() - timedelta(days=31))
    Platform.objects.filter(pk=lookers[3].pk).update(suspended_at=timezone.now(), suspended_reason="Keys leaked.")
    assert "Cove, Lantern</bdi>" in visitor.get("home").content.decode()


@pytest.mark.parametrize("cookie", ["", "x", "é", "A" * 3000, "AQ=="])
def test_a_strange_cookie_is_a_new_visit(visitor: Any, cookie: str) -> None:
    visitor.client.cookies[COOKIE] = cookie
    assert visitor.get("start").status_code == 200
    assert visitor.get("pictures").headers["Location"] == "/protect/"
