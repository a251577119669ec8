"""Each team has a thread of its own with her: its key opens that one, and no other."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from leeward.foundation.vault.errors import CompartmentClosed, NotGranted, SealBroken
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.models import Message, SafeWay, Thread
from leeward.victim.file.operations.threads import list_threads
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.story import Reporter
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import save_contact
from leeward.victim.helpline.operations.cases import write_message as write_to_helpline
from leeward.victim.removals.operations.reports import BOUND, open_report, write_message
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.states import Step
from tests.foundation.accounts.people import at
from tests.victim.file.people import STORY, Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.removals.conftest import Company
from tests.victim.removals.news_people import by_mail

pytestmark = pytest.mark.django_db
DESK, HELPLINE = (Whose.TEAM, "desk"), (Whose.TEAM, "helpline")
LETTERS = "What you and the removal desk write each other"


@pytest.fixture
def her(sam: Worker, dee: Worker, chatter: Company) -> Teller:
    """Somebody whom the helpline and the desk help, and who has written with both."""
    her = Teller()
    her.come()
    her.report()
    write_message(opened=her.open_report(), words="Is it gone?", side=Side.PERSON, by=PERSON, now=NOW)
    opened = open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    write_message(opened=opened, words="Not yet.", side=Side.TEAM, by=dee.actor, now=NOW)
    return her


def written(her: Teller, keyring: Keyring) -> list[str]:
    """What the desk's thread says to whoever has these keys."""
    opened = open_report(reference=her.file, keyring=keyring, by=PERSON, now=NOW)
    view = read_report(file=opened.file, thread=opened.thread, keyring=keyring, by=PERSON, now=NOW)
    return [line.words for line in view.messages]


def opens(her: Teller, keyring: Keyring, message: Message) -> bool:
    """Whether these keys open a message, by her file or by any thread, under the names of today and of before."""
    files = [her.file, *Thread.objects.values_list("reference", flat=True)]
    for file in files:
        try:
            opened = open_file(file=file, keyring=keyring, by=PERSON, now=NOW)
        except NotGranted:
            continue
        for place in (Message.place_of("words", message.reference), f"{BOUND}|{message.reference}"):
            try:
                opened.unseal(message.words, compartment=Compartment.STORY, place=place)
            except (SealBroken, CompartmentClosed):
                continue
            return True
    return False


def as_before(her: Teller) -> None:
    """Her letters as an earlier release kept them: sealed with the story's key, under the name of another table."""
    thread = Thread.objects.get(team="desk")
    file = open_file(file=her.file, keyring=Keyring(her.key), by=PERSON, now=NOW)
    own = open_file(file=thread.reference, keyring=Keyring(her.key), by=PERSON, now=NOW)
    for row in thread.messages.all():
        words, place = row.unbox(own, "words"), f"{BOUND}|{row.reference}"
        row.words = file.seal(words, compartment=Compartment.STORY, place=place)
        row.save()
    Thread.objects.filter(pk=thread.pk).update(reference=her.file)


def test_a_teams_key_opens_its_own_messages_and_no_others(her: Teller, sam: Worker, dee: Worker) -> None:
    of_desk = list(Message.objects.filter(thread__team="desk"))
    of_helpline = list(Message.objects.filter(thread__team="helpline"))
    assert (len(of_desk), len(of_helpline)) == (2, 1)
    keyrings = {"desk": dee.keyring, "helpline": sam.keyring, "hers": Keyring(her.key)}
    for name, keyring in keyrings.items():
        assert {opens(her, keyring, row) for row in of_desk} == {name != "helpline"}, name
        assert {opens(her, keyring, row) for row in of_helpline} == {name != "desk"}, name


@pytest.mark.parametrize("first", ["desk", "hers"])
def test_old_messages_get_a_key_of_their_own_when_somebody_opens_the_report(
    her: Teller, sam: Worker, dee: Worker, first: str
) -> None:
    as_before(her)
    assert LETTERS in her.reads()[HELPLINE]  # the page says what the keys say, also before
    assert all(opens(her, sam.keyring, row) for row in Message.objects.filter(thread__team="desk"))
    keyrings = {"desk": dee.keyring, "hers": Keyring(her.key)}
    for keyring in (keyrings[first], *keyrings.values()):
        assert written(her, keyring) == ["Is it gone?", "Not yet."]
    assert LETTERS not in her.reads()[HELPLINE]
    assert LETTERS in her.reads()[DESK]
    assert not any(opens(her, sam.keyring, row) for row in Message.objects.filter(thread__team="desk"))


def test_a_message_of_a_thread_is_written_once(her: Teller) -> None:
    once = uuid.uuid4()
    for _ in range(2):
        write_message(opened=her.open_report(), words="Once.", side=Side.PERSON, by=PERSON, now=NOW, reference=once)
    assert written(her, Keyring(her.key)).count("Once.") == 1


# --- her pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(her: Teller, monkeypatch: pytest.MonkeyPatch) -> Browser:
    at(monkeypatch, NOW)
    return browser_of(her, now=NOW, file=her.file, report=her.file)


def test_her_page_has_one_list_of_threads_and_each_head_says_who_reads(browser: Browser) -> None:
    page = browser.see("/status/part/people")
    part = page[page.index('id="threads"') :]
    part = part[: part.index("</section>")]
    assert part.index("/status/talk") < part.index("/status/messages")
    assert part.count(" new</strong>") == 1
    for words in (
        "You and the people at the helpline can read this. The removal desk cannot.",
        "You and the people at the removal desk can read this. The helpline cannot.",
    ):
        assert words in part
    assert "You and the people at the removal desk can read this." in browser.see("/status/messages")
    assert " new</strong>" not in browser.see("/status/part/people")  # she has read it


def test_she_takes_out_what_she_wrote_to_the_desk_and_both_see_that_something_stood_there(
    her: Teller, browser: Browser, dee: Worker
) -> None:
    hers, ours = Message.objects.filter(thread__team="desk").order_by("ordinal")
    path = "/status/messages/take-out"
    assert "Take these words out?" in browser.client.post(path, {"message": hers.reference}).content.decode()
    for message in (hers, hers, ours):
        answer = browser.client.post(path, {"message": message.reference, "sure": "on"})
        assert answer.headers["Location"] == "/status/messages"
    assert written(her, dee.keyring) == ["", "Not yet."]
    assert "You took these words out. We deleted them." in browser.see("/status/messages")


def test_news_of_one_team_is_no_news_of_the_other(her: Teller, browser: Browser, sam: Worker) -> None:
    browser.see("/status/messages")
    opened = her.open_case()
    write_to_helpline(opened=opened, words="Here.", side=Side.TEAM, by=sam.actor, now=NOW)
    page = browser.see("/status/part/people")
    line = page[page.index('id="threads"') :]
    assert line.index("1 new") < line.index("/status/messages")


# --- neutral messages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [{"path": Path.FOUND}, {"story": replace(STORY, reporter=Reporter.THIRD_PARTY)}])
def test_who_told_for_somebody_else_hears_of_their_own_case_and_nothing_of_the_report(
    sam: Worker, dee: Worker, chatter: Company, told: dict[str, Any]
) -> None:
    her = Teller()
    her.come()
    her.report(**told)
    save_contact(opened=her.open_case(), contact=by_mail(), by=PERSON, now=NOW)
    take_step(locked_request(report__reference=her.file), step=Step.SEEN_GONE, by=dee.actor, now=NOW)
    opened = open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    write_message(opened=opened, words="Thank you.", side=Side.TEAM, by=dee.actor, now=NOW)
    assert SafeWay.objects.get().news_at is None
    assert [each.talk.page for each in list_threads(her.bearer, now=NOW)] == ["helpline:my-thread"]
    write_to_helpline(opened=her.open_case(), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW)
    assert SafeWay.objects.get().news_at == NOW
