"""What is kept about people is declared, read by everybody, named before it is erased, and erased then."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from leeward.foundation.retention import About, all_retentions, retentions_about
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.operations import destroy_holding
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind
from leeward.victim.file.models import Opening
from leeward.victim.file.rules.threads import Side
from leeward.victim.network.operations.referrals import agree
from leeward.victim.portal.holders import count_held
from leeward.victim.portal.operations import erase_all
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.operations.desk import add_note
from leeward.victim.removals.operations.reports import open_report, save_contact, write_message
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.victim.file.people import Teller, browser_of, send
from tests.victim.helpline.conftest import NOW, PERSON, Worker, keep_hours
from tests.victim.helpline.conftest import dee as dee
from tests.victim.helpline.conftest import house as house
from tests.victim.helpline.lived import live_through
from tests.victim.locker.keeper import Keeper
from tests.victim.network.conftest import BY_CODE, Body, drafted, ring
from tests.victim.network.conftest import bodies as bodies
from tests.victim.network.conftest import sam as sam
from tests.victim.removals.conftest import Company
from tests.victim.removals.conftest import chatter as chatter
from tests.victim.removals.conftest import open_company as open_company
from tests.victim.removals.news_people import by_mail
from tests.victim.removals.stolen import pictures_of

pytestmark = pytest.mark.django_db
# What erasing takes away without a line of its own on the page: keys, and what the page names as codes and pictures.
NAMED_OTHERWISE = {
    "vault.Grant",
    "vault.AccessCode",
    "vault.Holding",
    "portal.OpenVisit",
    "bank.Submission",
    "bank.Picture",
    "bank.Entry",
    "bank.Membership",
}


def rows() -> Mapping[str, int]:
    """How many rows each table of ours has."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("leeward.")
    }


def declared(*whom: About) -> set[str]:
    return {table for each in all_retentions() if each.about in whom for table in each.tables}


def test_each_sealed_column_belongs_to_a_line_of_what_is_kept() -> None:
    sealed = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, SealedField) for field in model._meta.get_fields())
    }
    assert sealed > {"helpline.Complaint", "locker.Version"}
    assert sealed - declared(*About) == set()
    assert declared(*About) - {model._meta.label for model in apps.get_models()} == set()


@pytest.fixture
def bearer(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    sam: Worker,
    dee: Worker,
    chatter: Company,
    bodies: tuple[Body, ...],
) -> Bearer:
    """Somebody for whom everything was done, in each room, and who has kept things for themselves."""
    settings.LEEWARD_LOCKER_PIECES = tmp_path
    at(monkeypatch, NOW)
    keep_hours(monkeypatch)
    start_afresh()
    her = Teller()
    live_through(sam, file=her.file, key=her.key)
    her.report()
    save_contact(opened=her.open_report(), contact=by_mail(), by=PERSON, now=NOW)
    write_message(opened=her.open_report(), words="Is it gone?", side=Side.PERSON, by=PERSON, now=NOW)
    send(her, dee)
    desk = open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    add_note(opened=desk, words="Note", by=dee.actor, now=NOW)
    agree(referral=drafted(her, sam, bodies[:2]), version=1, yes=BY_CODE, keyring=ring(her), by=PERSON, now=NOW)
    keeper = Keeper(key=her.key).begin()
    keeper.send(keeper.add())
    submission = keeper.bearer.holds["submission"]
    open_submission(reference=submission, pictures=pictures_of(1), abuse_kind=AbuseKind.NOT_SURE, by=PERSON, now=NOW)
    return Bearer(look_up="00000000", key=her.key, holds={**keeper.bearer.holds, "file": her.file, "report": her.file})


def test_whatever_erasing_takes_away_is_declared_and_named_before(bearer: Bearer) -> None:
    held = count_held(bearer, NOW)
    named = {table for each in held for table in each.tables}
    before = rows()
    erase_all(bearer=bearer, now=NOW)
    after = rows()
    gone = {label for label, count in before.items() if after[label] < count}
    assert len(gone) > 25
    assert not Opening.objects.exists()
    assert gone - declared(About.YOU) == set()
    assert gone - named - NAMED_OTHERWISE == set()
    # Nothing is said to go that stays.
    assert named - gone - {"removals.Check", "removals.PictureWatch", "removals.Decision", "removals.Appeal"} <= {
        "removals.Match",
        "removals.Review",
        "network.MeetingAction",
        "helpline.Lent",
        "helpline.StandIn",
        "helpline.Recusal",
    }


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_the_page_counts_what_goes_and_says_what_stays(bearer: Bearer) -> None:
    her = Teller(key=bearer.key, file=bearer.holds["file"])
    browser = browser_of_all(her, bearer)
    text = words(browser.get("/status/erase").content.decode())
    for said in (
        "Pictures and videos in your list: 1",
        "Places that we still ask sites about: 1 . These requests end.",
        "Our requests to sites, with what the sites answered: 1",
        "Entries in your locker, with all their versions: 1",
        "Files in your locker that you kept as proof: 1 . They are gone for good.",
        "Versions of your plan to stay safe, and changes that the helpline suggests: 2",
        "What you said went wrong, and the answers: 1",
        "What was passed on to others, or was to be: 1",
        "Services that can open something of yours now: 1 . They can open none of it any more.",
        "A call that you asked for: 1 . Nobody calls you.",
        "Messages that you and we wrote each other: 3",
        "Where we write to you when there is news: 1",
        *(each.stays for each in all_retentions()),
    ):
        assert said in text, (said, text)


def test_what_is_not_there_is_not_named(monkeypatch: pytest.MonkeyPatch, sam: Worker) -> None:
    at(monkeypatch, NOW)
    start_afresh()
    her = Teller()
    her.come()
    text = words(browser_of(her, now=NOW).see("/status/erase"))
    assert "Messages that you and we wrote each other: 1" in text
    for unsaid in ("locker, with", "went wrong, and", "still ask sites", "plan to stay", "passed on to others, or"):
        assert unsaid not in text


def test_whoever_types_learns_nothing_of_a_complaint(bearer: Bearer) -> None:
    typed = Bearer(look_up=bearer.look_up, key=bearer.key, holds=bearer.holds, typist="sam")
    assert {"helpline.Complaint"} & {table for each in count_held(bearer, NOW) for table in each.tables}
    assert not {"helpline.Complaint"} & {table for each in count_held(typed, NOW) for table in each.tables}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everybody_reads_each_line_of_what_is_kept(client: Client, language: str) -> None:
    page = words(client.get("/privacy", headers={"accept-language": language}).content.decode())
    assert len(retentions_about(About.YOU)) > 15
    if language == "en":
        for each in all_retentions():
            for said in (each.what, each.why, each.how_long):
                assert said in page
    else:
        table = page[page.index("بصمات") : page.index("ما لا نحفظه أبدًا")]
        assert re.findall(r"[A-Za-z]{3,}", table) == []


def browser_of_all(her: Teller, bearer: Bearer) -> Client:
    """A browser in which the pages of the whole bearer are open."""
    destroy_holding(her.key)
    return browser_of(her, now=NOW, **bearer.holds).client
