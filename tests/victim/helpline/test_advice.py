"""Pages of advice that somebody was given: which text it was is kept, and what changed since is said, no more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, write_day
from leeward.foundation.pages.operations import withdraw_edition
from leeward.foundation.pages.queries import in_force
from leeward.foundation.pages.rules.differences import Turn
from leeward.victim.helpline.errors import AdviceFull, PageUnknown
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.advice import give_page
from leeward.victim.helpline.queries.advice import has_changed, list_advice
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.advice import MOST_PAGES, Advice, GivenPage, give
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.advised import PAGE, SECOND, publish
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.opening import words

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

OTHER = "safe-accounts"
DAY = timedelta(days=1)
MARK = "This page has changed since we gave it to you."


@pytest.fixture
def her(sam: Worker) -> Teller:
    """Somebody with a case."""
    teller = Teller()
    teller.come()
    return teller


def page_given(code: str = PAGE, *, sha256: str = "0" * 64) -> GivenPage:
    return GivenPage(code=code, language="en", sha256=sha256, title="Advice", on=NOW.date())


def test_the_same_text_is_given_once_and_a_newer_one_takes_its_place() -> None:
    first, newer, other = page_given(), page_given(sha256="1" * 64), page_given(OTHER)
    advice = give(give(Advice(), first), other)
    assert give(advice, first) == advice
    assert give(advice, newer).pages == (other, newer)
    assert Advice.from_text(advice.to_text()) == advice
    assert Advice.from_text("") == Advice()
    full = Advice(pages=tuple(page_given(f"page-{each}") for each in range(MOST_PAGES)))
    with pytest.raises(AdviceFull):
        give(full, first)


def test_what_changed_since_it_was_given_is_told_and_nothing_else(her: Teller, sam: Worker) -> None:
    opened = her.open_case()
    for code in (PAGE, OTHER, PAGE):
        give_page(opened=opened, code=code, by=sam.actor, now=NOW)
    assert [each.given.code for each in list_advice(opened, now=NOW)] == [OTHER, PAGE]
    assert PAGE not in Case.objects.get(reference=opened.reference).advice
    publish(PAGE, words="كلمة.", language="ar")  # she was given the English one
    publish("help", words="Something else.")
    assert not has_changed(opened)
    publish(PAGE, words="Write down the day first.", now=NOW + DAY)
    assert has_changed(opened)
    [other, line] = list_advice(opened, now=NOW + DAY)
    assert other.changed is None
    assert line.changed is not None
    assert line.changed.since == local_day(NOW + DAY)
    assert ["".join(piece.words for piece in each.pieces) for each in line.changed.differs] == [
        "Write down the day first."
    ]
    give_page(opened=opened, code=PAGE, by=sam.actor, now=NOW + DAY)  # the text that is shown now
    assert not has_changed(opened)
    with pytest.raises(PageUnknown):
        give_page(opened=opened, code="nowhere", by=sam.actor, now=NOW)


def test_between_two_editions_the_difference_is_from_the_one_that_was_given(her: Teller, sam: Worker) -> None:
    opened = her.open_case()
    publish(PAGE, words="First.")
    give_page(opened=opened, code=PAGE, by=sam.actor, now=NOW)
    publish(PAGE, words="Second.", now=NOW + DAY)
    publish(PAGE, words="Third.", now=NOW + 2 * DAY)
    [line] = list_advice(opened, now=NOW + 2 * DAY)
    assert line.changed is not None
    assert ["".join(piece.words for piece in each.pieces) for each in line.changed.differs] == ["Second.", "Third."]


def test_a_text_that_was_withdrawn_is_not_what_she_was_given(her: Teller, sam: Worker) -> None:
    opened = her.open_case()
    publish(PAGE, words="First.")
    give_page(opened=opened, code=PAGE, by=sam.actor, now=NOW)
    withdraw_edition(code=PAGE, language="en", number=1, reason="It is wrong.", by=SECOND, now=NOW)
    [line] = list_advice(opened, now=NOW)
    assert line.changed is not None
    assert [each.turn for each in line.changed.differs] == [Turn.REMOVED]


def test_her_page_and_the_case_say_that_it_changed_with_the_day_and_the_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, NOW)
    employ("ama", Role.PRACTITIONER)
    ama, her = come_in("ama"), Teller()
    her.come()
    browser, case = browser_of(her, now=NOW), find_case(her.file)
    address = reverse("helpline:desk-case", args=[case])
    give = reverse("helpline:desk-advice", args=[case])
    assert ama.post(give, {"page": ""}).status_code == 400
    assert ama.post(give, {"page": PAGE}).status_code == 303
    title = in_force(PAGE, "en").text.title
    assert title in words(browser.see("/status/help"))
    for page in (browser.see("/status/help"), browser.see("/status/pictures"), ama.get(address).content.decode()):
        assert "has changed since" not in words(page)
    publish(PAGE, words="Write down the day first.")
    assert "A page that we gave you has changed since then." in words(browser.see("/status/part/people"))
    shown = words(browser.see("/status/help"))
    assert f"{MARK} The new text is from {write_day(NOW)}." in shown
    assert "Write down the day first." in shown
    assert reverse("pages:page", args=[PAGE]) in browser.see("/status/help")
    assert "This page has changed since they were given it." in words(ama.get(address))
    assert MARK in words(browser.see("/status/everything"))
