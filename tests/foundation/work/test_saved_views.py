"""A list is kept narrowed and sorted under a name: by one person, for one list, as its address says it and no more."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.work.models import SavedView
from leeward.foundation.work.saved import MOST_VIEWS, save_view
from leeward.foundation.work.way import read_way
from tests.foundation.accounts.people import come_in, employ

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

HERE = "/staff/directory/organizations"
SORTED = f"{HERE}?q=quay&sort=-name"


@pytest.fixture
def dana(db: None) -> Client:
    employ("dana", Role.DIRECTORY_EDITOR, now=timezone.now())
    return come_in("dana")


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def marked(text: str) -> list[str]:
    """What is marked as current among the lists."""
    nav = re.search(r'<nav aria-label="Lists">.*?</nav>', text, re.S)
    return re.findall(r'aria-current="page"><bdi>([^<]*)', nav[0]) if nav else []


def keep(client: Client, address: str, name: str) -> Any:
    link = re.search(r'href="([^"]*)">Save this view', page(client, address))
    assert link
    return client.post(html.unescape(link[1]), {"name": name})


def test_a_view_is_saved_shown_and_removed(dana: Client) -> None:
    assert "Save this view" not in page(dana, HERE)
    answer = keep(dana, f"{SORTED}&after=nonsense", "  Quays & <b>ports</b> ")
    assert (answer.status_code, answer["Location"]) == (303, SORTED)
    text = page(dana, SORTED)
    assert marked(text) == ["Quays &amp; &lt;b&gt;ports&lt;/b&gt;"]
    assert "Save this view" not in text
    assert marked(page(dana, f"{HERE}?q=other")) == []
    assert "Quays" in page(dana, HERE)
    remove = re.search(r'action="([^"]*/remove)"', text)
    assert remove
    assert dana.get(remove[1]).status_code == 405
    assert dana.post(remove[1])["Location"] == HERE
    assert "Quays" not in page(dana, HERE)


def test_a_view_belongs_to_one_person_and_one_list(dana: Client) -> None:
    keep(dana, SORTED, "Mine")
    row = SavedView.objects.get()
    assert (row.path, row.query) == (HERE, "q=quay&sort=-name")
    employ("ines", Role.DIRECTORY_EDITOR, now=timezone.now())
    ines = come_in("ines")
    assert "Mine" not in page(ines, HERE)
    assert "Mine" not in page(dana, "/staff/directory")
    assert ines.post(reverse("work:view-remove", args=[row.reference])).status_code == 404
    assert SavedView.objects.exists()
    assert dana.post(reverse("work:view-remove", args=[uuid4()])).status_code == 404


def test_the_same_name_is_one_view(dana: Client) -> None:
    keep(dana, SORTED, "Mine")
    keep(dana, f"{HERE}?q=harbour", "Mine")
    assert list(SavedView.objects.values_list("query", flat=True)) == ["q=harbour"]


def test_a_view_whose_filter_is_gone_says_so_and_shows_the_rest(dana: Client) -> None:
    keep(dana, SORTED, "Mine")
    SavedView.objects.update(query="q=quay&sort=-name&colour=red")
    address = re.search(r'href="([^"]*)"[^>]*><bdi>Mine', page(dana, HERE))
    assert address
    text = page(dana, html.unescape(address[1]))
    assert "This list has no such filter. It was left out." in text
    assert 'value="quay"' in text
    assert marked(text) == ["Mine"]
    assert "Remove this view" in text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Enter a name"),
        ("   ", "Enter a name"),
        ("n" * 41, "Enter at most 40 signs"),
        ("a\u202eb", "There are signs in it that cannot be shown"),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_a_name_is_short_and_can_be_read(dana: Client, name: str, says: str) -> None:
    answer = keep(dana, SORTED, name)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        HERE,
        "https://evil.example/staff/directory/organizations?q=a",
        "//evil.example/staff/directory/organizations?q=a",
        "/\\evil.example?q=a",
        "/staff/team?q=a",
        "/nowhere?q=a",
        f"{HERE}?q=" + "a" * 1_500,
    ],
)
def test_only_a_narrowed_list_of_ours_is_kept(dana: Client, address: str) -> None:
    answer = dana.post(
        f"{reverse('work:view-new')}?{'view=' + address.replace('&', '%26') if address else ''}", {"name": "A"}
    )
    assert answer.status_code == 404
    assert not SavedView.objects.exists()


def test_a_list_has_at_most_twenty(dana: Client) -> None:
    keep(dana, SORTED, "0")
    way, owner = read_way(SORTED), SavedView.objects.get().owner
    assert way is not None
    for number in range(1, MOST_VIEWS):
        save_view(way, name=str(number), owner=owner)
    answer = keep(dana, f"{HERE}?q=more", "One more")
    assert answer.status_code == 400
    assert "You keep 20 views of this list" in answer.content.decode()
    assert keep(dana, f"{HERE}?q=more", "7").status_code == 303
    assert SavedView.objects.count() == MOST_VIEWS


def test_whoever_names_no_list_is_led_home(dana: Client) -> None:
    answer = dana.get(reverse("work:view-new"))
    assert (answer.status_code, answer["Location"]) == (303, reverse("work:home"))
