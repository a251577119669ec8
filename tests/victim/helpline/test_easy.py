"""Easier pages: chosen before there is a code or wished on the file, they lead everywhere and keep each right."""

import re
from collections import Counter

import pytest
from django.http import HttpResponse

from leeward.foundation.pages.rules.reading import reading_age
from leeward.foundation.web.easy import COOKIE, NEW_LINE
from leeward.victim.file.rules.needs import Need
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, Worker

pytestmark = pytest.mark.django_db

OPEN = ("/", "/protect/", "/protect/first-help", "/help", "/talk", "/talk/later", "/talk/age", "/status/")
HERS = (
    "/status/pictures",
    "/status/part/people",
    "/status/talk",
    "/status/wishes",
    "/status/who",
    "/status/who/talk",
    "/status/erase",
)
LINK = re.compile(r'href="([^"#?][^"]*)"')
FIELD = re.compile(r'(?:name|action|type|value)="(?!csrf)[^"]*"')
WARNING = re.compile(r"govuk-warning-text__text|leeward-danger")
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
FIRST = re.compile(r'class="govuk-button(?: govuk-button--start)?"')
MARKUP = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller(sam: Worker) -> Caller:
    return Caller().come(harm="sextortion")


def _parts(page: str) -> tuple[set[str], Counter[str], int]:
    page = re.sub(r'(value|id|for|name)="[\w.:/+=-]{30,}"', "", page)  # what is drawn anew for each page
    links = {each for each in LINK.findall(page) if "/paper/" not in each}
    return links, Counter(FIELD.findall(page)), len(WARNING.findall(page))


def _words(page: str) -> list[str]:
    main = page[page.index("<main") : page.index("</main>")]
    return [line for each in MARKUP.sub("\n", main).split("\n") if (line := each.strip())]


def _has_wish(caller: Caller) -> bool:
    return Need.SIMPLE in caller.view().needs.ticked


def test_each_page_keeps_its_links_fields_and_warnings_and_is_read_earlier(caller: Caller) -> None:
    stranger = Caller()
    who = dict.fromkeys(OPEN, stranger) | dict.fromkeys(HERS, caller)
    usual = {path: reader.see(path) for path, reader in who.items()}
    for reader in (caller, stranger):
        assert reader.leads("/protect/?words=easy") == "/protect/"
    easy = {path: reader.see(path) for path, reader in who.items()}
    for path, before in usual.items():
        page = easy[path]
        assert _parts(page) == _parts(before), path
        assert len(FIRST.findall(FOLDED.sub("", page))) <= 1, path
        assert NEW_LINE not in page, path
    assert "It is a private picture or film of you.<br>This is not your fault." in easy["/"]
    assert "That is why we ask.<br>We do not keep the answer." in easy["/protect/"]
    assert "We do not go to the police.<br>You can go to the police." in easy["/protect/"]
    ages = [reading_age([line for page in pages.values() for line in _words(page)]) for pages in (easy, usual)]
    assert ages[0] < ages[1] - 0.5


def test_chosen_before_there_is_a_code_is_ticked_as_a_wish_that_can_be_unticked(sam: Worker) -> None:
    reader = Caller()
    reader.client.get("/protect/?words=easy")
    reader.keep(reader.walk_in())
    assert 'value="simple" checked' in reader.see("/talk/how")
    reader.answer(ticked=["simple"], knows="helpline")
    assert _has_wish(reader)

    other = Caller()
    other.client.get("/protect/?words=easy")
    other.come(ticked=[], knows="helpline")
    assert not _has_wish(other)
    assert "leeward--easy" in other.see("/status/pictures")


def test_the_wish_on_the_file_turns_the_pages_where_nobody_has_chosen(caller: Caller) -> None:
    def turned(response: HttpResponse) -> str:
        return str(response.cookies[COOKIE].value) if COOKIE in response.cookies else ""

    assert turned(caller.post("/status/wishes", ticked=["simple"], knows="helpline")) == "2"
    assert turned(caller.post("/status/wishes", ticked=["simple", "watched"], knows="helpline")) == ""
    assert "leeward--easy" in caller.enter().see("/status/pictures")

    chose = Caller(code=caller.code)
    chose.client.get("/protect/?words=usual")
    assert COOKIE not in chose.post("/status/", numbers=chose.code).cookies

    assert turned(caller.post("/status/wishes", ticked=["watched"], knows="helpline")) == "1"
    assert "leeward--easy" not in caller.enter().see("/status/pictures")
