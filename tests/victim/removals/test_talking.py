"""Whom the pages name where the questions end: by what a person has told, crisis lines first."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.society.directory.rules.records import Coverage
from leeward.victim.file.rules.story import Harm
from leeward.victim.removals.rules.reports import Path
from tests.society.directory.factories import ALWAYS, make_service, make_term
from tests.victim.portal.conftest import Visitor
from tests.victim.removals.teller import Teller, _clean  # noqa: F401  # a fixture, used by itself

pytestmark = pytest.mark.django_db
CARD = re.compile(r'<h[1-6] class="[^"]*leeward-service__name[^>]*>(.*?)</h[1-6]>', re.DOTALL)


@pytest.fixture(autouse=True)
def _directory() -> None:
    # The clock is the machine's own here: codes and visits run by it.
    checked = timezone.now().date() - timedelta(days=1)
    for name, need, people in (
        ("Crisis line", "helpline", "everyone"),
        ("Takers down", "content_removal", "everyone"),
        ("Account doctors", "online_safety", "everyone"),
        ("Court helpers", "legal", "everyone"),
        ("Creators' desk", "legal", "creators"),
        ("Rainbow line", "counselling", "lgbtq"),
        ("Child line", "children", "young_people"),
    ):
        make_service(
            name,
            coverage=Coverage.NATIONAL,
            is_crisis_line=need == "helpline",
            schedules=(ALWAYS,),
            assured_date=checked,
            terms=(make_term(need).id, make_term(people, taxonomy="people").id),
        )


HELPLINE = "Fairhaven Image Abuse Helpline"


def named(page: str) -> list[str]:
    """The services that a page names, in its order."""
    return [re.sub(r"<[^>]+>", "", each).strip() for each in CARD.findall(page)]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (Path.UNSURE, [HELPLINE, "Crisis line", "Court helpers"]),
        (Path.FOUND, [HELPLINE, "Crisis line", "Takers down"]),
    ],
)
def test_first_help_names_them_by_how_she_began(path: Path, names: list[str]) -> None:
    teller = Teller()
    page = teller.see(teller.get(f"/report/begin/{path.value}").headers["Location"])
    assert named(page) == names
    assert f'href="{reverse("directory:find")}"' in page


@pytest.mark.parametrize(
    ("harm", "names"),
    [
        (Harm.SHARED, [HELPLINE, "Crisis line", "Takers down"]),
        (Harm.CREATOR_CONTENT, [HELPLINE, "Crisis line", "Creators' desk"]),
        (Harm.OUTING, [HELPLINE, "Crisis line", "Rainbow line"]),
        (Harm.SEXTORTION, [HELPLINE, "Crisis line", "Account doctors"]),
    ],
)
def test_what_happens_next_names_them_by_what_she_told(harm: Harm, names: list[str]) -> None:
    teller = Teller()
    teller.begin()
    teller.answer("what", **{"harm" if harm in (Harm.SHARED, Harm.SEXTORTION) else "rare": harm.value})
    teller.post("/report/hand-in")
    assert named(teller.see("/report/next")) == names


@pytest.mark.parametrize(
    ("question", "answer", "page", "first"),
    [
        ("signs", {"dangers": ["now"]}, "/report/now", "Fairhaven Night Line"),
        ("what", {"rare": "stolen"}, "/report/what-next", HELPLINE),
        ("what", {"harm": "sextortion"}, "/report/what-now", HELPLINE),
    ],
)
def test_help_between_the_questions_names_them(question: str, answer: dict[str, Any], page: str, first: str) -> None:
    teller = Teller()
    teller.begin()
    assert teller.answer(question, **answer) == page
    assert named(teller.see(page))[0] == first


@pytest.mark.parametrize("name", ["child", "unsure"])
def test_where_somebody_is_under_18_the_nations_line_stands_first(name: str) -> None:
    page = Client().get(reverse(f"portal:{name}")).content.decode()
    assert named(page) == ["Fairhaven Child Safety Line", "Crisis line", "Child line"]


@pytest.mark.parametrize(
    ("see", "names"),
    [
        (lambda visitor: visitor.get("first-help"), [HELPLINE, "Crisis line", "Account doctors"]),
        (lambda visitor: visitor.get("not-removed"), [HELPLINE, "Crisis line", "Takers down"]),
    ],
    ids=["first help", "not removed"],
)
def test_the_portals_pages_name_them(see: Callable[[Visitor], Any], names: list[str]) -> None:
    visitor = Visitor()
    visitor.protect("one")
    assert named(see(visitor).content.decode()) == names


def test_the_page_under_a_code_names_two_of_them_with_their_numbers() -> None:
    visitor = Visitor()
    visitor.protect("one")
    page = visitor.get("status").content.decode().partition("Help near you")[2].partition("<form")[0]
    called = re.findall(r'<a [^>]*href="tel:[^"]*"><bdi>([^<]*)</bdi>: <bdi dir="ltr">[^<]+', page)
    assert called == [HELPLINE, "Crisis line"]
