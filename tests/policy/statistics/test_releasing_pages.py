"""Staff draft a release on their pages, and somebody else signs it off there."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editions.operations import DRAFTS_MOST
from tests.foundation.accounts.people import NOW, at, come_in, employ
from tests.policy.statistics.kept_counts import counts, keep
from tests.policy.statistics.releases import all_releases, drafts, planned
from tests.policy.statistics.some_figures import some_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerks(monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Client]:
    at(monkeypatch, NOW)
    employ("petra", Role.POLICY_OFFICER)
    employ("ravi", Role.POLICY_OFFICER)
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
    assert draft.sha256 in page
    signing = {"sha256": draft.sha256, "looked": "on"}
    assert "You drafted this release" in go(petra, "draft-sign", draft.name, **signing)
    assert "Sign off and publish" in go(ravi, "draft-show", draft.name)
    assert "Everybody can read it." not in go(ravi, "draft-show", draft.name)
    assert draft.sha256 in go(ravi, "draft-sign", draft.name)
    assert "not the one that you looked at" in go(ravi, "draft-sign", draft.name, **signing | {"sha256": "0" * 64})
    assert "tick the box when you have" in go(ravi, "draft-sign", draft.name, sha256=draft.sha256)
    assert ravi.get(reverse("statistics-data:draft-file", args=[draft.name, "csvw.json"])).status_code == 200
    assert "Read me." in go(ravi, "draft-sign", draft.name, **signing)
    assert [each.name for each in all_releases()] == [draft.name]
    assert ravi.post(reverse("statistics-data:draft-discard", args=[draft.name])).status_code == 404
    assert "Spring" in go(petra, "staff")
    page = go(petra, "draft-show", draft.name)
    assert "Public page" in page
    assert "Everybody can read it." in page
    assert "by Ravi" in page
    assert "Discard the draft" not in page


def test_drafts_stand_first_and_lead_from_one_to_the_next(clerks: tuple[Client, Client]) -> None:
    petra, ravi = clerks
    some_figures()
    for title in ("Spring", "Summer"):
        go(petra, "draft", title=title, licence="https://example.org/licence")
    first, second = sorted(drafts(), key=lambda each: each.name)
    go(ravi, "draft-sign", second.name, sha256=second.sha256, looked="on")
    page = ravi.get(reverse("statistics-data:staff")).content.decode()
    assert page.index("Spring") < page.index("Summer")
    address = html.unescape(re.findall(r'href="([^"]+)" data-leeward-open', page)[0])
    where = parse_qs(urlsplit(address).query)["list"][0]
    assert "Awaits a second person" in ravi.get(address).content.decode()
    said = {"why": "April is wrong.", "list": where}
    answer = ravi.post(reverse("statistics-data:draft-discard", args=[first.name]), said, follow=True)
    assert "This is the next one." in answer.content.decode()
    assert "Summer" in answer.content.decode()


def test_a_draft_is_thrown_away_and_days_are_planned(clerks: tuple[Client, Client]) -> None:
    petra, _ravi = clerks
    some_figures()
    go(petra, "draft", title="Spring", licence="https://example.org/licence")
    edition = drafts()[0].name
    assert "Reason for discarding the draft" in go(petra, "draft-discard", edition)
    assert "Say why" in go(petra, "draft-discard", edition, why="")
    assert len(drafts()) == 1
    assert "Spring" not in go(petra, "draft-discard", edition, why="April is wrong.")
    assert "Spring" in petra.get(reverse("statistics-data:staff"), {"discarded": "on"}).content.decode()
    page = go(petra, "draft-show", edition)
    assert "April is wrong." in page
    assert "by Petra" in page
    assert "Sign off and publish" not in page
    assert petra.get(reverse("statistics-data:draft-sign", args=[edition])).status_code == 404
    assert drafts() == ()
    assert "Enter an address that begins with https://" in go(petra, "draft", title="Spring", licence="mine")
    assert "Enter a day that is not over" in go(petra, "plan", on="2001-01-01", title="Spring")
    assert "Enter a day such as" in go(petra, "plan", on="soon", title="Spring")
    assert "2031" in go(petra, "plan", on="2031-05-01", title="Spring")
    assert "2031" in petra.get(reverse("statistics-data:releases")).content.decode()
    assert "1 May 2031" in go(petra, "planned")
    assert "2031" not in go(petra, "unplan", day="2031-05-01")
    assert planned(today=NOW.date()) == ()
    assert petra.post(reverse("statistics-data:unplan"), {"day": "may"}).status_code == 404


def test_whoever_signs_sees_each_number_and_what_becomes_of_it(clerks: tuple[Client, Client]) -> None:
    petra, ravi = clerks
    some_figures()
    go(petra, "draft", title="Spring", licence="https://example.org/licence")
    [first] = drafts()
    page = go(ravi, "draft-show", first.name)
    assert "This is the first release: all its numbers are new." in page
    assert "Drafted" in page
    assert "by Petra" in page
    go(ravi, "draft-sign", first.name, sha256=first.sha256, looked="on")
    keep(*counts(SENT={"a": 160, "b": 3, "c": 45}, SENT_GONE={"a": 130, "b": 1, "c": 25}), reason="A box was found.")
    go(petra, "draft", title="Summer", licence="https://example.org/licence")
    [second] = drafts()
    for name in ("draft-show", "draft-sign"):
        told = words_of(go(ravi, name, second.name))
        assert "2026-Q1 Removal rate, A 75% (72 to 78) 81% (79 to 84) Changed It was final." in told
        assert "Compared with the release" in told
    told = words_of(go(ravi, "draft-numbers", second.name, "removal-rate"))
    assert "2026-Q1 A 75% (72 to 78) 81% (79 to 84) Changed It was final." in told
    assert "2025-Q4 A 78% (73 to 82) 78% (73 to 82) As before" in told
    assert "not shown, to protect people" in told
    assert ravi.get(reverse("statistics-data:draft-numbers", args=[second.name, "happiness"])).status_code == 404


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" ,", ",")


@pytest.mark.parametrize("role", [Role.DESK_PRACTITIONER, Role.REVIEWER, Role.SUPERVISOR])
def test_nobody_else_comes_in(clerks: tuple[Client, Client], role: Role) -> None:
    petra, _ravi = clerks
    some_figures()
    go(petra, "draft", title="Spring", licence="https://example.org/licence")
    [draft] = drafts()
    employ("dora", role)
    dora = come_in("dora")
    assert dora.get(reverse("statistics-data:staff")).status_code == 403
    for name, said in (("draft-sign", {"sha256": draft.sha256, "looked": "on"}), ("draft-discard", {"why": "No."})):
        assert dora.post(reverse(f"statistics-data:{name}", args=[draft.name]), said).status_code == 403
    assert [each.name for each in drafts()] == [draft.name]
    assert Client().get(reverse("statistics-data:staff")).status_code == 302


def test_who_drafts_too_many_is_told_so_on_the_page(clerks: tuple[Client, Client]) -> None:
    petra, _ravi = clerks
    some_figures()
    for number in range(DRAFTS_MOST):
        go(petra, "draft", title=f"Number {number}", licence="https://example.org/licence")
    assert "Too many drafts wait already" in go(petra, "draft", title="More", licence="https://example.org/licence")
