"""Sheets: what was asked for and given at a conviction, by hand and by file, each file once, and nobody's name."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.lines import LinesRefused
from leeward.justice.courts.errors import CourtsMistake, SheetAllowed
from leeward.justice.courts.models import Sheet, SheetFile, SheetLine
from leeward.justice.courts.operations.sheets import forget_sheets, keep_sheets
from leeward.justice.courts.rules.sheets import COLUMNS, read_sheets, read_week, week_of, write_week
from leeward.justice.courts.rules.terms import LineState, OrderKind, Refusal, Told
from tests.foundation.accounts.people import at, come_in
from tests.justice.courts.conftest import KIND, Hall, take_on
from tests.victim.removals.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WEEK = week_of(TODAY - timedelta(days=21))
HEAD = ",".join(COLUMNS)
COURTS = {"Harbour Court": {"made-up-removal", "plain-devices"}}


def row(**changes: str) -> str:
    cells = {
        "court": "Harbour Court",
        "week": write_week(WEEK),
        "offence_code": "0302.1",
        "order_type": "made-up-removal",
        "state": "made",
        "impact": "made",
        "told_days": "3",
        "rehabilitation": "asked",
        "notification": "",
    }
    return ",".join((cells | changes).values())


def file_of(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


def read(*rows: str) -> Any:
    return read_sheets(file_of(*rows), courts=COURTS, today=TODAY)


class TestReading:
    def test_lines_of_one_conviction_follow_each_other_and_a_type_that_comes_again_begins_another(self) -> None:
        other = row(order_type="plain-devices", state="refused:not_shown")
        [one, two, three] = read(row(), other, row(state="not_asked"), row(told_days="no"))["Harbour Court"]
        assert [(each.type_code, each.state, each.refusal) for each in one.entries] == [
            ("made-up-removal", LineState.MADE, None),
            ("plain-devices", LineState.REFUSED, Refusal.NOT_SHOWN),
        ]
        assert [each.state for each in two.entries] == [LineState.NOT_ASKED]
        assert (three.told, three.told_days) == (Told.NO, None)
        [without] = read(row(order_type="", state=""))["Harbour Court"]
        assert without.entries == ()

    @pytest.mark.parametrize(
        ("changes", "column", "allowed"),
        [
            ({"court": "Hill Court"}, "court", SheetAllowed.COURT),
            ({"week": "2026-10-01"}, "week", SheetAllowed.WEEK),
            ({"week": "2026-W60"}, "week", SheetAllowed.WEEK),
            ({"week": write_week(TODAY + timedelta(days=7))}, "week", SheetAllowed.WEEK_FAR),
            ({"week": "2001-W01"}, "week", SheetAllowed.WEEK_FAR),
            ({"offence_code": "Quentin"}, "offence_code", SheetAllowed.OFFENCE),
            ({"offence_code": "1 2"}, "offence_code", SheetAllowed.OFFENCE),
            ({"order_type": "made-up"}, "order_type", SheetAllowed.TYPE),
            ({"state": "granted"}, "state", SheetAllowed.STATE),
            ({"state": "refused"}, "state", SheetAllowed.REFUSAL),
            ({"state": "made:not_shown"}, "state", SheetAllowed.REFUSAL),
            ({"impact": "yes"}, "impact", SheetAllowed.ONE_OF),
            ({"notification": "yes"}, "notification", SheetAllowed.ONE_OF),
            ({"told_days": "-1"}, "told_days", SheetAllowed.TOLD),
        ],
    )
    def test_what_is_wrong_is_said_by_line_and_column(self, changes: Any, column: str, allowed: Any) -> None:
        with pytest.raises(LinesRefused) as refused:
            read(row(), row(**changes))
        assert [(each.line, each.column, each.allowed) for each in refused.value.faults] == [(3, column, allowed)]

    def test_a_week_is_kept_by_its_monday_also_where_the_year_turns(self) -> None:
        assert read_week("2026-W53") == date(2026, 12, 28)
        assert write_week(week_of(date(2027, 1, 3))) == "2026-W53"
        assert read_week("2025-W53") is None

    def test_a_type_is_told_apart_by_what_it_is_about(self) -> None:
        assert KIND.kind is OrderKind.BOTH


class TestKeeping:
    def keep(self, hall: Hall, *rows: str, replaces: bool | None = None) -> int:
        return keep_sheets(found=read(*rows), replaces=replaces, by=hall.clerk.by, now=NOW)

    def test_the_same_file_counts_once_and_a_mended_one_says_whether_it_takes_its_place(self, hall: Hall) -> None:
        assert self.keep(hall, row(), row()) == 2
        assert self.keep(hall, row(), row()) == 0
        with pytest.raises(FieldRefused) as refused:
            self.keep(hall, row(), row(state="not_asked"))
        assert (refused.value.code, refused.value.about["about"]) == (CourtsMistake.EARLIER, write_week(WEEK))
        assert Sheet.objects.count() == 2
        assert self.keep(hall, row(), row(state="not_asked"), replaces=True) == 2
        assert sorted(SheetLine.objects.values_list("state", flat=True)) == ["made", "not_asked"]
        assert self.keep(hall, row(offence_code="9"), replaces=False) == 1
        assert Sheet.objects.count() == 3
        # The first file says again what was mended: it is asked about as any other.
        with pytest.raises(FieldRefused):
            self.keep(hall, row(), row())

    def test_after_ten_years_they_go_with_a_line_in_the_trail(self, hall: Hall) -> None:
        self.keep(hall, row())
        assert forget_sheets(now=NOW + timedelta(days=3_600), limit=10) == 0
        assert forget_sheets(now=NOW + timedelta(days=3_660), limit=10) == 1
        assert not Sheet.objects.exists()
        assert not SheetFile.objects.exists()
        assert AuditEvent.objects.filter(verb="courts.sheets_forgotten").exists()


class TestPages:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        at(monkeypatch, NOW)

    def test_a_prosecutor_prints_what_may_be_asked_for_before_the_hearing(self, hall: Hall) -> None:
        del hall
        shown = Client().get(reverse("courts:ask-for")).content.decode()
        assert all(each in shown for each in (KIND.name, "Delete all copies", "☐&nbsp;Asked for and refused"))
        wrong = Client().get(reverse("courts:ask-for"), {"law": "Atlantis"})
        assert wrong.status_code == 200
        assert KIND.name not in wrong.content.decode() or "Fairhaven" in wrong.content.decode()

    def test_a_clerk_notes_one_by_hand_and_takes_it_back(self, hall: Hall) -> None:
        client = come_in(hall.clerk.user.username)
        address = reverse("courts:sheet-add")
        typed = {"on": TODAY.isoformat(), "offence": "0302", "told": "told", "told_days": ""}
        typed |= {"impact": "offered", "type-made-up-removal": "refused:late"}
        wrong = client.post(address, typed)
        assert wrong.status_code == 400
        assert "only if the person was told" in wrong.content.decode()
        late = client.post(address, typed | {"told_days": "2", "on": (TODAY + timedelta(days=9)).isoformat()})
        assert "is in the future" in late.content.decode()
        named = client.post(address, typed | {"told_days": "2", "offence": "Quentin"})
        assert "never a name" in named.content.decode()
        saved = client.post(address, typed | {"told_days": "2"})
        assert saved.status_code == 303
        sheet = Sheet.objects.get()
        assert (sheet.week, sheet.lines.get().refusal) == (week_of(TODAY), Refusal.LATE)
        shown = client.get(saved.headers["Location"]).content.decode()
        assert all(each in shown for each in ("After 2 days", "It was asked for too late", write_week(sheet.week)))
        assert "0302" in client.get(reverse("courts:sheets")).content.decode()
        client.post(saved.headers["Location"])
        assert not Sheet.objects.exists()

    def test_a_file_is_tried_first_and_a_clerk_tells_of_their_own_court_alone(self, hall: Hall) -> None:
        client, address = come_in(hall.clerk.user.username), reverse("courts:sheet-load")
        sent = SimpleUploadedFile("october.csv", file_of(row(), row()).encode(), "text/csv")
        tried = client.post(address, {"file": sent}).content.decode()
        assert "Harbour Court: 2 convictions" in tried
        assert not Sheet.objects.exists()
        assert client.post(address, {"lines": file_of(row(), row()), "keep": "1"}).status_code == 303
        assert (
            "the same file was kept before" in client.post(address, {"lines": file_of(row(), row())}).content.decode()
        )
        other = client.post(address, {"lines": file_of(row()), "keep": "1"})
        assert "Say whether this file replaces them" in other.content.decode()
        assert client.post(address, {"lines": file_of(row()), "keep": "1", "earlier": "replace"}).status_code == 303
        assert Sheet.objects.count() == 1
        elsewhere = client.post(address, {"lines": file_of(row(court="Hill Court"))}).content.decode()
        assert "Line 2, court: Enter the name of a court that you may report for: Harbour Court" in elsewhere
        officer = come_in(hall.officer.user.username)
        assert (
            "Harbour Court: 1 conviction"
            in officer.post(address, {"lines": file_of(row(offence_code="7"))}).content.decode()
        )
        assert officer.get(reverse("courts:sheets")).status_code == 403

    def test_another_courts_sheet_is_not_there(self, hall: Hall) -> None:
        keep_sheets(found=read(row()), replaces=None, by=hall.clerk.by, now=NOW)
        sheet = Sheet.objects.get().public_id
        other = take_on("carl", Role.COURT_CLERK, affiliation="00000000-0000-4000-8000-000000000001")
        client = come_in(other.user.username)
        assert client.get(reverse("courts:sheet", args=[sheet])).status_code == 404
        assert Sheet.objects.exists()
