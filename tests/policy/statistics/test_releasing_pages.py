"""Staff draft a release on their pages, and somebody else signs it off there."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.policy.statistics.operations.releases import DRAFTS_MOST
from leeward.policy.statistics.queries.releases import all_releases, drafts, planned
from tests.foundation.accounts.people import NOW, at, come_in, employ
from tests.policy.statistics.some_figures import some_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerks(monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Client]:
    at(monkeypatch, NOW)
    employ("petra", Role.POLICY_OFFICER)
    employ("ravi", Role.REVIEWER)
    return come_in("petra"), come_in("ravi")


def go(client: Client, name: str, *arguments: str, **said: str) -> str:
    address = reverse(f"statistics-data:{name}", args=arguments)
    answer = client.post(address, said, follow=True) if said else client.get(address)
    assert answer.status_code in (200, 400)
    return answer.content.decode()


def test_one_drafts_and_another_publishes(clerks: tuple[Client, Client]) -> None:
    petra, ravi = clerks
    assert "There is no figure yet" in go(petra, "draft", title="Spring", licence="https://example.org/licence")
    some_figures()
    page = go(petra, "draft", title="Spring", words="Read me.", licence="https://example.org/licence")
    assert "Ask somebody else to look at it" in page
    [draft] = drafts()
    digest = re.findall(r"[0-9a-f]{64}", page)[-1]
    assert digest == draft.sha256
    assert "You drafted this release" in go(petra, "draft-sign", draft.edition, sha256=digest)
    assert "Sign off and publish" in go(ravi, "draft-show", draft.edition)
    assert "This is not the digest of this draft" in go(ravi, "draft-sign", draft.edition, sha256="0" * 64)
    assert "Enter the 64 digits" in go(ravi, "draft-sign", draft.edition, sha256="nonsense")
    assert ravi.get(reverse("statistics-data:draft-file", args=[draft.edition, "csvw.json"])).status_code == 200
    assert "Read me." in go(ravi, "draft-sign", draft.edition, sha256=digest)
    assert [each.edition for each in all_releases()] == [draft.edition]
    assert ravi.post(reverse("statistics-data:draft-discard", args=[draft.edition])).status_code == 404
    assert "Spring" in go(petra, "staff")


def test_a_draft_is_thrown_away_and_days_are_planned(clerks: tuple[Client, Client]) -> None:
    petra, _ravi = clerks
    some_figures()
    go(petra, "draft", title="Spring", licence="https://example.org/licence")
    petra.post(reverse("statistics-data:draft-discard", args=[drafts()[0].edition]))
    assert drafts() == ()
    assert "Enter an address that begins with https://" in go(petra, "draft", title="Spring", licence="mine")
    assert "Enter a day that is not over" in go(petra, "plan", on="2001-01-01", title="Spring")
    assert "Enter a day such as" in go(petra, "plan", on="soon", title="Spring")
    assert "2031" in go(petra, "plan", on="2031-05-01", title="Spring")
    assert "2031" in petra.get(reverse("statistics-data:releases")).content.decode()
    petra.post(reverse("statistics-data:unplan", args=["2031-05-01"]))
    assert planned(today=NOW.date()) == ()
    assert petra.post(reverse("statistics-data:unplan", args=["may"])).status_code == 404


def test_nobody_else_comes_in(clerks: tuple[Client, Client]) -> None:
    employ("dora", Role.DESK_PRACTITIONER)
    assert come_in("dora").get(reverse("statistics-data:staff")).status_code == 403
    assert Client().get(reverse("statistics-data:staff")).status_code == 302


def test_who_drafts_too_many_is_told_so_on_the_page(clerks: tuple[Client, Client]) -> None:
    petra, _ravi = clerks
    some_figures()
    for number in range(DRAFTS_MOST):
        go(petra, "draft", title=f"Number {number}", licence="https://example.org/licence")
    assert "Too many drafts wait already" in go(petra, "draft", title="More", licence="https://example.org/licence")
