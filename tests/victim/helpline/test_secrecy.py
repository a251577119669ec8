"""What the helpline's rows tell a thief: the hour of what a person did. What was moved does not open."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations

import pytest
from django.apps import apps

from leeward.foundation.audit.rules import to_the_hour
from leeward.foundation.vault.errors import CompartmentClosed, SealBroken
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import OpenFile, found_team, open_file
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.operations.files import counting_key
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Complaint
from leeward.victim.helpline.operations.calls import ask_call
from leeward.victim.helpline.operations.cases import (
    mark_seen,
    save_contact,
    save_needs,
    save_statistics,
    stop_case,
    take_message_out,
    write_message,
)
from leeward.victim.helpline.operations.complaints import answer_wrong
from leeward.victim.helpline.operations.desk import ask_help
from leeward.victim.helpline.operations.parity import count_parity
from leeward.victim.helpline.operations.plans import keep_plan
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Her, Worker, came, employ
from tests.victim.helpline.lived import live_through

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(minutes=21, seconds=7, microseconds=345)
APPS = ("file", "helpline")


def moments() -> Iterator[tuple[str, datetime]]:
    """Every moment of every row that is a person's."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    for model in (*models, Grant):
        for row in model.objects.values():
            for column, value in row.items():
                if isinstance(value, datetime):
                    yield f"{model.__name__}.{column}", value


def test_of_what_she_did_every_row_tells_the_hour(house: Standing, sam: Worker) -> None:
    her = came(now=AT, needs=Needs(ticked=(Need.SIMPLE,)))
    acts: list[Callable[[datetime], object]] = [
        lambda at: write_message(opened=her.open(at), words="Hello?", side=Side.PERSON, by=PERSON, now=at),
        lambda at: save_needs(opened=her.open(at), needs=Needs(words="After nine."), by=PERSON, now=at),
        lambda at: save_contact(
            opened=her.open(at), contact=Contact(way=ContactWay.PHONE, phone="0555"), by=PERSON, now=at
        ),
        lambda at: save_statistics(opened=her.open(at), agrees=True, by=PERSON, now=at),
        lambda at: ask_help(opened=her.open(at), kind=HelpKind.LAW, by=PERSON, now=at),
        lambda at: mark_seen(opened=her.open(at), side=Side.PERSON, by=PERSON, now=at),
        lambda at: take_message_out(
            opened=her.open(at), message=read_case(her.open(at)).messages[0].reference, by=PERSON, now=at
        ),
        lambda at: call_me(her, at),
        lambda at: keep_plan(opened=her.open(at), plan=Plan(texts={PlanPart.PEOPLE: f"At {at}"}), by=PERSON, now=at),
        lambda at: stop_case(opened=her.open(at), by=PERSON, now=at),
        lambda at: write_message(opened=her.open(at), words="Again.", side=Side.PERSON, by=PERSON, now=at),
    ]
    for number, act in enumerate(acts):
        act(AT + timedelta(minutes=3 * number))
        assert [(name, at) for name, at in moments() if at != to_the_hour(at)] == [], number
    assert len(list(moments())) > 20


def call_me(her: Her, at: datetime) -> None:
    begin = to_the_hour(at) + timedelta(hours=23)
    window = Window(begin=begin, end=begin + timedelta(hours=1))
    contact = Contact(way=ContactWay.PHONE, phone="0555")
    ask_call(opened=her.open(at), window=window, contact=contact, by=PERSON, now=at)


# --- what is moved does not open --------------------------------------------------------------------------------------

type Opener = Callable[[str], str | None]
type Cell = tuple[str, str, Opener]


def by_file(file: OpenFile, compartment: Compartment, place: str) -> Opener:
    def opened(sealed: str) -> str | None:
        try:
            return file.unseal(sealed, compartment=compartment, place=place)
        except (SealBroken, CompartmentClosed):
            return None

    return opened


def cells_of(her: Her, worker: Worker) -> Iterator[Cell]:
    """Each sealed cell of one case: its column, its text, and how the helpline opens that very cell."""
    opened = worker.open(her.case)
    case = Case.objects.select_related("file", "thread").get(reference=her.case)
    assert opened.casework is not None
    in_file, in_thread = partial(by_file, opened.file), partial(by_file, opened.thread, Compartment.STORY)
    in_casework = partial(by_file, opened.casework, Compartment.CASEWORK)

    def cell(row: object, column: str, opener: Callable[[str], Opener]) -> Cell:
        name = type(row).__name__
        reference: uuid.UUID = row.reference  # type: ignore[attr-defined]
        return f"{name}.{column}", getattr(row, column), opener(type(row).place_of(column, reference))  # type: ignore[attr-defined]

    yield cell(case.file, "story", partial(in_file, Compartment.STORY))
    yield cell(case.file, "needs", partial(in_file, Compartment.STORY))
    yield cell(case.file, "counting", partial(in_file, Compartment.STORY))
    yield cell(case.file, "contact", partial(in_file, Compartment.CONTACT))
    yield cell(case, "needs", in_thread)
    yield cell(case, "advice", in_thread)
    yield cell(case, "counted", in_thread)
    yield cell(case.thread, "shown", in_thread)
    yield cell(case.call_back, "window", in_thread)
    yield from (cell(row, "words", in_thread) for row in case.thread.messages.all())
    yield from (cell(row, "words", in_casework) for row in (*case.helps.all(), *case.notes.all()))
    yield from (cell(row, "words", in_thread) for row in case.plans.all())
    yield from (cell(row, "reason", in_casework) for row in case.reviews.filter(kind="close"))
    yield from (cell(row, "words", in_thread) for row in case.reviews.filter(kind="reply"))
    yield from (cell(row, "token", in_casework) for row in case.listeners.all())
    yield from (cell(row.override, "why_untold", in_casework) for row in case.reviews.filter(override__isnull=False))
    for found in case.assessments.all():
        yield from (cell(found, column, in_casework) for column in ("answers", "judgement"))
    for row in case.file.complaints.all():
        told = open_file(file=row.reference, keyring=Keyring(her.key), by=PERSON, now=NOW)
        yield from (cell(row, column, partial(by_file, told, Compartment.STORY)) for column in ("words", "answer"))


def test_each_sealed_text_opens_in_its_own_place_and_in_no_other(house: Standing, sam: Worker) -> None:
    found_team(team="leads", by=OPERATOR, now=NOW)
    lea = employ("lea", team="leads")
    people = [live_through(sam, tag=tag) for tag in ("one", "two")]
    Case.objects.update(state=CaseState.CLOSED, closed_at=NOW, waiting_since=None)
    for her in people:
        count_parity(Case.objects.get(reference=her.case), her.open(), now=NOW)
        counting_key(her.open().file)
    for wrong in Complaint.objects.values_list("reference", flat=True):
        answer_wrong(reference=wrong, words=f"{wrong}-sorry", keyring=lea.keyring, by=lea.actor, now=NOW)
    cells = [cell for her in people for cell in cells_of(her, sam)]
    columns = {
        f"{model.__name__}.{column.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.local_fields
        if isinstance(column, SealedField)
    }
    # Whoever adds one adds it here. These are no person's file: they are sealed to the notifier and to the teams.
    elsewhere = {"SafeWay.sealed", "Profile.about", "Signal.sealed", "Tally.sealed", "Listener.told"}
    assert {name for name, _text, _opener in cells} | elsewhere == columns
    assert [name for name, text, opener in cells if not (opener(text) or "")] == []
    moved = [
        (source, target)
        for (target, _own, opener), (source, text, _opener) in permutations(cells, 2)
        if opener(text) is not None
    ]
    assert moved == []
    # Nor under another generation of a file's key.
    assert [name for name, text, opener in cells if opener(text.replace("lw1.1.", "lw1.2.")) is not None] == []


def test_her_own_code_opens_nothing_of_staffs_part(house: Standing, sam: Worker) -> None:
    her = live_through(sam, tag="one")
    assert not Grant.objects.filter(file=Case.objects.get().casework, grantee_kind="victim").exists()
    view = read_case(her.open())
    assert [each.words for each in (*view.notes, *view.helps)] == ["", ""]
