"""A person's pages of their locker, and what the team sees to which they show an entry."""

import html
import io
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.models import Exposure
from leeward.victim.file.models import File, Thread
from leeward.victim.file.operations.shown import read_shown
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import erase_case
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.locker.models import Custody, Item, Locker
from leeward.victim.locker.operations import entries
from leeward.victim.locker.rules.keeping import Limits
from leeward.victim.portal.operations import open_visit, seal_visit
from leeward.victim.removals.operations.reports import write_message as write_to_desk
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON
from tests.victim.locker.keeper import Keeper
from tests.victim.locker.opening import KEPT, WRITE, Hers, begin, open_pages, words
from tests.victim.removals.teller import Teller as PersonWhoReports

pytestmark = pytest.mark.django_db
WHO = "/status/who"
NO_DAY = {"on_day": "", "on_month": "", "on_year": ""}


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    start_afresh()


@pytest.fixture
def hers(house: Standing) -> Hers:
    return open_pages()


@pytest.fixture
def told(house: Standing) -> Hers:
    """The same with a case at the helpline."""
    return open_pages(with_case=True)


# --- the way in -------------------------------------------------------------------------------------------------------


def test_it_says_what_it_is_and_what_nobody_can_promise(db: None) -> None:
    text = words(Client().get("/keep"))
    for said in (
        "It is yours.",
        "None of our staff can open an entry until you show it to them.",
        "could be made to read along. That is true of every website.",
        "A court may ask for everything that you kept.",
        "Never add the picture itself.",
        "Exit this page",
    ):
        assert said in text or said in Client().get("/keep").content.decode(), said


def test_anybody_under_18_gets_the_stronger_way_and_nothing_begins(house: Standing) -> None:
    browser = Client()
    assert browser.get("/keep/begin").headers["Location"] == "/keep"
    assert browser.post("/keep", {}).status_code == 422
    assert browser.post("/keep", {"everyone_adult": "no"}).headers["Location"] == reverse("portal:child")
    assert browser.post("/keep", {"everyone_adult": "not_sure"}).headers["Location"] == "/keep/not-sure"
    page = browser.get("/keep/not-sure")
    assert 'href="/keep"' in page.content.decode()
    assert browser.get("/keep/begin").headers["Location"] == "/keep"
    assert Locker.objects.count() == 0


def test_it_begins_with_a_code_of_its_own(house: Standing) -> None:
    browser = Client()
    browser.post("/keep", {"everyone_adult": "yes"})
    page = browser.get("/keep/begin").content.decode()
    assert "What you write down is kept under it." in words(page)
    [token] = re.findall(r'name="token" value="([^"]+)"', page)[-1:]
    assert browser.post("/keep/begin", {"token": token}).status_code == 422
    for onward in (f"{KEPT}/write", KEPT):  # pressed twice
        answer = browser.post("/keep/begin", {"token": token, "kept": "on"})
        assert answer.headers["Location"] == onward
    assert "There is nothing here yet." in words(browser.get(KEPT))
    assert Locker.objects.count() == 1
    assert "Write something down" in words(browser.get("/status/pictures"))
    assert "My entries" in words(browser.get("/status/part/notes"))


def test_a_token_of_another_errand_begins_none(house: Standing) -> None:
    browser = Client()
    browser.post("/keep", {"everyone_adult": "yes"})
    visit = open_visit(browser.cookies["visit"].value)
    assert visit is not None
    browser.cookies["visit"] = seal_visit(type(visit)(**{**vars(visit), "errand": "something else"}))
    assert browser.get("/keep/begin").headers["Location"] == "/keep"
    assert Locker.objects.count() == 0


def test_who_has_a_code_gets_it_under_that_once(hers: Hers) -> None:
    assert hers.browser.client.get("/keep/begin").headers["Location"] == KEPT
    assert "See my entries" in hers.see("/keep")
    assert Locker.objects.count() == 1
    assert "locker" not in hers.browser.see("/status/pictures").partition("<main")[0]


def test_without_a_visit_every_page_asks_for_the_code(hers: Hers) -> None:
    item = hers.write()
    hers.browser.client.cookies.clear()
    for path in ("", "/write", "/long", *(f"/{item}{more}" for more in ("", "/change", "/who", "/who/desk", "/erase"))):
        assert hers.browser.client.get(KEPT + path).headers["Location"] == "/status/", path
        assert hers.browser.client.post(KEPT + path).status_code in (303, 405), path
    assert hers.keeper.read(item).entry.words == WRITE["words"]


def test_who_has_no_locker_is_led_to_what_it_is(house: Standing) -> None:
    teller = Teller()
    browser = browser_of(teller, now=NOW, submission=uuid.uuid4())
    for path in (KEPT, f"{KEPT}/write", f"{KEPT}/long", f"{KEPT}/{uuid.uuid4()}"):
        assert browser.client.get(path).headers["Location"] == "/keep", path
    assert "Write down what happened, for yourself" in words(browser.see("/status/pictures"))


DOORS = ("/", "/protect/first-help", "/report/begin/online", "/talk", "/help")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", DOORS)
def test_a_door_says_why_to_write_it_down_and_who_reads_it(house: Standing, path: str, language: str) -> None:
    page = words(Client(headers={"accept-language": language}).get(path, follow=True))
    with override(language):
        said = "Write down what happened, so that you do not have to remember it"
        promise = "We lock it before we store it. None of us reads it unless you show it."
        assert gettext(said) in page
        assert gettext(promise) in page
    assert 'href="/keep"' in Client().get(path, follow=True).content.decode()


def test_the_receipt_of_the_desk_has_the_door(house: Standing) -> None:
    teller = PersonWhoReports()
    teller.begin()
    teller.post("/report/hand-in")
    assert 'href="/keep"' in teller.see("/report/next")


def test_where_a_code_is_kept_or_missed_it_stands_what_is_lost_with_it(house: Standing) -> None:
    browser = Client()
    browser.post("/keep", {"everyone_adult": "yes"})
    for page in (words(browser.get("/keep/begin")), words(Client().get("/status/"))):
        assert "Lost with the code: your notes" in page
        assert "We cannot open your notes either." in page
        assert "Not lost: your pictures stay protected" in page


# --- writing ----------------------------------------------------------------------------------------------------------


def test_an_entry_is_written_read_and_changed(hers: Hers) -> None:
    item = hers.write(platform="Chatter", address="https://chatter.example/1", witnesses="My sister")
    assert "He wrote again." in hers.see("/status/everything")
    text = hers.see(f"{KEPT}/{item}")
    for said in (
        "Entry 1: A threat",
        "22 November 2026, 09:05",
        "He wrote again.",
        "Chatter",
        "My sister",
        "No sleep.",
    ):
        assert said in text, said
    assert "You are not showing it to anybody now." in text
    assert "Written down : Version 1 24 November 2026 · You" in text
    form = hers.browser.see(f"{KEPT}/{item}/change")
    assert "He wrote again." in form
    answer = hers.post(f"{KEPT}/{item}/change", once=str(item), **WRITE | {"words": "Once more.", **NO_DAY, "at": ""})
    assert answer.headers["Location"] == f"{KEPT}/{item}"
    text = hers.see(f"{KEPT}/{item}")
    assert "Once more." in text
    assert "Day not known" in text
    assert "Version 1, of 24 November 2026" in text
    assert "He wrote again." in text
    assert "Changed : Version 2" in text
    assert "Entry 1: A threat" in hers.see(KEPT)


def test_what_a_form_lacks_is_said_beside_it_and_nothing_is_lost(hers: Hers) -> None:
    wrong: list[tuple[dict[str, str], str]] = [
        ({"words": "", "effect": "", **NO_DAY, "at": "", "told": ""}, "Write something first"),
        ({"on_day": "31"}, "There is no such day."),
        ({"at": "25:00"}, "Type the time such as 23:40"),
        ({"kind": ""}, "Choose one from the list"),
        ({"words": "x" * 10_001}, "Enter at most 10000 characters"),
    ]
    for more, said in wrong:
        page = hers.post(f"{KEPT}/write", once=str(uuid.uuid4()), **WRITE | {"told": "My aunt"} | more)
        assert page.status_code == 422, more
        assert said in words(page), (more, words(page))
        assert more.get("told", "My aunt") in page.content.decode()
    assert Item.objects.count() == 0


def test_pressed_twice_it_is_written_once(hers: Hers) -> None:
    once = str(uuid.uuid4())
    for _ in range(2):
        hers.post(f"{KEPT}/write", once=once, **WRITE)
    assert Item.objects.count() == 1
    assert Custody.objects.count() == 1


def test_a_full_locker_and_too_many_versions_are_said(
    hers: Hers, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEEWARD_LOCKER_LIMITS = Limits(items=1)
    item = hers.write()
    page = hers.post(f"{KEPT}/write", once=str(uuid.uuid4()), **WRITE)
    assert "No more than 1 fit." in words(page)
    monkeypatch.setattr(entries, "MOST_VERSIONS", 1)
    page = hers.post(f"{KEPT}/{item}/change", once=str(item), **WRITE | {"words": "One too many."})
    assert "No more than 1 fit." in words(page)
    assert page.status_code == 422


def test_what_was_typed_into_a_page_open_too_long_is_saved_with_the_code(
    hers: Hers, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = hers.write()
    later = NOW + timedelta(minutes=20)
    at(monkeypatch, later)
    answer = hers.post(f"{KEPT}/{item}/change", once=str(item), **WRITE | {"words": "Late."})
    assert answer.headers["Location"] == reverse("portal:code-saved")
    assert hers.keeper.read(item).entry.words == WRITE["words"]
    assert hers.post("/status/", numbers=hers.browser.code).headers["Location"] == "/status/pictures"
    assert hers.keeper.read(item).entry.words == "Late."


def test_how_long_it_is_kept_is_chosen_and_said_before_the_end(hers: Hers, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Kept until 1 December 2028" in hers.see(KEPT)
    assert hers.post(f"{KEPT}/long", years="3").status_code == 422
    assert hers.post(f"{KEPT}/long", years="1").headers["Location"] == KEPT
    assert "Kept until 1 December 2027" in hers.see(KEPT)
    assert "will be erased" not in hers.see("/status/pictures")
    Locker.objects.update(expires_on=(NOW + timedelta(days=60)).date())
    assert "Your entries will be erased on 23 January 2027. Open them once" in hers.see("/status/pictures")
    hers.see(KEPT)
    assert "will be erased" not in hers.see("/status/pictures")


def test_what_is_not_theirs_or_erased_leads_to_their_entries(hers: Hers, house: Standing) -> None:
    item = hers.write()
    other = Keeper().begin()
    strange = other.add()
    for path in ("", "/change", "/who", "/who/helpline", "/erase"):
        assert hers.browser.client.get(f"{KEPT}/{strange}{path}").headers["Location"] == KEPT, path
    page = hers.post(f"{KEPT}/{item}/erase", numbers="1")
    assert page.status_code == 422
    assert "Ask a lawyer before you erase" in words(page)
    assert hers.decide(f"{KEPT}/{item}/erase").headers["Location"] == KEPT
    assert hers.browser.client.get(f"{KEPT}/{item}").headers["Location"] == KEPT
    assert list(Item.objects.values_list("reference", flat=True)) == [strange]


def test_a_chain_that_somebody_touched_says_so_and_the_words_are_still_read(hers: Hers) -> None:
    item = hers.write()
    hers.post(f"{KEPT}/{item}/change", once=str(item), **WRITE | {"words": "Changed."})
    opened = entries.open_item(hers.keeper.bearer, item, now=NOW)
    first = next(row for row in Custody.objects.all() if '"added"' in row.unbox(opened, "event"))
    first.delete()
    text = hers.see(f"{KEPT}/{item}")
    assert "Somebody has changed this list: line 1 does not match the line before it." in text
    assert "Changed." in text


# --- shown to the helpline --------------------------------------------------------------------------------------------


@pytest.fixture
def ama(house: Standing) -> Client:
    """Somebody at the helpline."""
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    return come_in("ama")


def case_page(told: Hers, name: str = "case") -> str:
    return reverse(f"helpline:desk-{name}", args=[find_case(told.teller.file)])


def show(told: Hers, item: uuid.UUID, *, days: int = 7) -> None:
    answer = told.decide(f"{KEPT}/{item}/who", team="helpline", days=str(days))
    assert answer.headers["Location"] == f"{KEPT}/{item}", words(answer)


def test_who_writes_with_nobody_can_show_it_to_nobody(hers: Hers) -> None:
    item = hers.write()
    assert "You do not write with any of them now." in hers.see(f"{KEPT}/{item}/who")
    page = hers.decide(f"{KEPT}/{item}/who", team="helpline", days="7")
    assert page.status_code == 422
    assert hers.keeper.read(item).shown_to == ()


def test_it_is_shown_by_code_opened_on_a_press_and_hidden_again(ama: Client, told: Hers) -> None:
    item, other = told.write(), told.write(words="Not for them.")
    assert "What they show you" not in words(ama.get(case_page(told)))
    page = told.post(f"{KEPT}/{item}/who", team="helpline", days="7", numbers="1")
    assert page.status_code == 422
    assert "They can read all its versions" in words(page)
    assert told.keeper.read(item).shown_to == ()
    show(told, item)
    assert "The helpline can read it until 1 December 2026." in told.see(f"{KEPT}/{item}")
    assert "The helpline can read it until 1 December 2026." in told.see(KEPT)

    text = words(ama.get(case_page(told)))
    assert "Entry 1, shown until 1 December 2026" in text
    assert "Entry 2" not in text
    assert "He wrote again." not in text
    assert Custody.objects.filter(item__reference=item).count() == 2, "nothing was opened for the list"
    before, lines = opened_today(), AuditEvent.objects.filter(verb="vault.file_opened").count()
    page = ama.post(case_page(told, "show"), {"part": str(item)})
    for said in ("He wrote again.", "A threat", "22 November 2026, 09:05", "No sleep.", "Their entry 1"):
        assert said in words(page), said
    assert opened_today() == before + 1
    assert AuditEvent.objects.filter(verb="vault.file_opened").count() > lines
    for strange in (str(other), str(uuid.uuid4()), "x"):
        answer = ama.post(case_page(told, "show"), {"part": strange})
        assert answer.status_code == 303, strange
    assert opened_today() == before + 1

    text = told.see(f"{KEPT}/{item}")
    assert "Opened 24 November 2026 · The helpline" in text
    assert "ama" not in text
    page = told.browser.see(f"{KEPT}/{item}/who/helpline")
    assert "Somebody who has read something can remember it." in words(page)
    assert told.decide(f"{KEPT}/{item}/who/helpline").headers["Location"] == f"{KEPT}/{item}"
    assert "Hidden from : The helpline" in told.see(f"{KEPT}/{item}")
    assert "What they show you" not in words(ama.get(case_page(told)))
    assert ama.post(case_page(told, "show"), {"part": str(item)}).status_code == 303
    assert told.browser.client.get(f"{KEPT}/{item}/who/helpline").headers["Location"] == f"{KEPT}/{item}"


def opened_today() -> int:
    return sum(Exposure.objects.values_list("opened", flat=True))


def test_when_its_day_is_over_it_is_gone_for_them(ama: Client, told: Hers, monkeypatch: pytest.MonkeyPatch) -> None:
    item = told.write()
    show(told, item, days=1)
    at(monkeypatch, NOW + timedelta(days=1))
    ama = come_in("ama")
    assert "Entry 1, shown until 25 November 2026" in words(ama.get(case_page(told)))
    at(monkeypatch, NOW + timedelta(days=2))
    ama = come_in("ama")
    assert "What they show you" not in words(ama.get(case_page(told)))
    assert ama.post(case_page(told, "show"), {"part": str(item)}).status_code == 303


def test_a_choice_that_is_missing_is_said(told: Hers) -> None:
    item = told.write()
    for wrong in ({"team": "desk", "days": "7"}, {"team": "helpline"}, {"team": "helpline", "days": "2000"}):
        page = told.decide(f"{KEPT}/{item}/who", **wrong)
        assert page.status_code == 422, wrong
        assert "Choose one answer" in words(page), wrong
    assert told.keeper.read(item).shown_to == ()


def test_what_is_shown_stands_in_the_thread_that_the_two_alone_open(ama: Client, told: Hers) -> None:
    item = told.write()
    show(told, item)
    thread = Thread.objects.get()
    assert str(item) not in thread.shown
    opened = open_file(file=thread.reference, keyring=Keyring(told.keeper.key), by=Actor.person(), now=NOW)
    assert read_shown(opened) == (item,)
    told.decide(f"{KEPT}/{item}/who/helpline")
    assert read_shown(opened) == ()


# --- who can read this ------------------------------------------------------------------------------------------------


def test_it_stands_in_the_list_of_readers_with_the_others(ama: Client, told: Hers) -> None:
    item = told.write()
    text = told.see(WHO)
    assert "You, with your code Can read What you told us" in text
    assert text.count("Entries in your locker") == 1
    show(told, item)
    text = told.see(WHO)
    assert text.count("Entries in your locker") == 2
    assert "Not all of your entries: the page of each entry says who you show it to" in text
    assert "Something else of yours" not in text
    assert "Somebody else" not in text
    page = told.browser.see(f"{WHO}/talk")
    assert "The entries that you show them are hidden from them too." in words(page)
    assert told.decide(f"{WHO}/talk").headers["Location"] == WHO
    assert told.keeper.read(item).shown_to == ()
    assert [each.kind for each in told.keeper.read(item).custody][-1] == "hidden"
    assert told.see(WHO).count("Entries in your locker") == 1


def test_who_has_told_nothing_sees_the_readers_of_their_entries(hers: Hers) -> None:
    assert "You have told us nothing under this code" in hers.see(WHO)
    hers.write()
    text = hers.see(WHO)
    assert "You, with your code Can read Entries in your locker" in text
    assert "1 December 2028" in text
    assert File.objects.count() == 0


def test_whose_file_is_gone_sees_who_still_reads_an_entry(ama: Client, told: Hers) -> None:
    item = told.write()
    show(told, item)
    erase_case(file=told.teller.file, by=Actor.system(), now=NOW)
    text = told.see(WHO)
    assert "The helpline Can read Entries in your locker Since 24 November 2026 Until when 1 December 2026" in text
    assert "Stop the helpline" not in text
    assert told.browser.client.get(f"{WHO}/talk").headers["Location"] == WHO
    assert told.decide(f"{KEPT}/{item}/who/helpline").status_code == 303
    assert told.keeper.read(item).shown_to == ()


# --- the removal desk -------------------------------------------------------------------------------------------------


def test_the_desk_sees_what_is_shown_to_it_alone(house: Standing) -> None:
    house(("staff", "rob"), lambda: employ("rob", Role.DESK_PRACTITIONER))
    keeper, teller = Keeper(), Teller()
    teller.key = keeper.key
    teller.report()
    write_to_desk(opened=teller.open_report(), words="Hello", side=Side.PERSON, by=PERSON, now=NOW)
    hers = Hers(keeper=keeper, teller=teller, browser=browser_of(teller, now=NOW, report=teller.file))
    begin(hers)
    item = hers.write()
    assert "The removal desk" in hers.see(f"{KEPT}/{item}/who")
    assert hers.decide(f"{KEPT}/{item}/who", team="desk", days="30").status_code == 303
    rob, page = come_in("rob"), reverse("removals:desk-report", args=[teller.file])
    assert "Entry 1, shown until 24 December 2026" in words(rob.get(page))
    before = opened_today()
    shown = words(rob.post(reverse("removals:desk-show", args=[teller.file]), {"part": str(item)}))
    assert "He wrote again." in shown
    assert opened_today() == before + 1
    assert "Opened 24 November 2026 · The removal desk" in hers.see(f"{KEPT}/{item}")


# --- erasing ----------------------------------------------------------------------------------------------------------


def test_erasing_everything_erases_the_locker(hers: Hers) -> None:
    hers.write()
    assert hers.decide("/status/erase").headers["Location"] == reverse("portal:erased")
    assert (Locker.objects.count(), Item.objects.count(), Custody.objects.count()) == (0, 0, 0)


# --- taking out -------------------------------------------------------------------------------------------------------


def chosen_of(page: Any) -> str:
    return html.unescape(re.search(r'name="chosen" value="([^"]*)"', page.content.decode())[1])  # type: ignore[index]


def test_what_is_chosen_is_taken_out_in_their_order_and_saved_under_a_name_that_says_nothing(hers: Hers) -> None:
    for said in ("The first thing.", "The second thing.", "The third thing."):
        hers.write(words=said)
    text = hers.see(f"{KEPT}/take")
    assert "A court may ask for everything that you kept. Ask a lawyer before you choose." in text
    assert "Anybody who finds it can read it" in text
    assert "You have not asked us to take anything down, so we have looked at no address." in text
    page = hers.post(f"{KEPT}/take", entries=["1", "3"], order="3")
    early = hers.post(f"{KEPT}/take/save", chosen=chosen_of(page))
    assert "They are not signed yet." in words(early)
    saved = hers.post(f"{KEPT}/take/save", chosen=chosen_of(early), unsigned="1")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="pages.zip"'
    assert saved.headers["Cache-Control"] == "no-store"
    with opened_bag(io.BytesIO(saved.content)) as bag:
        assert bag.flaws() == []
        listed = json.loads(bag.read("data/items.json"))
    assert [each["versions"][0]["says"]["words"] for each in listed] == ["The third thing.", "The first thing."]
    third = Item.objects.get(ordinal=3).reference
    assert "Taken out" in hers.see(f"{KEPT}/{third}")


def test_a_choice_of_nothing_or_of_what_is_not_there_is_said(hers: Hers) -> None:
    assert hers.post(f"{KEPT}/take").headers["Location"] == KEPT  # there is nothing yet
    hers.write()
    for data, said in (
        ({}, "Choose at least one entry"),
        ({"entries": ["9"]}, "An entry is not there any more."),
        ({"entries": ["1"], "order": "1, 2"}, "You did not choose entry 2"),
    ):
        answer = hers.post(f"{KEPT}/take", **data)
        assert (answer.status_code, said in words(answer)) == (422, True), said
    for chosen in ("", "{}", "[]", '{"items": [], "at": "never"}', "x" * 100_000):
        assert hers.post(f"{KEPT}/take/save", chosen=chosen).headers["Location"] == f"{KEPT}/take"


def test_nobody_saves_entries_of_somebody_else(hers: Hers, house: Standing) -> None:
    hers.write()
    chosen = chosen_of(hers.post(f"{KEPT}/take", entries=["1"]))
    other = open_pages()
    assert other.post(f"{KEPT}/take/save", chosen=chosen, unsigned="1").headers["Location"] == KEPT
    assert Client().post(f"{KEPT}/take/save", {"chosen": chosen}).status_code == 303


def test_an_entry_speaks_of_a_stamp_only_where_somebody_stamps(hers: Hers, settings: Any) -> None:
    page = f"{KEPT}/{hers.write()}"
    settings.LEEWARD_STAMP_AUTHORITY = None
    assert "a stamp proves" not in hers.see(page)
    assert "No stamping authority works for us. Our own clock says when a line was there." in hers.see(page)
    settings.LEEWARD_STAMP_AUTHORITY = object()
    assert "Within about two hours a stamp proves when a line was there." in hers.see(page)
    assert "No stamping authority" not in hers.see(page)
