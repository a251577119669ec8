"""The register: nothing without a law, final convictions alone, one whole term or nothing, ends for good."""

import json
import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.references import write_reference
from leeward.foundation.vault.errors import NotGranted, TooManyTries
from leeward.foundation.vault.operations import open_file, open_for_team
from leeward.justice.register.errors import (
    EntryUnknown,
    NotYours,
    RegisterMistake,
    RegisterOff,
    StepImpossible,
)
from leeward.justice.register.models import Agency, Check, Entry, EntryEvent, LegalBasis, Letter, Term
from leeward.justice.register.operations.bases import TEAM, approve_basis, end_basis, write_basis
from leeward.justice.register.operations.closing import end_bases, end_entries, forget_checks
from leeward.justice.register.operations.entries import (
    READ_PLACE,
    answer_letters,
    correct_entry,
    enter,
    look_up,
    note_entry_step,
)
from leeward.justice.register.operations.searching import LOOKS_IN_TEN_MINUTES, count_look
from leeward.justice.register.queries.bases import is_register_on
from leeward.justice.register.queries.entries import next_to_review, read_entry
from leeward.justice.register.rules.persons import Person, Sought
from leeward.justice.register.rules.terms import (
    CheckState,
    Duty,
    EndRule,
    EntryState,
    EntryStep,
    LetterKind,
    LookFor,
    Purpose,
)
from tests.foundation.accounts.people import NOW, User, come_in
from tests.justice.register.land import ALIAS, BORN, DAY, LAW, NAME, NEW, NUMBER, OPERATOR, TODAY, Land
from tests.justice.register.trail import line_shape, new_lines

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
# What a registrar types to enter a conviction.
ENTERING = {
    "names": f"{NAME}\n{ALIAS}",
    "born": "1990-02-03",
    "number": NUMBER,
    "court": "Planted District Court",
    "file_number": "KLs 12/26",
    "offences": ["IIA.1"],
    "offence_on": "2025-05-05",
    "convicted_on": "2026-08-01",
    "final_on": "2026-09-01",
    "duty": "order",
    "starts_on": "2026-09-01",
}
NOT_IN_FORCE = "No legal basis is in force"


def _draw(drawn: list[str], page: str) -> bytes:
    """Keep the page of which a paper is made."""
    drawn.append(page)
    return b"%PDF-"


def insert(row: models.Model) -> None:
    """Write a row past everything that the product asks, as somebody with the database's own client could."""
    fields = [
        each for each in row._meta.concrete_fields if not (each.primary_key and each.value_from_object(row) is None)
    ]
    values = [each.get_db_prep_save(each.pre_save(row, add=True), connection) for each in fields]
    columns = ", ".join(connection.ops.quote_name(each.column) for each in fields)
    places = ", ".join("%s" for _each in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({places})", values)  # noqa: S608  # our own


def an_entry(law: LegalBasis, on: date = TODAY) -> Entry:
    days = {"entered_on": on, "starts_on": on, "ends_on": on + DAY, "review_on": on + DAY}
    number = uuid.uuid4().hex[:8]
    return Entry(basis=law, number=number, offences=["IIA.1"], duty=Duty.ORDER, state=EntryState.IN_FORCE, **days)


def a_check(law: LegalBasis, police: uuid.UUID, on: date = TODAY) -> Check:
    return Check(
        basis=law,
        number=uuid.uuid4().hex[:8],
        authority=Agency.objects.get(public_id=police),
        purpose=Purpose.SAFETY,
        state=CheckState.ASKED,
        asked_on=on,
        due_on=on + DAY,
        opened_by="x",
        agency="y",
        link=uuid.uuid4().hex[:24],
        link_key=b"k" * 32,
    )


class TestOff:
    def test_the_database_refuses_entries_and_checks_before_a_law_is_in_force_and_after_it(self, land: Land) -> None:
        write_basis(entry=LAW, basis=land.law, by=OPERATOR, now=NOW)

        def refused(on: date = TODAY) -> None:
            for row in (an_entry(land.basis, on), a_check(land.basis, land.police, on)):
                with pytest.raises(IntegrityError, match=NOT_IN_FORCE):
                    insert(row)

        refused()
        approve_basis(basis=land.law, by=land.officer.by, now=NOW)
        for row in (an_entry(land.basis), a_check(land.basis, land.police)):
            insert(row)
        refused(LAW.from_on - DAY)
        end_basis(basis=land.law, by=OPERATOR, now=NOW)
        refused()
        assert (Entry.objects.count(), Check.objects.count()) == (1, 1)

    def test_a_last_day_ends_it_too(self, land: Land) -> None:
        land.switch_on(replace(LAW, until_on=TODAY))
        insert(an_entry(land.basis))
        with pytest.raises(IntegrityError, match=NOT_IN_FORCE):
            insert(an_entry(land.basis, TODAY + DAY))
        assert end_bases(now=NOW, limit=5) == 0
        assert end_bases(now=NOW + DAY, limit=5) == 1
        with pytest.raises(IntegrityError, match=NOT_IN_FORCE):
            insert(an_entry(land.basis))

    def test_no_row_is_put_under_another_law_or_deleted_and_no_law_is_changed(self, on: Land) -> None:
        insert(an_entry(on.basis))
        insert(a_check(on.basis, on.police))
        other = uuid.uuid4()
        write_basis(entry=LAW, basis=other, by=OPERATOR, now=NOW)
        unapproved = LegalBasis.objects.get(public_id=other)
        for change in (
            lambda: Entry.objects.update(basis=unapproved),
            lambda: Check.objects.update(basis=unapproved),
            lambda: Entry.objects.update(ends_on=TODAY + 900 * DAY),
            lambda: Entry.objects.all()._raw_delete("default"),
            lambda: Check.objects.all()._raw_delete("default"),
            lambda: LegalBasis.objects.update(months=1_200),
            lambda: LegalBasis.objects.filter(pk=unapproved.pk)._raw_delete("default"),
            lambda: LegalBasis.objects.filter(pk=unapproved.pk).update(
                approved_by=unapproved.entered_by, approved_at=NOW
            ),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_its_pages_are_not_there_and_everybody_reads_why(self, land: Land) -> None:
        page = Client().get(reverse("register:register")).content.decode()
        assert "The register is off" in page
        assert "no law that allows it is in force here" in page
        some = uuid.uuid4()
        registrar, officer = come_in("regina"), come_in("otis")
        for name, named in (
            ("checks", []),
            ("check-new", []),
            ("check", [some]),
            ("entry-new", []),
            ("look", []),
            ("nobody", []),
            ("entry", [some]),
            ("entry-correct", [some]),
            ("entry-step", [some, "suspended"]),
        ):
            assert registrar.get(reverse(f"register:{name}", args=named)).status_code == 404, name
        for name, named in (("decide", []), ("decide-one", [some])):
            assert officer.get(reverse(f"register:{name}", args=named)).status_code == 404, name
        for client in (registrar, officer):
            assert "restricted-register" not in client.get(reverse("work:home")).content.decode()
        land.switch_on()
        assert "The register is on" in Client().get(reverse("register:register")).content.decode()
        assert registrar.get(reverse("register:checks")).status_code == 200
        assert reverse("register:checks") in registrar.get(reverse("work:home")).content.decode()
        assert reverse("register:decide") in officer.get(reverse("work:home")).content.decode()

    def test_operations_refuse_too(self, land: Land) -> None:
        write_basis(entry=LAW, basis=land.law, by=OPERATOR, now=NOW)
        with pytest.raises(RegisterOff):
            land.enter()
        with pytest.raises(FieldRefused):
            land.ask()
        with pytest.raises(RegisterOff):
            look_up(
                why=LookFor.COURT, sought=Sought(number=NUMBER), number="", letter=None, keeper=land.registrar, now=NOW
            )


class TestLaw:
    def test_nobody_approves_what_they_wrote_and_an_ended_one_stays_ended(self, land: Land) -> None:
        write_basis(entry=LAW, basis=land.law, by=OPERATOR, now=NOW)
        with pytest.raises(NotYours):
            approve_basis(basis=land.law, by=OPERATOR, now=NOW)
        assert not is_register_on()
        approve_basis(basis=land.law, by=land.officer.by, now=NOW)
        assert is_register_on()
        end_basis(basis=land.law, by=OPERATOR, now=NOW)
        assert not is_register_on()
        for act in (approve_basis, end_basis):
            with pytest.raises(StepImpossible):
                act(basis=land.law, by=OPERATOR, now=NOW)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"offences": ()}, "offences"),
            ({"offences": ("no code at all",)}, "offences"),
            ({"purposes": ()}, "purposes"),
            ({"askers": ()}, "askers"),
            ({"duties": ()}, "duties"),
            ({"source": "nowhere"}, "source"),
            ({"number_shape": "XX"}, "number_shape"),
            ({"assessed_on": TODAY + DAY}, "assessed_on"),
            ({"until_on": LAW.from_on - DAY}, "until_on"),
        ],
    )
    def test_what_no_law_can_say_is_refused_by_its_field(self, land: Land, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(FieldRefused) as refused:
            write_basis(entry=replace(LAW, **changes), basis=land.law, by=OPERATOR, now=NOW)
        assert refused.value.field == field
        assert not LegalBasis.objects.exists()

    def test_two_policy_officers_switch_it_on_by_their_pages_and_one_off(self, land: Land) -> None:
        first, second = come_in("paula"), come_in("pim")
        typed = {
            "once": land.law,
            "statute": LAW.statute,
            "source": LAW.source,
            "offences": "IIA.1\nIIA.2",
            "duties": ["order"],
            "askers": ["police"],
            "purposes": ["safety"],
            "end_rule": "fixed",
            "months": "120",
            "review_months": "24",
            "clock_days": "28",
            "number_shape": "9999999-9999",
            "number_check": "luhn",
            "assessment": LAW.assessment,
            "assessed_on": "2026-06-01",
            "from_on": "2026-07-01",
        }
        bad = first.post(reverse("register:basis-new"), typed | {"number_shape": "12"})
        assert (bad.status_code, LegalBasis.objects.count()) == (400, 0)
        assert first.post(reverse("register:basis-new"), typed).status_code == 303
        approve = reverse("register:basis-approve", args=[land.law])
        assert (
            "another person has to approve it" in first.get(reverse("register:basis", args=[land.law])).content.decode()
        )
        assert first.post(approve).status_code == 409
        assert not is_register_on()
        assert "waits for a second person" in second.get(reverse("work:home")).content.decode()
        assert second.post(approve).status_code == 303
        assert is_register_on()
        assert first.post(reverse("register:basis-end", args=[land.law])).status_code == 303
        assert not is_register_on()


class TestEntering:
    def test_a_final_conviction_is_entered_with_its_end_and_found_by_each_whole_term(self, on: Land) -> None:
        row = on.enter()
        assert (row.ends_on, row.review_on, row.state) == (date(2036, 9, 1), date(2028, 11, 24), EntryState.IN_FORCE)
        for sought in (
            Sought(name="amter planted quentin", born=BORN),
            Sought(name=ALIAS, born=BORN),
            Sought(number="79927398713"),
        ):
            assert self.found(on, sought) == row.reference
        for sought in (
            Sought(name="Quentin Planted", born=BORN),
            Sought(name=NAME, born=BORN + DAY),
            Sought(name=f"{NAME} X", born=BORN),
        ):
            assert self.found(on, sought) is None
        assert self.found(on, Sought(), number=row.number) == row.reference

    @pytest.mark.parametrize(
        ("judgment", "changes", "field", "code"),
        [
            ({"final_on": None}, {}, "final_on", RegisterMistake.NOT_FINAL),
            ({"final_on": TODAY + DAY}, {}, "final_on", RegisterMistake.NOT_FINAL),
            ({"final_on": date(2026, 7, 1)}, {}, "final_on", RegisterMistake.FINAL_FIRST),
            ({"offence_on": date(2026, 8, 2)}, {}, "convicted_on", RegisterMistake.ORDER_OF_DAYS),
            ({"offence_on": date(2008, 2, 2)}, {}, "born", RegisterMistake.UNDER_AGE),
            ({"duty_ends_on": date(2026, 8, 30)}, {}, "duty_ends_on", RegisterMistake.ENDS_FIRST),
            ({"court": ""}, {}, "court", Mistake.MISSING),
            ({}, {"offences": ()}, "offences", RegisterMistake.NONE_CHOSEN),
            ({}, {"offences": ("XX.9",)}, "offences", RegisterMistake.NOT_COVERED),
            ({}, {"starts_on": date(2026, 8, 31)}, "starts_on", RegisterMistake.STARTS_FIRST),
            ({}, {"person": Person(names=("12",), born=BORN)}, "names", RegisterMistake.NO_NAME),
            ({}, {"person": Person(names=(), born=BORN)}, "names", RegisterMistake.NO_NAME),
            ({}, {"person": Person(names=tuple("abcdefg"), born=BORN)}, "names", Mistake.MANY),
            ({}, {"person": Person(names=(NAME,), born=TODAY)}, "born", Mistake.FUTURE),
            ({}, {"person": Person(names=(NAME,), born=BORN, number="1")}, "number", RegisterMistake.NUMBER),
        ],
    )
    def test_what_may_not_be_entered_is_refused_by_its_field_and_nothing_is_written(
        self, on: Land, judgment: dict[str, Any], changes: dict[str, Any], field: str, code: object
    ) -> None:
        with pytest.raises(FieldRefused) as refused:
            on.enter(replace(NEW, judgment=replace(NEW.judgment, **judgment), **changes))
        assert (refused.value.field, refused.value.code) == (field, code)
        assert not Entry.objects.exists()
        assert not Term.objects.exists()

    def test_by_the_law_that_ends_with_the_duty_its_end_is_asked_and_what_is_over_is_not_entered(
        self, land: Land
    ) -> None:
        land.switch_on(replace(LAW, end_rule=EndRule.WITH_DUTY))
        for day, code in ((None, RegisterMistake.NEEDS_END), (TODAY - DAY, RegisterMistake.OVER)):
            with pytest.raises(FieldRefused) as refused:
                land.enter(replace(NEW, judgment=replace(NEW.judgment, duty_ends_on=day)))
            assert refused.value.code is code
        assert land.enter(replace(NEW, judgment=replace(NEW.judgment, duty_ends_on=TODAY))).ends_on == TODAY

    def test_one_conviction_of_one_person_is_entered_once(self, on: Land) -> None:
        row = on.enter()
        again = replace(NEW, person=replace(NEW.person, names=("planted ämter QUENTIN",)))
        assert enter(new=again, basis=on.law, entry=uuid.uuid4(), keeper=on.registrar, now=NOW) == row.number
        assert list(Entry.objects.values_list("identity", flat=True)) == [row.identity]
        # Somebody else of the same file, and another file of the same person, are others.
        on.enter(replace(NEW, person=Person(names=("Somebody Else",), born=BORN)))
        on.enter(replace(NEW, judgment=replace(NEW.judgment, file_number="KLs 13/26")))
        assert Entry.objects.count() == 3

    @staticmethod
    def found(on: Land, sought: Sought, number: str = "") -> uuid.UUID | None:
        return look_up(why=LookFor.COURT, sought=sought, number=number, letter=None, keeper=on.registrar, now=NOW)


class TestKeeping:
    def step(self, on: Land, row: Entry, step: EntryStep) -> None:
        note_entry_step(entry=row.reference, step=step, on=TODAY, keeper=on.registrar, now=NOW)
        row.refresh_from_db()

    def test_an_appeal_suspends_and_an_acquittal_destroys_the_keys_while_the_row_stays(self, on: Land) -> None:
        row = on.enter()
        self.step(on, row, EntryStep.SUSPENDED)
        assert row.state is EntryState.SUSPENDED
        with pytest.raises(StepImpossible):
            self.step(on, row, EntryStep.REVIEWED)
        self.step(on, row, EntryStep.RESUMED)
        self.step(on, row, EntryStep.SUSPENDED)
        self.step(on, row, EntryStep.ACQUITTED)
        assert (row.state, row.identity, row.judgment, row.conviction) == (EntryState.ENDED, "", "", "")
        assert not Term.objects.exists()
        with pytest.raises(NotGranted):
            open_file(file=row.reference, keyring=on.registrar.keyring, by=OPERATOR, now=NOW)
        with pytest.raises(EntryUnknown):
            read_entry(row.reference, keyring=on.registrar.keyring, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.update(state=EntryState.IN_FORCE)
        steps = list(EntryEvent.objects.order_by("ordinal").values_list("step", flat=True))
        assert steps == ["entered", "suspended", "resumed", "suspended", "acquitted"]
        assert on.enter().reference != row.reference  # what was quashed may be entered again after another trial

    def test_at_its_end_and_at_the_end_of_its_law_an_entry_goes(self, on: Land) -> None:
        first, second = on.enter(), on.enter(replace(NEW, judgment=replace(NEW.judgment, file_number="KLs 13/26")))
        short = on.enter(replace(NEW, judgment=replace(NEW.judgment, file_number="KLs 14/26")))
        at_end = NOW + (short.ends_on - TODAY) * 1
        assert end_entries(now=at_end, limit=10) == 0
        assert end_entries(now=at_end + DAY, limit=1) == 1
        end_basis(basis=on.law, by=OPERATOR, now=NOW)
        assert end_entries(now=NOW, limit=10) == 2
        assert end_entries(now=NOW, limit=10) == 0
        ends = set(EntryEvent.objects.exclude(step=EntryStep.ENTERED).values_list("step", flat=True))
        assert ends == {EntryStep.RAN_OUT, EntryStep.BASIS_OVER}
        for row in (first, second, short):
            row.refresh_from_db()
            assert (row.state, row.identity) == (EntryState.ENDED, "")
        assert Entry.objects.count() == 3

    def test_one_review_is_shown_at_a_time(self, on: Land) -> None:
        row = on.enter()
        later = NOW + timedelta(days=365 * 3)
        assert next_to_review(now=NOW) is None
        found = next_to_review(now=later)
        assert found is not None
        assert found.pk == row.pk
        note_entry_step(entry=row.reference, step=EntryStep.REVIEWED, on=later.date(), keeper=on.registrar, now=later)
        assert next_to_review(now=later) is None

    def test_whoever_is_corrected_is_found_by_the_new_name_alone(self, on: Land) -> None:
        row = on.enter()
        person = Person(names=("Quentin Corrected",), born=BORN)
        correct_entry(entry=row.reference, person=person, keeper=on.registrar, now=NOW)
        seen = read_entry(row.reference, keyring=on.registrar.keyring, now=NOW)
        assert seen.person == person
        assert TestEntering.found(on, Sought(name="Quentin Corrected", born=BORN)) == row.reference
        for sought in (Sought(name=NAME, born=BORN), Sought(number=NUMBER)):
            assert TestEntering.found(on, sought) is None

    def test_a_letter_is_noted_whether_anybody_is_found_and_its_answer_too(self, on: Land) -> None:
        row = on.enter()
        for name, found in ((NAME, row.reference), ("Nobody Here", None)):
            asked = look_up(
                why=LookFor.LETTER,
                sought=Sought(name=name, born=BORN),
                number="",
                letter=(LetterKind.ACCESS, TODAY - 3 * DAY),
                keeper=on.registrar,
                now=NOW,
            )
            assert asked == found
        assert Letter.objects.filter(answered_on=TODAY, entry__isnull=True).count() == 1
        answer_letters(entry=row.reference, keeper=on.registrar, now=NOW)
        assert Letter.objects.get(entry=row).answered_on == TODAY
        with pytest.raises(StepImpossible):
            answer_letters(entry=row.reference, keeper=on.registrar, now=NOW)
        assert forget_checks(now=NOW + timedelta(days=2_200), limit=10) == 0
        assert not Letter.objects.exists()

    def test_the_trail_tells_no_search_that_found_from_one_that_found_nobody(self, on: Land) -> None:
        row, registrar = on.enter(), come_in("regina")
        asked = {"why": "letter", "letter": "access", "received_on": "2026-11-20", "born": "1990-02-03"}
        seen: list[list[AuditEvent]] = []
        for name in (NAME, "Nobody Here"):
            with new_lines() as lines:
                registrar.post(reverse("register:look"), asked | {"name": name}, follow=True)
                paper = reverse("register:entry-letter", args=[row.reference])
                registrar.get(paper if name == NAME else reverse("register:nobody-letter"))
                if name == NAME:
                    registrar.post(reverse("register:entry-answered", args=[row.reference]))
            seen.append(lines)
        there, nobody = (sorted(line_shape(each) for each in lines) for lines in seen)
        assert there == nobody
        assert [verb for verb, *_more in there] == [
            "register.entry_read",
            "register.entry_read",
            "register.letter_answered",
            "register.letter_noted",
            "register.searched",
        ]
        # Which entry it was, whoever holds the team's key finds in the same line.
        read = [json.loads(each.facts) for each in seen[0] + seen[1] if each.verb == "register.entry_read"]
        assert sorted(each["reason"] for each in read) == ["kept"] * 2 + ["letter"] * 2
        keyring = on.registrar.keyring
        opened = [open_for_team(keyring, each["entry"], team=TEAM, where=READ_PLACE) for each in read]
        assert opened == [str(row.reference)] * 2 + [""] * 2

    def test_entering_answers_alike_and_counts_alike_whether_it_was_there(self, on: Land) -> None:
        registrar = come_in("regina")
        shown: list[str] = []
        seen: list[list[tuple[str, ...]]] = []
        for _time in range(2):
            once = uuid.uuid4()
            with new_lines() as lines:
                answer = registrar.post(reverse("register:entry-new"), ENTERING | {"once": once, "basis": on.law})
            shown.append(TOKEN.sub("", answer.content.decode()))
            seen.append(sorted(line_shape(each) for each in lines))
            # Sent twice it is one act.
            with new_lines() as lines:
                again = registrar.post(reverse("register:entry-new"), ENTERING | {"once": once, "basis": on.law})
            assert (TOKEN.sub("", again.content.decode()), lines) == (shown[-1], [])
        assert shown[0] == shown[1]
        assert seen[0] == seen[1]
        assert [verb for verb, *_more in seen[0]] == ["register.entered", "vault.file_made"]
        assert Entry.objects.count() == 1
        for _look in range(LOOKS_IN_TEN_MINUTES - 4):
            count_look(on.registrar.by.id, now=NOW)
        with pytest.raises(TooManyTries):
            on.enter()

    @pytest.mark.usefixtures("on")
    def test_whoever_types_guesses_has_to_wait(self) -> None:
        for _look in range(LOOKS_IN_TEN_MINUTES):
            count_look("somebody", now=NOW)
        with pytest.raises(TooManyTries):
            count_look("somebody", now=NOW)
        count_look("somebody else", now=NOW)

    def test_a_registrar_enters_opens_and_ends_by_the_pages(self, on: Land, monkeypatch: pytest.MonkeyPatch) -> None:
        registrar, once = come_in("regina"), uuid.uuid4()
        typed = ENTERING | {"once": once, "basis": on.law}
        refused = registrar.post(reverse("register:entry-new"), typed | {"final_on": ""})
        assert (refused.status_code, Entry.objects.count()) == (400, 0)
        assert "Only a final conviction is entered" in refused.content.decode()
        made = registrar.post(reverse("register:entry-new"), typed)
        page = reverse("register:entry", args=[once])
        assert write_reference(Entry.objects.get().number) in made.content.decode()
        assert ALIAS in registrar.get(page).content.decode()
        parts = registrar.post(reverse("register:look"), {"why": "court", "name": NAME})
        assert "Parts are not searched for" in parts.content.decode()
        letter = {"why": "letter", "letter": "access", "received_on": "2026-11-20", "name": NAME, "born": "1990-02-03"}
        assert registrar.post(reverse("register:look"), letter).headers["Location"] == page
        assert "waits for its answer by post" in registrar.get(page).content.decode()
        paper = reverse("register:entry-letter", args=[once])
        assert paper in registrar.get(page).content.decode()
        drawn: list[str] = []
        made = "leeward.justice.register.papers.make_document"
        with monkeypatch.context() as drawing:
            drawing.setattr(made, lambda page, **_style: _draw(drawn, page))
            assert registrar.get(paper).content == b"%PDF-"
            registrar.get(reverse("register:nobody-letter"))
        assert "no entry is held about you" in drawn.pop()
        said = drawn.pop()
        assert all(each in said for each in ("Harbour Registry", NAME, ALIAS, "KLs 12/26", "IIA.1", "1 September 2026"))
        assert registrar.post(reverse("register:entry-answered", args=[once])).status_code == 303
        assert registrar.get(paper).status_code == 409  # no letter waits
        assert registrar.get(reverse("register:nobody-letter")).content.startswith(b"%PDF-1.7")
        assert reverse("register:nobody-letter") in registrar.get(reverse("register:nobody")).content.decode()
        nobody = registrar.post(reverse("register:look"), {"why": "court", "name": "No One", "born": "1990-02-03"})
        assert nobody.headers["Location"] == reverse("register:nobody")
        correct = {"names": "Quentin Corrected", "born": "1990-02-03", "number": ""}
        assert registrar.post(reverse("register:entry-correct", args=[once]), correct).status_code == 303
        end = reverse("register:entry-step", args=[once, "acquitted"])
        assert "keys are destroyed" in registrar.get(end).content.decode()
        assert registrar.post(end, {"on": "2026-11-24"}).status_code == 303
        assert registrar.get(page).status_code == 404
        assert come_in("otis").get(page).status_code == 403
        assert User.objects.get(username="otis").team == User.objects.get(username="regina").team == "register"
