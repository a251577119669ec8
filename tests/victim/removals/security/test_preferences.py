"""What she said about being reached never widens by itself, whatever happens to her report, and in every release."""

import ast
import json
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path as FilePath
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import SafeWay
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.news import EVERY_DAY
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.operations import (
    change_code,
    make_begin_token,
    make_change_token,
    open_token,
    open_with_code,
)
from leeward.victim.portal.rules.tokens import TokenPurpose
from leeward.victim.removals.models import Report, Review
from leeward.victim.removals.operations.desk import (
    add_note,
    ask_review,
    claim_report,
    close_report,
    mark_looked,
    release_report,
    set_band,
)
from leeward.victim.removals.operations.handover import file_handover
from leeward.victim.removals.operations.person import begin_with_new_code, hand_in, open_hers
from leeward.victim.removals.operations.reports import (
    OpenReport,
    add_items,
    drop_item,
    save_consents,
    save_contact,
    save_story,
    write_message,
)
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.beginning import Errand
from leeward.victim.removals.rules.handovers import read_handover
from leeward.victim.removals.rules.reports import Band, Consents, Item, Path
from tests.victim.removals.conftest import NOW, OPERATOR, PERSON, STORY, Company, Filed, Worker, told
from tests.victim.removals.desk_people import at_desk, send_all
from tests.victim.removals.news_people import BY_DAY, HERS, by_mail, choose, something_happens, way_of
from tests.victim.removals.security.conftest import desk_page
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db


def test_nothing_is_the_default_and_stays_it(house: None, staff: dict[str, Client], chatter: Company) -> None:
    teller = Teller()
    teller.begin()
    assert teller.view().contact in (None, Contact())
    teller.answer(
        "reach", way="", email="typed@mail.example", phone="123 456", may_leave_message="on", may_say_who="on"
    )
    for _ in range(2):
        contact = teller.view().contact
        assert contact is None or contact == Contact()  # what was typed for a way not chosen is not kept
        teller.answer("where", addresses="https://chatter.example/p/1", **{"continue": "1"})
        teller.answer("words", words="More.")
        Teller().enter(teller.code)  # resuming
    teller.post("/report/hand-in")
    report = Report.objects.get().reference
    for name in ("take", "let-go", "take", "looked"):
        staff["rob"].post(desk_page(name, report))
    contact = teller.view().contact
    assert contact is None or contact.way is ContactWay.NONE


def test_taking_it_back_takes_the_address_too(chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    for contact in (Contact(way=ContactWay.EMAIL, email="her@mail.example"), Contact()):
        save_contact(opened=filed.open(), contact=contact, by=PERSON, now=NOW)
    opened = filed.open()
    view = read_report(file=opened.file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    assert view.contact == Contact()
    assert "her@mail.example" not in repr(view)


def test_another_hotline_never_decides_that_she_may_be_reached(house: None) -> None:
    record = {
        "urls": ["https://chatter.example/p/1"],
        "harm": "shared",
        "story": "x",
        "contact": {"email": "her@mail.example", "phone": "123 456 789"},
        "language": "en",
        "consent": True,
    }
    handover = read_handover(record, languages=("en",))
    assert not hasattr(handover.contact, "way")
    filed = file_handover(handover=handover, by=OPERATOR, now=NOW)
    bearer = open_with_code(code=filed.code, now=NOW)
    opened = open_hers(bearer=bearer, now=NOW)
    view = read_report(file=opened.file, keyring=Keyring(bearer.key), by=PERSON, now=NOW)
    assert view.contact is not None
    assert view.contact.email == "her@mail.example"
    assert view.contact.way is ContactWay.NONE


# --- what a choice allows, so that two can be compared ----------------------------------------------------------------


def allowed(contact: Contact | None) -> set[str]:
    """Everything that this choice lets somebody or a machine do."""
    if contact is None or contact.way is ContactWay.NONE:
        return set()
    may = {f"{contact.way.value} {getattr(contact, contact.way.value)}"}
    may |= {name for name in ("may_say_who", "may_leave_message") if getattr(contact, name)}
    if contact.news is not None:
        hours = contact.news.hours
        span = range(hours.begin, hours.until + (24 if hours.until <= hours.begin else 0))
        may |= {f"news on {day} at {hour % 24} by {hours.zone}" for day in hours.days for hour in span}
    return may


def contact_of(filed: Filed) -> Contact | None:
    opened = filed.open()
    return read_report(file=opened.file, keyring=Keyring(filed.key), by=PERSON, now=NOW).contact


CHOICES = (
    Contact(),
    Contact(way=ContactWay.PHONE, phone="123 456"),
    replace(by_mail(), news=None),
    by_mail(hours=BY_DAY),
)


def test_every_new_choice_is_the_narrow_one() -> None:
    assert allowed(Contact()) == set()
    assert {name: value for name, value in vars(Contact()).items() if value} == {"way": ContactWay.NONE}
    assert not any(vars(Consents()).values())
    for field in fields(Contact):
        assert field.default in ("", False, None, ContactWay.NONE), field.name
    columns = {field.name: field for field in Report._meta.get_fields() if field.name.endswith("_agreed_at")}
    assert len(columns) == 3
    assert {field.null for field in columns.values()} == {True}
    assert {field.get_default() for field in columns.values()} == {None}
    assert SafeWay._meta.get_field("sealed").get_default() == ""


# What earlier releases wrote down, to the letter.
BEFORE = (
    "",
    "{}",
    (
        '{"way":"none","name":"","email":"","phone":"","hours":"","safe_word":"","may_say_who":false,'
        '"may_leave_message":false}'
    ),
    (
        '{"way":"email","name":"Ada","email":"her@mail.example","phone":"","hours":"mornings","safe_word":"",'
        '"may_say_who":true,"may_leave_message":false}'
    ),
    (
        '{"way":"phone","name":"","email":"","phone":"123 456","hours":"","safe_word":"x","may_say_who":false,'
        '"may_leave_message":true}'
    ),
)


@pytest.mark.parametrize("kept", BEFORE)
def test_what_was_said_in_an_earlier_release_allows_what_it_did(kept: str) -> None:
    contact = Contact.from_text(kept)
    told_then = json.loads(kept) if kept else {}
    assert contact.news is None  # it was never asked, so it was never allowed
    assert contact.way.value == told_then.get("way", "none")
    for name in ("may_say_who", "may_leave_message"):
        assert getattr(contact, name) == told_then.get(name, False)


@pytest.mark.parametrize("contact", CHOICES)
def test_what_is_lost_or_not_understood_is_not_allowed(contact: Contact) -> None:
    whole = json.loads(contact.to_text())
    assert Contact.from_text(contact.to_text()) == contact
    for name in whole:
        without = Contact.from_text(json.dumps({key: value for key, value in whole.items() if key != name}))
        broken = Contact.from_text(json.dumps(whole | {name: None if name == "news" else whole[name], "later": True}))
        other = Contact.from_text(json.dumps(whole | {"way": "by_some_later_way"}))
        for read in (without, broken):
            assert allowed(read) - {f"{read.way.value} "} <= allowed(contact)
        assert allowed(other) == set()
    if contact.news is not None:
        for inner in whole["news"]["hours"]:
            hours = {key: value for key, value in whole["news"]["hours"].items() if key != inner}
            assert Contact.from_text(json.dumps(whole | {"news": whole["news"] | {"hours": hours}})).news is None


# --- whatever is done to her report -----------------------------------------------------------------------------------


def _her_code_is_changed(filed: Filed, _worker: Worker) -> None:
    """As at her page: the code is another, her key and her report are the same."""
    before = SafeWay.objects.values().first()
    begun = begin_with_new_code(
        token=open_token(make_begin_token(now=NOW).sealed, purpose=TokenPurpose.BEGIN, now=NOW),
        errand=Errand(path=Path.ONLINE),
        language="en",
        now=NOW,
    )
    save_contact(opened=open_hers(bearer=begun, now=NOW), contact=by_mail(hours=BY_DAY), by=PERSON, now=NOW)
    hand_in(bearer=begun, opened=open_hers(bearer=begun, now=NOW), now=NOW)
    rows = list(SafeWay.objects.order_by("id").values())
    token = open_token(make_change_token(bearer=begun, now=NOW).sealed, purpose=TokenPurpose.CHANGE_CODE, now=NOW)
    changed = change_code(bearer=begun, token=token, now=NOW)
    assert list(SafeWay.objects.order_by("id").values()) == rows  # kept as it was
    opened = open_hers(bearer=changed, now=NOW)
    view = read_report(file=opened.file, keyring=Keyring(changed.key), by=PERSON, now=NOW)
    assert view.contact == by_mail(hours=BY_DAY)
    assert SafeWay.objects.filter(file__reference=filed.reference).values().first() == before


def _hers(act: Callable[[OpenReport], object]) -> Callable[[Filed, Worker], object]:
    return lambda filed, _worker: act(filed.open())


def _desks(act: Callable[[OpenReport, Worker], object]) -> Callable[[Filed, Worker], object]:
    return lambda filed, worker: act(at_desk(filed, worker), worker)


ACTS: dict[str, Callable[[Filed, Worker], object]] = {
    "she changes her story": _hers(lambda opened: save_story(opened=opened, story=STORY, by=PERSON, now=NOW)),
    "she agrees to everything else": _hers(
        lambda opened: save_consents(
            opened=opened, consents=Consents(notices=True, watching=True, statistics=True), by=PERSON, now=NOW
        )
    ),
    "she adds a place": _hers(
        lambda opened: add_items(opened=opened, items=[Item(url="https://chatter.example/n")], by=PERSON, now=NOW)
    ),
    "she takes one back": _hers(lambda opened: drop_item(opened=opened, ordinal=1, by=PERSON, now=NOW)),
    "she writes": _hers(lambda opened: write_message(opened=opened, words="x", side=Side.PERSON, by=PERSON, now=NOW)),
    "her code is changed": _her_code_is_changed,
    "the desk writes": _desks(
        lambda opened, worker: write_message(
            opened=opened, words="x", side=Side.TEAM, by=worker.actor, now=NOW, reference=uuid.uuid4()
        )
    ),
    "the desk takes it and lets it go": lambda filed, worker: (
        claim_report(reference=filed.reference, by=worker.actor, now=NOW),
        release_report(reference=filed.reference, by=worker.actor, now=NOW),
        mark_looked(reference=filed.reference, by=worker.actor, now=NOW),
    ),
    "the desk sets the band": lambda filed, worker: set_band(
        reference=filed.reference, band=Band.GREEN, by=worker.actor, now=NOW
    ),
    "the desk notes": _desks(lambda opened, worker: add_note(opened=opened, words="x", by=worker.actor, now=NOW)),
    "the desk asks for a review": _desks(
        lambda opened, worker: ask_review(opened=opened, kind=Review.Kind.COURT, reason="x", by=worker.actor, now=NOW)
    ),
    "the desk sends": lambda filed, worker: send_all(filed, worker),
    "the desk says how she may be reached": _desks(
        lambda opened, worker: save_contact(opened=opened, contact=by_mail(), by=worker.actor, now=NOW)
    ),
    "new duties are loaded": lambda _filed, _worker: call_command("load_duties", verbosity=0),
    "something happens": lambda filed, _worker: something_happens(filed),
    "it is closed": lambda filed, worker: (
        set_band(reference=filed.reference, band=Band.GREEN, by=worker.actor, now=NOW),
        close_report(reference=filed.reference, by=worker.actor, now=NOW),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("chosen", CHOICES, ids=["nothing", "phone", "mail by hand", "messages"])
def test_nothing_that_happens_lets_anybody_do_more(act: str, chosen: Contact, robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    choose(filed, chosen)
    before = contact_of(filed)
    row = way_of(filed)
    assert (row is not None) == (chosen.news is not None)
    ACTS[act](filed, robin)
    if act != "the desk says how she may be reached":  # there is no page for it: it could only be an act of our own
        assert contact_of(filed) == before
    after = contact_of(filed)
    assert after is not None
    assert after.news in (None, chosen.news)
    now = way_of(filed)
    assert now is None or (row is not None and (now.reference, now.sealed) == (row.reference, row.sealed))


def test_only_her_own_page_and_another_hotline_say_how_she_is_reached() -> None:
    product = FilePath(__file__).parents[4] / "leeward"
    callers: dict[str, set[str]] = {"save_contact": set(), "keep_contact": set(), "keep_news": set()}
    makes = set()
    for path in product.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in (*callers, "SafeWay")):
            continue  # to read it as Python takes a hundred times as long
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                name, where = ast.unparse(node.func), str(path.relative_to(product))
                if name in callers:
                    callers[name].add(where)
                if name == "SafeWay" or (name.startswith("SafeWay.objects.") and name.endswith("create")):
                    makes.add(where)
    removals = "victim/removals"
    assert callers["save_contact"] == {
        f"{removals}/views/person/answering.py",
        f"{removals}/operations/handover.py",
        "victim/helpline/views/person/following.py",
    }
    assert callers["keep_contact"] == {
        f"{removals}/operations/reports.py",
        "victim/file/operations/files.py",
        "victim/helpline/operations/calls.py",
        "victim/helpline/operations/cases.py",
    }
    assert callers["keep_news"] == {"victim/file/operations/files.py"}
    assert makes == {"victim/file/operations/news.py"}


# --- in every release -------------------------------------------------------------------------------------------------

# Steps of the schema that touch data of the desk. Whoever adds one proves here that it only narrows.
DATA_STEPS: dict[str, list[str]] = {}


def test_no_step_of_the_schema_touches_what_she_said() -> None:
    found = defaultdict(list)
    loader = MigrationLoader(connection)
    for (app, name), step in loader.disk_migrations.items():
        if app not in ("file", "removals", "portal"):
            continue
        for operation in step.operations:
            if isinstance(operation, migrations.RunPython | migrations.RunSQL):
                found[f"{app}.{name}"].append(type(operation).__name__)
            if isinstance(operation, migrations.AddField) and operation.model_name in ("report", "safeway"):
                field = operation.field
                assert field.null or field.get_default() in ("", False, None), (name, operation.name)
    assert found == DATA_STEPS
    assert [app.label for app in apps.get_app_configs() if app.label == "removals"]  # the search does look somewhere


def test_the_hours_that_a_form_keeps_are_the_ones_that_were_chosen(chatter: Company) -> None:
    teller = Teller()
    teller.begin()
    said: dict[str, Any] = {
        "way": "email",
        "email": HERS,
        "news": "on",
        "news_begin": "9",
        "news_until": "17",
        "news_days": [0, 2],
        "news_zone": "Asia/Tokyo",
    }
    teller.answer("reach", **said)
    contact = teller.view().contact
    assert contact is not None
    assert contact.news is not None
    hours = contact.news.hours
    assert (hours.begin, hours.until, hours.days, hours.zone) == (9, 17, (0, 2), "Asia/Tokyo")
    assert set(hours.days) < set(EVERY_DAY)
