"""Legal holds: two people, a reason and a last day; no sweep erases a held record before that."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.holds.errors import (
    AskedAlready,
    HoldOver,
    HoldsMistake,
    HoldUnknown,
    RecordHeld,
    SamePerson,
)
from leeward.foundation.holds.models import Hold
from leeward.foundation.holds.operations import ask_hold, confirm_hold, forget_holds, lift_hold, seal_reasons
from leeward.foundation.holds.queries import held_records, holdable_kinds, holds_on, is_held, read_hold, with_reasons
from leeward.foundation.holds.rules import ASKED_AGAIN, LONGEST_DAYS, WAITS, HoldState
from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import destroy_file
from leeward.justice.courts.models import Order, PastOrder, Sheet
from leeward.justice.courts.operations.retention import KEPT, end_orders, forget_ordered, forget_orders
from leeward.justice.courts.operations.sheets import drop_sheet, forget_sheets, keep_sheet, keep_sheets
from leeward.justice.courts.operations.turning import revoke_order
from leeward.justice.courts.rules.sheets import KEPT_YEARS, Conviction, week_of
from tests.foundation.accounts.people import at, come_in
from tests.justice.courts.conftest import PERSON_ORDERED, Hall, Staff
from tests.victim.removals.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REASON = "Appeal 4 of 2026."


def hold(hall: Hall, kind: str, record: object, *, now: Any = NOW, days: int = 300, by: Staff | None = None) -> Any:
    who = by or hall.officer
    until = (now + timedelta(days=days)).date()
    return ask_hold(kind=kind, record=str(record), reason=REASON, until=until, viewer=who.user, by=who.by, now=now)


def say_yes(who: Staff, asked: Any, *, now: Any = NOW) -> None:
    confirm_hold(hold=asked, viewer=who.user, by=who.by, now=now)


def lift(who: Staff, asked: Any, why: str = "It is over.", *, now: Any = NOW) -> None:
    lift_hold(hold=asked, reason=why, viewer=who.user, keyring=who.keyring, by=who.by, now=now)


def revoked(hall: Hall) -> str:
    number = hall.record(pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone")
    revoke_order(number=number, words="It was quashed.", by=hall.clerk.by, now=NOW)
    return number


def conviction() -> Conviction:
    return Conviction(
        week=week_of(NOW.date()), offence="0302.1", impact=None, told=None, told_days=None, rehabilitation=None,
        notification=None, entries=(),
    )  # fmt: skip


@pytest.mark.postgresql
def test_one_person_holds_nothing_and_a_second_one_does(hall: Hall) -> None:
    number = hall.record()
    asked = hold(hall, "order", number)
    assert not is_held("order", number, now=NOW)
    with pytest.raises(SamePerson):
        say_yes(hall.officer, asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.update(confirmed_by=hall.officer.user.reference, confirmed_at=NOW)
    with pytest.raises(AskedAlready):
        hold(hall, "order", number, by=hall.second)
    say_yes(hall.clerk, asked)
    assert is_held("order", number, now=NOW)
    with pytest.raises(HoldOver):
        say_yes(hall.second, asked)
    # It ends on its last day, which still counts; a new one is asked for before that.
    last = NOW + timedelta(days=300)
    assert is_held("order", number, now=last)
    assert not is_held("order", number, now=last + DAY)
    lift_hold(
        hold=asked,
        reason="It is over.",
        viewer=hall.second.user,
        keyring=hall.second.keyring,
        by=hall.second.by,
        now=NOW,
    )
    assert not is_held("order", number, now=NOW)
    told = {each.verb: each.actor_id for each in AuditEvent.objects.filter(subject_kind="hold")}
    assert told == {
        "holds.asked": hall.officer.user.reference,
        "holds.confirmed": hall.clerk.user.reference,
        "holds.lifted": hall.second.user.reference,
    }
    assert REASON not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


def test_what_nobody_confirms_lapses_and_what_somebody_may_not_see_cannot_be_held(hall: Hall) -> None:
    number = hall.record()
    asked = hold(hall, "order", number)
    later = NOW + WAITS
    with pytest.raises(HoldOver):
        say_yes(hall.second, asked, now=later)
    assert [each.state for each in holds_on("order", number, now=later)] == [HoldState.LAPSED]
    hold(hall, "order", number, now=later)
    for kind, record in (("order", "ABC"), ("cohort", "x"), ("sheet", "no-uuid"), ("learner", number)):
        with pytest.raises(HoldUnknown):
            hold(hall, kind, record)
    for until, mistake in ((NOW.date(), HoldsMistake.PAST), (NOW.date() + timedelta(days=367), HoldsMistake.FAR)):
        with pytest.raises(FieldRefused) as refused:
            ask_hold(
                kind="order", record=number, reason=REASON, until=until, viewer=hall.officer.user,
                by=hall.officer.by, now=later - WAITS,
            )  # fmt: skip
        assert refused.value.code is mistake
    assert LONGEST_DAYS == 366
    assert forget_holds(now=NOW + timedelta(days=365) + WAITS, limit=9) == 0
    assert forget_holds(now=NOW + timedelta(days=800), limit=9) == 2


def test_a_held_order_and_who_was_ordered_stay_until_it_is_lifted(hall: Hall) -> None:
    held, other = (
        revoked(hall),
        hall.record(file_number="K 77/2026", pair="person/delete_copies", person="Q", about="B"),
    )
    revoke_order(number=other, words="It was quashed.", by=hall.clerk.by, now=NOW)
    asked = hold(hall, "order", held)
    say_yes(hall.second, asked)
    assert end_orders(now=NOW + 2 * DAY, limit=9) == 2
    assert [bool(Order.objects.get(number=each).contact) for each in (held, other)] == [True, False]
    assert forget_ordered(now=NOW + 2 * DAY, limit=9) == 0
    # Before the first hold is over a second one is asked for, as the home page says.
    again = hold(hall, "order", held, now=NOW + timedelta(days=290), days=366)
    say_yes(hall.second, again, now=NOW + timedelta(days=290))
    third = hold(hall, "order", held, now=NOW + timedelta(days=640), days=366)
    say_yes(hall.second, third, now=NOW + timedelta(days=640))
    assert forget_orders(now=NOW + KEPT + DAY, limit=9) == 1
    assert [each.number for each in Order.objects.all()] == [held]
    lift_hold(
        hold=third,
        reason="It is over.",
        viewer=hall.clerk.user,
        keyring=hall.clerk.keyring,
        by=hall.clerk.by,
        now=NOW + KEPT + 2 * DAY,
    )
    assert forget_ordered(now=NOW + KEPT + 2 * DAY, limit=9) == 1
    assert Order.objects.get().contact == ""
    assert forget_orders(now=NOW + KEPT + 2 * DAY, limit=9) == 1
    assert PastOrder.objects.count() == 2


def test_a_held_sheet_is_not_deleted_by_time_by_hand_or_by_another_file(hall: Hall) -> None:
    sheet = keep_sheet(court=hall.court, told=conviction(), by=hall.clerk.by, now=NOW)
    keep_sheets(found={"Harbour Court": (conviction(),)}, replaces=None, by=hall.clerk.by, now=NOW)
    filed = Sheet.objects.get(file__isnull=False).public_id
    late = NOW + timedelta(days=366 * KEPT_YEARS + 10)
    for each in (sheet, filed):
        asked = hold(hall, "sheet", each, by=hall.clerk)
        with pytest.raises(HoldUnknown):  # an officer of the Centre reads no court's sheets
            say_yes(hall.second, asked)
        Hold.objects.filter(reference=asked).update(
            confirmed_by="another-clerk", confirmed_at=NOW, until=(late + DAY).date()
        )
    assert held_records("sheet", now=NOW) == {str(sheet), str(filed)}
    assert forget_sheets(now=late, limit=9) == 0
    with pytest.raises(RecordHeld):
        drop_sheet(sheet=sheet, court=hall.court, by=hall.clerk.by, now=NOW)
    newer = {"Harbour Court": (conviction(), conviction())}
    with pytest.raises(RecordHeld):
        keep_sheets(found=newer, replaces=True, by=hall.clerk.by, now=NOW)
    Hold.objects.all().delete()
    assert forget_sheets(now=late, limit=9) == 2


def test_every_kind_that_can_be_held_says_so() -> None:
    assert set(holdable_kinds()) == {"order", "sheet", "learner", "programme-file", "register-check"}


def test_why_it_is_held_and_lifted_opens_for_who_may_see_the_record_alone(hall: Hall) -> None:
    number, why = hall.record(), "It is over, says file 77."
    sheet = keep_sheet(court=hall.court, told=conviction(), by=hall.clerk.by, now=NOW)
    asked, own = hold(hall, "order", number), hold(hall, "sheet", sheet, by=hall.clerk)
    lift(hall.second, asked, why)
    kept = str(list(Hold.objects.values())) + str(list(AuditEvent.objects.values()))
    assert REASON not in kept
    assert why not in kept

    def told(kind: str, record: object, who: Staff) -> list[tuple[str, str]]:
        found = with_reasons(holds_on(kind, record, now=NOW), keyring=who.keyring, by=who.by, now=NOW)
        return [(each.reason, each.lift_reason) for each in found]

    assert [told("order", number, who) for who in (hall.clerk, hall.officer)] == [[(REASON, why)]] * 2
    # A court's own sheet is no business of the Centre's officers, by key too.
    assert told("sheet", sheet, hall.clerk) == [(REASON, "")]
    assert told("sheet", sheet, hall.officer) == [("", "")]
    assert [each.reason for each in holds_on("order", number, now=NOW)] == [""]
    # The keys go with the rows.
    assert Grant.objects.filter(file__in=[asked, own]).count() == 3
    assert forget_holds(now=NOW + timedelta(days=800), limit=9) == 2
    assert not Grant.objects.filter(file__in=[asked, own]).exists()


@pytest.mark.postgresql
def test_a_reason_of_an_earlier_release_is_read_until_it_is_sealed_and_then_by_key(hall: Hall) -> None:
    """A row keeps its clear text through the migration, which has no keys."""
    number, other = hall.record(), hall.record(file_number="K 78/2026")
    asked, lifted, lost = (hold(hall, "order", each) for each in (number, other, hall.record(file_number="K 79/2026")))
    lift(hall.clerk, lifted, "Settled.")
    for reference, kept in ((asked, (REASON, "")), (lifted, (REASON, "Settled.")), (lost, (REASON, ""))):
        destroy_file(file=reference, by=hall.clerk.by, now=NOW)
        write_in_clear(reference, *kept)
    Hold.objects.filter(reference=lost).update(record="XXXX-XXXX")

    def told(reference: Any, who: Staff) -> tuple[str, str]:
        (found,) = with_reasons([read_hold(reference, now=NOW)], keyring=who.keyring, by=who.by, now=NOW)
        return found.reason, found.lift_reason

    assert (told(asked, hall.clerk), told(lifted, hall.officer)) == ((REASON, ""), (REASON, "Settled."))
    say_yes(hall.clerk, asked)  # nothing else changes for a hold that was asked for before
    assert [seal_reasons(now=NOW, limit=9) for _round in range(2)] == [3, 0]
    assert REASON not in str(list(Hold.objects.values()))
    assert (told(asked, hall.clerk), told(lifted, hall.officer)) == ((REASON, ""), (REASON, "Settled."))
    # Of a record that is gone nobody could see the hold, so its reason opens for nobody.
    assert told(lost, hall.officer) == ("", "")
    # One that is lifted before the sweep has come is sealed in the same act.
    destroy_file(file=asked, by=hall.clerk.by, now=NOW)
    write_in_clear(asked, REASON, "")
    lift(hall.clerk, asked, "Over.")
    assert told(asked, hall.second) == (REASON, "Over.")
    assert seal_reasons(now=NOW, limit=9) == 0


def write_in_clear(reference: Any, reason: str, lift_reason: str) -> None:
    """As the release before the migration left it: the column itself refuses this."""
    with pytest.raises(SealRefused), transaction.atomic():
        Hold.objects.filter(reference=reference).update(reason=reason)
    key = Hold.objects.get(reference=reference).pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE holds_hold SET reason = %s, lift_reason = %s WHERE id = %s", [reason, lift_reason, key])


def test_pages_of_two_people(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    number = hall.record()
    one, two = come_in("olga"), come_in("cleo")
    page = reverse("holds:record", args=["order", number])
    assert "Nobody has asked for a hold" in one.get(page).content.decode()
    assert one.post(page, {"reason": "", "until": ""}).status_code == 400
    until = (NOW + timedelta(days=40)).date().isoformat()
    assert one.post(page, {"reason": REASON, "until": until}).status_code == 303
    assert one.post(page, {"reason": REASON, "until": until}).status_code == 409
    asked = Hold.objects.get().reference
    assert one.post(reverse("holds:confirm", args=[asked])).status_code == 409
    home = two.get("/staff/").content.decode()
    assert "A legal hold was asked for" in home
    assert REASON in two.get(reverse("holds:confirm", args=[asked])).content.decode()
    assert two.post(reverse("holds:confirm", args=[asked])).status_code == 303
    shown = two.get(reverse("courts:order", args=[number])).content.decode()
    assert "Legal hold" in shown
    assert REASON in shown
    # A month before its last day it is asked again.
    at(monkeypatch, NOW + timedelta(days=40) - ASKED_AGAIN)
    assert "Its legal hold ends on" in come_in("olga").get("/staff/").content.decode()
    at(monkeypatch, NOW)
    one, two = come_in("olga"), come_in("cleo")
    assert two.post(reverse("holds:lift", args=[asked]), {"reason": ""}).status_code == 400
    assert two.post(reverse("holds:lift", args=[asked]), {"reason": "It is over."}).status_code == 303
    assert "It is over." in one.get(page).content.decode()
    assert one.get(reverse("holds:record", args=["cohort", "x"])).status_code == 404
    assert come_in("cleo").get(reverse("holds:record", args=["order", "ABC"])).status_code == 404
