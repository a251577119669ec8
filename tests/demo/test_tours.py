"""The demonstration's tours: who one can be stands on one short page, and each tour on its own."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from demo.cast import STAFF, DemonstrationFacts, StaffFacts
from demo.tours import TOURS

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).resolve().parents[2] / "demo/jinja2/demo/tours"
NAMES = [name for _login, name, _role, _body in STAFF]


@pytest.fixture
def running(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `leeward demo` leaves for these pages to tell."""
    staff = tuple(
        StaffFacts(name=login, display_name=name, role=role.value, passphrase=f"six words of {login}")
        for login, name, role, _body in STAFF
    )
    facts = DemonstrationFacts(
        site_url="http://127.0.0.1:9/",
        walls_url="http://127.0.0.1:9/",
        staff=staff,
        posts_folders={},
        lived_until="",
        kept_code="000000000000000000000000",
        tables="",
    )
    monkeypatch.setattr("demo.views.read_facts", lambda _data: facts)
    settings.LEEWARD_DEMO_SITE_URL = "http://127.0.0.1:9/"


def test_who_one_can_be_stands_on_one_short_page(client: Client, running: None) -> None:
    page = client.get("/demo").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 350
    assert len(TOURS) == 20
    for tour in TOURS:
        assert f'href="/demo/tours/{tour.key}"' in page
        assert tour.who in page


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.key)
def test_each_tour_has_a_page_and_names_those_who_sign_in_on_it(client: Client, running: None, tour: Any) -> None:
    told = (FOLDER / f"{tour.key}.jinja").read_text(encoding="utf-8")
    assert {name for name in NAMES if name in told} == set(tour.people)
    answer = client.get(f"/demo/tours/{tour.key}")
    assert answer.status_code == 200
    page = answer.content.decode()
    logins = {login for login, name, _role, _body in STAFF if name in tour.people}
    assert set(re.findall(r"six words of (\w+)", page)) == logins


def test_every_page_of_a_tour_can_be_reached() -> None:
    assert {path.stem for path in FOLDER.glob("*.jinja")} == {tour.key for tour in TOURS}


def test_without_the_demonstration_one_tour_is_left(client: Client) -> None:
    page = client.get("/demo").content.decode()
    assert re.findall(r"/demo/tours/(\w+)", page) == ["photo"]
    assert client.get("/demo/tours/photo").status_code == 200
    for address in ("/demo/tours/desk", "/demo/tours/nowhere", "/demo/behind"):
        assert client.get(address).status_code == 404


def test_everybody_who_signs_in_stands_behind_the_scenes(client: Client, running: None) -> None:
    page = client.get("/demo/behind").content.decode()
    assert all(name in page for name in NAMES)


def test_production_has_none_of_it(client: Client, running: None, settings: Any) -> None:
    settings.LEEWARD_PRODUCTION = True
    for address in ("/demo", "/demo/tours/photo", "/demo/behind"):
        assert client.get(address).status_code == 404
