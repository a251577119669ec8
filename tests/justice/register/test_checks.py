"""Checks: two agencies, four tests, a release to one named person; and nobody can tell "no entry" from "not told"."""

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.references import write_reference
from leeward.foundation.vault.errors import NotGranted, SealBroken
from leeward.foundation.vault.operations import derive_key_pair, open_file
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.justice.register.errors import (
    CheckUnknown,
    LinkUnknown,
    NotYours,
    RegisterMistake,
    StepImpossible,
)
from leeward.justice.register.figures import register_years
from leeward.justice.register.models import Agency, Check, Entry
from leeward.justice.register.operations import checks as operations
from leeward.justice.register.operations.bases import end_basis
from leeward.justice.register.operations.checks import (
    NAMES_MOST,
    decide_check,
    find_answer,
    give_undertaking,
    prepare_check,
    read_answer,
)
from leeward.justice.register.operations.closing import HELD, close_checks, forget_checks
from leeward.justice.register.operations.entries import note_entry_step
from leeward.justice.register.queries.checks import lines_to_decide, read_to_decide, read_to_prepare
from leeward.justice.register.rules.persons import Person, Proposal, Reasons, Sought, Weighed
from leeward.justice.register.rules.terms import CheckState, EntryStep, Four, Purpose
from tests.databases import database_text
from tests.foundation.accounts.people import NOW, User, come_in
from tests.foundation.holds.held import keep_held
from tests.justice.register.land import (
    ALIAS,
    ASKER,
    BORN,
    DAY,
    LAW,
    MAILBOX,
    NAME,
    NEW,
    NUMBER,
    OPERATOR,
    PASSED,
    TODAY,
    TOLD,
    Land,
)
from tests.justice.register.trail import line_shape, new_lines
from tests.protected_rows import lift, restore
from tests.victim.network.mailed import mails

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
FAILED = Reasons(tests=(Weighed(test=Four.LAWFUL, is_passed=False, why="No."), *PASSED.tests[1:]))


def answer(token: str) -> str:
    return reverse("register:answer", args=[token])


class TestAsking:
    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"purpose": None}, "purpose", RegisterMistake.NO_PURPOSE),
            ({"purpose": Purpose.WORK}, "purpose", RegisterMistake.NO_PURPOSE),
            ({"basis": uuid.UUID(int=1)}, "purpose", RegisterMistake.NO_PURPOSE),
            ({"authority": uuid.UUID(int=1)}, "authority", RegisterMistake.NOT_ENTITLED),
            ({"asker": NAME}, "name", RegisterMistake.ONESELF),
            ({"sought": Sought(name="Regina", born=BORN)}, "name", RegisterMistake.ONESELF),
            ({"sought": Sought(name=NAME)}, "born", RegisterMistake.ONE_WAY),
            ({"sought": Sought(born=BORN)}, "name", RegisterMistake.NO_NAME),
            ({"sought": Sought(name=NAME, born=BORN, number=NUMBER)}, "number", RegisterMistake.ONE_WAY),
            ({"sought": Sought()}, "name", RegisterMistake.ONE_WAY),
            ({"sought": Sought(number="7992739-8714")}, "number", RegisterMistake.NUMBER),
        ],
    )
    def test_what_may_not_be_asked_is_refused_by_its_field_and_nothing_is_looked_for(
        self, on: Land, changes: dict[str, Any], field: str, code: object
    ) -> None:
        with pytest.raises(FieldRefused) as refused:
            on.ask(**changes)
        assert (refused.value.field, refused.value.code) == (field, code)
        assert not Check.objects.exists()
        assert not AuditEvent.objects.filter(verb="register.searched").exists()

    def test_an_authority_of_another_kind_and_ones_own_agency_may_not_ask(self, on: Land) -> None:
        with pytest.raises(FieldRefused) as refused:
            on.ask(authority=on.board)
        assert refused.value.code is RegisterMistake.NOT_ENTITLED
        User.objects.filter(username="regina").update(affiliation=str(on.police))
        with pytest.raises(FieldRefused) as refused:
            on.ask()
        assert refused.value.code is RegisterMistake.OWN_AGENCY

    def test_its_clock_is_the_laws_and_its_row_tells_not_whom_or_whether(self, on: Land) -> None:
        entry = on.enter()
        check, _token = on.ask()
        assert check.due_on == TODAY + LAW.clock_days * DAY
        seen = read_to_prepare(
            check.reference, agency=str(on.registry), keyring=on.registrar.keyring, by=OPERATOR, now=NOW
        )
        assert seen.entry is not None
        assert seen.entry.reference == entry.reference
        assert seen.entry.person.names == (NAME, ALIAS)
        nobody, _token = on.ask(Sought(name="Nobody Here", born=BORN))
        assert len(nobody.found) == len(check.found)

    def test_who_is_suspended_is_found_by_no_check(self, on: Land) -> None:
        entry = on.enter()
        note_entry_step(entry=entry.reference, step=EntryStep.SUSPENDED, on=TODAY, keeper=on.registrar, now=NOW)
        check, _token = on.ask()
        seen = read_to_prepare(
            check.reference, agency=str(on.registry), keyring=on.registrar.keyring, by=OPERATOR, now=NOW
        )
        assert seen.entry is None


class TestDeciding:
    def test_only_another_agency_decides_and_the_database_holds_it(self, on: Land) -> None:
        on.enter()
        check, _token = on.ask()
        with pytest.raises(StepImpossible):
            on.decide(check, told=None)
        on.prepare(check)
        with pytest.raises(StepImpossible):
            on.prepare(check)
        decision = operations.Decision(reasons=PASSED, told=None)
        registrar, officer = on.registrar, on.officer
        same_agency = replace(officer, agency=str(on.registry))
        same_person = replace(registrar, agency=str(on.board))
        asking = replace(officer, agency=str(on.police))
        for keeper in (registrar, same_agency, same_person, asking):
            with pytest.raises(NotYours):
                decide_check(check=check.reference, decision=decision, keeper=keeper, now=NOW)
        for wrong in (
            {"decided_by": registrar.by.id, "decided_agency": str(on.board)},
            {"decided_by": officer.by.id, "decided_agency": str(on.registry)},
            {"decided_by": officer.by.id, "decided_agency": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Check.objects.update(state=CheckState.NOTHING, decided_at=NOW, **wrong)
        on.decide(check, told=None)
        with pytest.raises(StepImpossible):
            on.decide(check, told=None)
        with pytest.raises(CheckUnknown):
            prepare_check(check=uuid.uuid4(), proposal=Proposal(told="", said=""), keeper=registrar, now=NOW)

    @pytest.mark.parametrize(
        ("told", "reasons", "field", "code"),
        [
            (TOLD, FAILED, "answer", RegisterMistake.TEST_FAILED),
            (replace(TOLD, words=" "), PASSED, "words", RegisterMistake.NO_TEXT),
            (replace(TOLD, until=TODAY - DAY), PASSED, "until", RegisterMistake.END_NEEDED),
            (replace(TOLD, until=TODAY + 91 * DAY), PASSED, "until", RegisterMistake.END_NEEDED),
        ],
    )
    def test_what_may_not_be_told_is_refused_and_nothing_leaves(
        self, on: Land, told: Any, reasons: Reasons, field: str, code: object
    ) -> None:
        on.enter()
        check, _token = on.ask()
        on.prepare(check)
        with pytest.raises(FieldRefused) as refused:
            on.decide(check, told=told, reasons=reasons)
        assert (refused.value.field, refused.value.code) == (field, code)
        check.refresh_from_db()
        assert (check.state, check.release, mails()) == (CheckState.PREPARED, None, [])

    def test_nothing_is_told_of_nobody_or_of_who_was_acquitted_meanwhile(self, on: Land) -> None:
        entry = on.enter()
        there, _token = on.ask()
        nobody, _token = on.ask(Sought(name="Nobody Here", born=BORN))
        for check in (there, nobody):
            on.prepare(check)
        note_entry_step(entry=entry.reference, step=EntryStep.ACQUITTED, on=TODAY, keeper=on.registrar, now=NOW)
        for check in (there, nobody):
            with pytest.raises(FieldRefused) as refused:
                on.decide(check, told=TOLD)
            assert refused.value.code is RegisterMistake.NOTHING_FOUND

    def test_an_answer_is_sealed_to_no_key_that_was_put_there_later(self, on: Land) -> None:
        on.enter()
        check, _token = on.ask()
        on.prepare(check)
        thief = derive_key_pair("a thief’s long text of 32 signs!!", purpose="x", kind=GranteeKind.LINK).grantee
        connection.check_constraints()  # PostgreSQL alters no table of which something is still to be looked at
        lift()
        try:
            Check.objects.update(link=thief.id, link_key=thief.public_key)
            connection.check_constraints()
        finally:
            restore()
        with pytest.raises(SealBroken):
            on.decide(check, told=TOLD)
        check.refresh_from_db()
        assert check.state is CheckState.PREPARED


class TestTold:
    def told(self, on: Land) -> tuple[Check, str]:
        on.enter()
        check, token = on.ask()
        on.prepare(check)
        on.decide(check, told=TOLD)
        check.refresh_from_db()
        return check, token

    def test_one_named_person_signs_reads_for_a_time_and_each_opening_is_in_the_trail(self, on: Land) -> None:
        check, token = self.told(on)
        reader = Client()
        first = reader.get(answer(token)).content.decode()
        assert "The undertaking" in first
        assert TOLD.words not in first
        assert TOLD.words not in reader.post(answer(token), {"read": "1"}, follow=True).content.decode()
        wrong = reader.post(answer(token), {"name": "Somebody Else", "agreed": "on"})
        assert (wrong.status_code, "This is not the name" in wrong.content.decode()) == (400, True)
        unsigned = reader.post(answer(token), {"name": ASKER})
        assert "Tick the box" in unsigned.content.decode()
        assert reader.post(answer(token), {"name": "planted dana asker", "agreed": "on"}).status_code == 303
        assert TOLD.words not in reader.get(answer(token)).content.decode()  # whoever follows links
        for _opening in range(2):
            assert TOLD.words in reader.post(answer(token), {"read": "1"}).content.decode()
        assert AuditEvent.objects.filter(verb="register.answer_read", actor_id=f"agency:{on.police}").count() == 2
        assert AuditEvent.objects.filter(verb="register.undertaken").count() == 1
        way = find_answer(token, now=NOW)
        with pytest.raises(StepImpossible):
            give_undertaking(way=way, name=ASKER, now=NOW)
        assert check.release is not None

    def test_it_opens_no_more_once_its_end_is_over(self, on: Land, monkeypatch: pytest.MonkeyPatch) -> None:
        check, token = self.told(on)
        give_undertaking(way=find_answer(token, now=NOW), name=ASKER, now=NOW)
        last = NOW + (TOLD.until - TODAY) * 1
        assert read_answer(way=find_answer(token, now=last), now=last).words == TOLD.words
        over = last + DAY
        assert find_answer(token, now=over).is_over
        with pytest.raises(NotGranted):
            read_answer(way=find_answer(token, now=over), now=over)
        key = derive_key_pair(token, purpose=operations.PURPOSE, kind=GranteeKind.LINK)
        assert check.release is not None
        with pytest.raises(NotGranted):
            open_file(file=check.release, keyring=Keyring(key), by=OPERATOR, now=over)
        monkeypatch.setattr("django.utils.timezone.now", lambda: over)
        page = Client().post(answer(token), {"read": "1"}).content.decode()
        assert "The time in which it could be read is over" in page
        assert TOLD.words not in page

    @pytest.mark.parametrize("step", [EntryStep.ACQUITTED, EntryStep.MISTAKE])
    def test_it_is_taken_back_with_the_entry_that_should_not_have_been_there(self, on: Land, step: EntryStep) -> None:
        check, token = self.told(on)
        give_undertaking(way=find_answer(token, now=NOW), name=ASKER, now=NOW)
        entry = Entry.objects.get()
        on.enter(replace(NEW, person=Person(names=("Another One",), born=BORN)))
        other, kept = on.ask(Sought(name="Another One", born=BORN))
        on.prepare(other)
        on.decide(other, told=TOLD)
        note_entry_step(entry=entry.reference, step=EntryStep.SUSPENDED, on=TODAY, keeper=on.registrar, now=NOW)
        assert read_answer(way=find_answer(token, now=NOW), now=NOW).words == TOLD.words
        note_entry_step(entry=entry.reference, step=step, on=TODAY, keeper=on.registrar, now=NOW)
        way = find_answer(token, now=NOW)
        assert (way.is_withdrawn, find_answer(kept, now=NOW).is_withdrawn) == (True, False)
        with pytest.raises(NotGranted):
            read_answer(way=way, now=NOW)
        check.refresh_from_db()
        assert check.release is not None
        key = derive_key_pair(token, purpose=operations.PURPOSE, kind=GranteeKind.LINK)
        for keyring in (Keyring(key), on.registrar.keyring):
            with pytest.raises(NotGranted):
                open_file(file=check.release, keyring=keyring, by=OPERATOR, now=NOW)
        assert AuditEvent.objects.filter(verb="register.answer_withdrawn").count() == 1
        page = Client().post(answer(token), {"read": "1"}, follow=True).content.decode()
        assert "It was taken back, because it no longer holds." in page
        assert TOLD.words not in page
        listed = come_in("regina").get(reverse("register:checks")).content.decode()
        assert listed.count("Answer withdrawn") == 1

    def test_names_behind_a_link_are_counted_and_each_is_a_line(self, on: Land) -> None:
        check, token = self.told(on)
        reader = Client()
        with new_lines() as lines:
            for number in range(NAMES_MOST):
                typed = {"name": f"Guessed Name{number}", "agreed": "on"}
                wrong = reader.post(answer(token), typed, REMOTE_ADDR=f"198.51.100.{number}")
                assert (wrong.status_code, "This is not the name" in wrong.content.decode()) == (400, True)
        assert [each.verb for each in lines].count("register.name_refused") == NAMES_MOST
        right = Client().post(answer(token), {"name": ASKER, "agreed": "on"}, REMOTE_ADDR="198.51.100.99")
        assert (right.status_code, "Too many wrong names" in right.content.decode()) == (400, True)
        check.refresh_from_db()
        assert check.undertaken_at is None

    @pytest.mark.usefixtures("on")
    def test_links_of_nobody_lead_nowhere(self) -> None:
        for token in ("short", "x" * 43):
            with pytest.raises(LinkUnknown):
                find_answer(token, now=NOW)
            assert Client().get(answer(token)).status_code == 404

    def test_the_mail_is_the_same_whatever_the_answer_is(self, on: Land) -> None:
        self.told(on)
        nothing, _token = on.ask(Sought(name="Nobody Here", born=BORN))
        on.prepare(nothing)
        on.decide(nothing, told=None)
        assert len({_bare(each) for each in _mails()}) == 1


class TestTheSame:
    def test_no_entry_and_an_entry_that_may_not_be_told_cannot_be_told_apart(self, on: Land) -> None:
        on.enter()
        both = [on.ask(), on.ask(Sought(name="Nobody Here", born=BORN))]
        registrar, officer = come_in("regina"), come_in("otis")
        seen: list[list[str]] = [[], []]

        def look() -> None:
            """Everything that leaves the two pages on which it is the reader's turn."""
            for kept, (check, token) in zip(seen, both, strict=True):
                kept.append(_bare(Client().get(answer(token)).content.decode(), check, token))
                row = Check.objects.get(pk=check.pk)
                kept.append(_bare(repr(_clear(row)), row, token))

        look()
        for check, _token in both:
            page = reverse("register:check", args=[check.reference])
            assert registrar.post(page, {"told": "", "said": "Planted note."}).status_code == 303
        look()
        for check, _token in both:
            page = officer.get(reverse("register:decide-one", args=[check.reference]))
            assert page.status_code == 200
            typed = {f"{name}_{test}": said for test in Four for name, said in (("passed", "no"), ("why", "Not so."))}
            sent = officer.post(reverse("register:decide-one", args=[check.reference]), typed | {"answer": "nothing"})
            assert sent.status_code == 303
        look()
        for kept, (check, token) in zip(seen, both, strict=True):
            kept.append(
                _bare(registrar.get(reverse("register:check", args=[check.reference])).content.decode(), check, token)
            )
        assert seen[0] == seen[1]
        assert len(seen[0]) == 7
        assert "There is nothing to tell" in seen[0][4]
        first, second = _mails()
        assert first != second  # each names its own request
        assert _bare(first) == _bare(second)
        texts = [repr(line.facts) + line.verb for line in AuditEvent.objects.filter(verb__startswith="register.check")]
        assert len(texts) == 6
        assert len(set(texts)) == 3

    def test_the_trail_is_the_same_for_a_check_that_found_and_one_that_did_not(self, on: Land) -> None:
        on.enter()
        registrar, officer = come_in("regina"), come_in("otis")
        seen: list[list[tuple[str, ...]]] = []
        for name in (NAME, "Nobody Here"):
            with new_lines() as lines:
                check, _token = on.ask(Sought(name=name, born=BORN))
                page = reverse("register:check", args=[check.reference])
                found = registrar.get(page).content.decode()
                registrar.post(page, {"told": "", "said": "Planted note."})
                officer.get(reverse("register:decide-one", args=[check.reference]))
                on.decide(check, told=None)
            assert ("One entry matches exactly" in found) is (name == NAME)
            seen.append(sorted(line_shape(each) for each in lines))
        assert seen[0] == seen[1]
        assert [verb for verb, *_more in seen[0]].count("vault.file_opened") == 5


class TestPages:
    def test_a_request_goes_from_one_agency_to_the_other_and_is_told(self, on: Land) -> None:
        on.enter()
        registrar, officer, once = come_in("regina"), come_in("otis"), uuid.uuid4()
        typed = {
            "once": once,
            "basis": on.law,
            "authority": on.police,
            "purpose": "safety",
            "asker": ASKER,
            "file_number": "P 77",
            "name": NAME,
            "born": "1990-02-03",
        }
        no_purpose = registrar.post(reverse("register:check-new"), {**typed, "purpose": ""})
        assert (no_purpose.status_code, Check.objects.count()) == (400, 0)
        assert "Without one nobody asks the register" in no_purpose.content.decode()
        shown = registrar.post(reverse("register:check-new"), typed).content.decode()
        found = re.search(r"/restricted-register/answers/([\w-]+)", shown)
        assert found
        token = found[1]
        page, decide = reverse("register:check", args=[once]), reverse("register:decide-one", args=[once])
        assert registrar.post(reverse("register:check-new"), typed).headers["Location"] == page
        assert Check.objects.count() == 1
        assert "To be answered by" in registrar.get(reverse("work:home")).content.decode()
        assert "One entry matches exactly. Exact matches only." in registrar.get(page).content.decode()
        assert officer.get(decide).status_code == 404  # it is not their turn yet
        assert registrar.post(page, {"told": "Entered for sharing.", "said": ""}).status_code == 303
        handed_on = registrar.get(page).content.decode()
        assert NAME not in handed_on
        assert registrar.post(page, {"told": "Again"}).status_code == 409
        assert write_reference(Check.objects.get().number) in officer.get(reverse("work:home")).content.decode()
        assert "Entered for sharing." in officer.get(decide).content.decode()
        tests = {f"{name}_{test}": said for test in Four for name, said in (("passed", "yes"), ("why", "Weighed."))}
        told = tests | {"answer": "told", "words": TOLD.words, "until": TOLD.until.isoformat()}
        assert "Say why" in officer.post(decide, told | {"why_lawful": ""}).content.decode()
        failed = officer.post(decide, told | {"passed_lawful": "no"}).content.decode()
        assert "only if all four tests are passed" in failed
        assert "Write what is told" in officer.post(decide, told | {"words": ""}).content.decode()
        assert officer.post(decide, told).status_code == 303
        assert officer.get(decide).status_code == 404
        assert "There is an answer for the person named" in Client().get(answer(token)).content.decode()
        assert [each.to for each in mails()] == [MAILBOX]

    def test_what_one_agency_took_in_is_not_there_for_another_registrar(self, on: Land) -> None:
        check, _token = on.ask()
        User.objects.filter(username="regina").update(affiliation=str(on.board))
        assert come_in("regina").get(reverse("register:check", args=[check.reference])).status_code == 404
        on_board = str(on.board)
        assert lines_to_decide(on_board, now=NOW) == ()
        with pytest.raises(CheckUnknown):
            read_to_decide(check.reference, agency=on_board, keyring=on.officer.keyring, by=OPERATOR, now=NOW)


class TestEnds:
    def test_a_law_that_ends_closes_open_checks_and_says_so(self, on: Land) -> None:
        asked, token = on.ask()
        prepared, _token = on.ask(Sought(name="Nobody Here", born=BORN))
        on.prepare(prepared)
        end_basis(basis=on.law, by=OPERATOR, now=NOW)
        with pytest.raises(StepImpossible):
            on.decide(prepared, told=None)
        with pytest.raises(StepImpossible):
            on.prepare(asked)
        assert close_checks(now=NOW, limit=1) == 1
        assert close_checks(now=NOW, limit=10) == 1
        assert close_checks(now=NOW, limit=10) == 0
        assert {each.state for each in Check.objects.all()} == {CheckState.CLOSED}
        assert "no longer in force" in Client().get(answer(token)).content.decode()
        assert len(mails()) == 2

    def test_six_years_later_nobody_reads_a_check_and_its_row_stays(self, on: Land) -> None:
        on.enter()
        check, token = on.ask()
        on.prepare(check)
        on.decide(check, told=TOLD)
        check.refresh_from_db()
        assert forget_checks(now=NOW + timedelta(days=6 * 365), limit=10) == 0
        late = NOW + timedelta(days=6 * 365 + 3)
        held = keep_held(HELD, check.reference, at=late)
        assert forget_checks(now=late, limit=10) == 0  # two people keep it for proceedings
        held.delete()
        assert forget_checks(now=NOW + timedelta(days=6 * 365 + 3), limit=10) == 1
        for file in (check.reference, check.release):
            assert file is not None
            with pytest.raises(NotGranted):
                open_file(file=file, keyring=on.registrar.keyring, by=OPERATOR, now=NOW)
        with pytest.raises(LinkUnknown):
            find_answer(token, now=NOW)
        check.refresh_from_db()
        assert (check.question, check.found, check.reasons, check.answer) == ("", "", "", "")
        assert check.state is CheckState.TOLD

    def test_registrars_of_its_agency_hold_a_check_and_nobody_else(self, on: Land) -> None:
        check, _token = on.ask()
        registrar = come_in("regina")
        page = reverse("holds:record", args=[HELD, check.reference])
        assert page in registrar.get(reverse("register:check", args=[check.reference])).content.decode()
        until = (TODAY + 30 * DAY).isoformat()
        assert registrar.post(page, {"reason": "A claim against the answer.", "until": until}).status_code == 303
        assert "A claim against the answer." in registrar.get(page).content.decode()
        assert registrar.get(reverse("holds:record", args=[HELD, uuid.uuid4()])).status_code == 404
        assert registrar.get(reverse("holds:record", args=[HELD, "no-reference"])).status_code == 404
        assert come_in("otis").get(page).status_code == 403
        User.objects.filter(username="regina").update(affiliation=str(on.board))
        assert come_in("regina").get(page).status_code == 404

    def test_yearly_counts_are_whole_protected_and_never_of_one_person(self, on: Land) -> None:
        law = on.basis
        police = Agency.objects.get(public_id=on.police)
        Check.objects.bulk_create(
            Check(
                basis=law,
                number=f"{number:08d}",
                authority=police,
                purpose=Purpose.SAFETY,
                state=CheckState.TOLD if number < 13 else CheckState.NOTHING,
                asked_on=TODAY,
                due_on=TODAY,
                opened_by="a",
                agency="b",
                prepared_by="a",
                prepared_at=NOW,
                decided_by="c",
                decided_agency="d",
                decided_at=NOW + 4 * DAY,
                link=f"{number:024d}",
                link_key=b"k" * 32,
                release=uuid.uuid4(),
                release_until=TODAY,
            )
            for number in range(40)
        )
        on.enter()
        assert register_years(today=date(2026, 12, 31)) == ()
        (year,) = register_years(today=date(2027, 1, 1))
        assert (year.checks.value, year.told.value, year.days, year.by_one) == (40, None, 4, 0)
        assert year.entries.value is None  # one entry is never printed


def test_no_name_stands_in_the_database_in_a_mail_or_in_a_log(on: Land, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    on.enter()
    check, token = on.ask()
    on.prepare(check)
    on.decide(check, told=TOLD)
    Client().get(answer(token))
    client = come_in("regina")
    client.post(reverse("register:look"), {"why": "court", "name": NAME, "born": "1990-02-03"})
    everything = database_text() + caplog.text + "".join(_mails())
    planted = ("Planted", "planted", "Quint", "ämter", "amter", NUMBER, "79927398713", "1990-02-03", token)
    assert [each for each in planted if each in everything] == []


def _mails() -> list[str]:
    return [f"{each.to}\n{each.subject}\n{each.text}" for each in mails()]


def _bare(text: str, check: Check | None = None, token: str = "") -> str:
    """A text without what names its own request, and no more."""
    for own in filter(None, [token, check and str(check.reference), check and write_reference(check.number)]):
        text = text.replace(str(own), "…")
    text = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "…", text) if check is None else text
    return TOKEN.sub("", text)


def _clear(row: Check) -> dict[str, object]:
    """What its row tells in clear, and how long each sealed text is; without what is random."""
    random = {"id", "reference", "number", "link", "link_key", "release", "prepared_at", "decided_at"}
    values = {each.name: each.value_from_object(row) for each in row._meta.concrete_fields if each.name not in random}
    sealed = ("question", "found", "proposal", "reasons", "answer")
    return values | {name: len(str(values[name])) for name in sealed}
