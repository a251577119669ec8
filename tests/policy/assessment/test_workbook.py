"""The workbook: written so that it can be read by all, read back cell by cell, and never trusted."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from leeward.config.sweeps import sweeps
from leeward.foundation import workbooks as opening
from leeward.foundation.audit.models import AuditEvent
from leeward.policy.assessment.errors import IncomingUnknown, StepRefused, WorkbookRefused
from leeward.policy.assessment.models import Incoming, Score
from leeward.policy.assessment.operations.scores import record_scores
from leeward.policy.assessment.operations.workbooks import (
    Preview,
    Taken,
    forget_workbooks,
    preview_workbook,
    receive_workbook,
    take_workbook,
)
from leeward.policy.assessment.queries.rounds import find_incoming, find_round, open_round, waiting_workbooks
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.rounds import RoundStep
from leeward.policy.assessment.rules.scale import State
from leeward.policy.assessment.workbook.layout import FIRST_ROW, HEAD_ROW
from leeward.policy.assessment.workbook.planning import Fate
from leeward.policy.assessment.workbook.reading import read_workbook
from leeward.policy.assessment.workbook.writing import write_workbook
from tests.depth import times
from tests.policy.assessment.conftest import BY, DAY, NOW, Workshop, says
from tests.workbooks import with_part, with_parts

LATER = NOW + timedelta(hours=2)
ASSESSED = [item.id for item in shipped_model().items if is_assessable(item)]


def export(workshop: Workshop, key: object = "draft", *, now: datetime = NOW) -> bytes:
    state = open_round(workshop.officer, workshop.round_id, now=now).state
    return write_workbook(state, voice=workshop.voice(str(key)), now=now)


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place(book: Workbook, item_id: str) -> tuple[Any, int]:
    sheet = book[item_id.rpartition("-")[2][0]]
    return sheet, next(row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == item_id)


def fill(data: bytes, **cells: Any) -> bytes:
    """Fill in cells: `fill(data, P1_E1_E="Planned")` writes column E of item P1.E1."""
    book = opened(data)
    for name, value in cells.items():
        row_id, item, letter = name.split("_")
        sheet, row = place(book, f"{row_id}.{item}")
        sheet[f"{letter}{row}"] = value
    return saved(book)


def receive(workshop: Workshop, data: bytes, key: object = "draft", *, now: datetime = LATER) -> Preview:
    voice = workshop.voice(str(key))
    receive_workbook(public_id=workshop.round_id, voice=voice, data=data, by=BY, now=now)
    held = find_round(workshop.officer, workshop.round_id)
    return preview_workbook(held, Incoming.objects.order_by("-id")[0], now=now)


def take(workshop: Workshop, key: object = "draft", *, overwrite: frozenset[str] = frozenset()) -> Taken:
    newest = Incoming.objects.order_by("-id")[0]
    return take_workbook(
        public_id=workshop.round_id,
        incoming_id=newest.public_id,
        voice=workshop.voice(str(key)),
        overwrite=overwrite,
        by=BY,
        now=LATER,
    )


class TestWriting:
    def test_everybody_can_read_it(self, workshop: Workshop) -> None:
        book = opened(export(workshop))
        assert book.sheetnames == ["About", "P", "C", "V", "I", "M", "S", "Lists"]
        assert book.properties.title == "The nation in 2026 – Secretariat’s draft"
        assert book.properties.language == "en"
        for sheet in book.worksheets:
            assert sheet["A1"].value
            assert len(sheet.tables) == 1
            assert not sheet.merged_cells.ranges
            assert sheet.sheet_state == "visible"
            assert sheet.protection.sheet
            assert not sheet.protection.password
            (table,) = sheet.tables.values()
            heads = [cell.value for cell in sheet[table.ref][0]]
            assert all(heads)
            assert len(set(heads)) == len(heads)

    def test_every_item_that_is_judged_stands_there_once_with_its_words(self, workshop: Workshop) -> None:
        book = opened(export(workshop))
        rows = [row for area in "PCVIMS" for row in book[area].iter_rows(min_row=FIRST_ROW, values_only=True)]
        assert [row[0] for row in rows] == ASSESSED
        assert {row[0]: row[3] for row in rows} == {i: shipped_model().item(i).text for i in ASSESSED}

    def test_it_says_which_answers_of_a_body_the_secretariat_gave(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        voice = workshop.voice(workshop.police_body)
        record_scores(public_id=workshop.round_id, voice=voice, scores=says(P1_E1=State.PARTIAL), by=BY, now=NOW)
        workshop.score(workshop.police_body, P1_E2=State.PARTIAL)
        sheet = opened(export(workshop, key=voice.key))["P"]
        said = {row[0].value: row[11].value for row in sheet.iter_rows(min_row=FIRST_ROW)}
        assert said["P1.E1"] == "Entered by the secretariat, not confirmed"
        assert said["P1.E2"] == "Given by the body itself"
        assert not said["P1.O1"]

    def test_only_what_is_filled_in_is_open_and_answers_come_from_a_list(self, workshop: Workshop) -> None:
        sheet = opened(export(workshop))["V"]
        assert [cell.protection.locked for cell in sheet[FIRST_ROW]] == [True] * 4 + [False] * 7 + [True]
        lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
        assert [(each.formula1, str(each.sqref)) for each in lists] == [("=leeward_states", f"E5:E{sheet.max_row}")]

    def test_nothing_calculates_whatever_was_noted(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PARTIAL)
        Score.objects.create(
            round=find_round(workshop.officer, workshop.round_id), source="draft", item_id="P1.E2", state="partial",
            note='=HYPERLINK("https://evil.example/","x")', at=NOW, by="x",
        )  # fmt: skip
        data = export(workshop)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 8
        assert not any(re.search(r"<f[ >]", text) for text in sheets)
        sheet, row = place(opened(data), "P1.E2")
        assert (sheet[f"G{row}"].data_type, sheet[f"G{row}"].quotePrefix) == ("s", True)

    def test_it_speaks_the_reader_s_language_and_turns_round(self, workshop: Workshop) -> None:
        with translation.override("ar"):
            data = export(workshop)
        book = opened(data)
        assert book.properties.language == "ar"
        assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
        found = read_workbook(data, model=shipped_model(), today=NOW.date(), now=LATER)
        assert (found.problems, found.missing, found.about.language) == ((), (), "ar")


class TestRoundTrip:
    def test_what_comes_back_untouched_changes_nothing(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PARTIAL, C1_B4=State.NOT_APPLICABLE)
        preview = receive(workshop, export(workshop, now=NOW + DAY / 24))
        assert (preview.problems, preview.missing) == ((), ())
        assert {line.fate for line in preview.lines} == {Fate.SAME}
        assert take(workshop) == Taken(scores=0, pieces=0)
        assert Score.objects.count() == 2

    def test_answers_reasons_notes_and_evidence_are_taken_over(self, workshop: Workshop) -> None:
        data = fill(
            export(workshop),
            P1_E1_E="in place", P1_E1_G="Since spring.\nAll regions.", P1_E1_H="The programme",
            P1_E1_I="https://example.org/p", P1_E1_J=date(2026, 10, 1), P1_E1_K="Ministry",
            C1_B4_E="Does not apply here", C1_B4_F="Our constitution.", V1_E1_E="unknown", S3_E1_E="Planned",
        )  # fmt: skip
        preview = receive(workshop, data)
        assert preview.problems == ()
        assert [line.item_id for line in preview.lines if line.changes] == ["P1.E1", "C1.B4", "V1.E1", "S3.E1"]
        assert not Score.objects.exists()
        assert take(workshop) == Taken(scores=4, pieces=1)
        state = open_round(workshop.officer, workshop.round_id, now=LATER).state
        first = state.item("P1.E1")
        assert first.draft is not None
        assert (first.state, first.draft.note) == (State.EVIDENCED, "Since spring.\nAll regions.")
        assert (first.pieces[0].piece.as_of, first.pieces[0].piece.owner) == (date(2026, 10, 1), "Ministry")
        assert state.item("C1.B4").draft is not None
        assert state.item("C1.B4").draft.reason == "Our constitution."
        assert state.item("V1.E1").state is State.UNKNOWN

    def test_what_it_said_is_removed_after_thirty_days_taken_over_or_not(self, workshop: Workshop) -> None:
        data = fill(export(workshop), P1_E1_E="Planned")
        receive(workshop, data)
        take(workshop)
        preview = receive(workshop, data, now=LATER + DAY)
        assert preview.removed_at == LATER + 31 * DAY
        waiting = lambda now: waiting_workbooks(  # noqa: E731
            find_round(workshop.officer, workshop.round_id), workshop.voice("draft"), now=now
        )
        assert [each.removed_at for each in waiting(LATER + 30 * DAY)] == [LATER + 31 * DAY]
        assert waiting(LATER + 31 * DAY) == ()
        almost = LATER + 30 * DAY - timedelta(seconds=1)
        assert sweeps(almost)["workbooks forgotten"]() == 0
        assert sweeps(LATER + 30 * DAY)["workbooks forgotten"]() == 1
        assert [row.taken_at for row in Incoming.objects.all()] == [None]
        assert sweeps(LATER + 31 * DAY)["workbooks forgotten"]() == 1
        assert not Incoming.objects.exists()
        assert Score.objects.get().state == "planned"
        lines = list(AuditEvent.objects.filter(verb="assessment.workbook_removed").order_by("at"))
        assert [json.loads(line.facts) for line in lines] == [
            {"voice": "draft", "taken": True},
            {"voice": "draft", "taken": False},
        ]

    def test_of_many_that_are_due_a_sweep_removes_some(self, workshop: Workshop) -> None:
        data = export(workshop)
        for hours in range(3):
            receive(workshop, data, now=LATER + timedelta(hours=hours))
        late = LATER + 40 * DAY
        assert [forget_workbooks(now=late, limit=2) for _ in range(3)] == [2, 1, 0]

    def test_the_same_file_again_does_nothing_more(self, workshop: Workshop) -> None:
        data = fill(
            export(workshop),
            P1_E1_E="Planned", P1_E1_H="It", P1_E1_I="https://example.org/", P1_E1_J="2026-10-01", P1_E1_K="Us",
        )  # fmt: skip
        receive(workshop, data)
        take(workshop)
        with pytest.raises(IncomingUnknown):
            take(workshop)
        preview = receive(workshop, data)
        assert not any(line.changes for line in preview.lines)
        assert take(workshop) == Taken(scores=0, pieces=0)

    @settings(
        max_examples=times(10, deep=20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.dictionaries(
            st.sampled_from(ASSESSED),
            st.tuples(st.sampled_from([s for s in State if s is not State.EVIDENCED]), st.text(max_size=40)),
            max_size=8,
        )
    )
    def test_whatever_is_answered_comes_back(self, workshop: Workshop, said: dict[str, tuple[State, str]]) -> None:
        if not _WHOLE:
            _WHOLE.append(export(workshop))
        book = opened(_WHOLE[0])
        kept = {}
        for item_id, (state, note) in said.items():
            clean = "".join(char for char in note if char.isprintable()).strip()
            clean = clean if not clean.startswith("=") else ""
            sheet, row = place(book, item_id)
            sheet[f"E{row}"], sheet[f"G{row}"] = state.value, clean
            sheet[f"F{row}"] = "Because." if state is State.NOT_APPLICABLE else None
            kept[item_id] = (state, clean)
        found = read_workbook(saved(book), model=shipped_model(), today=NOW.date(), now=LATER)
        assert found.problems == ()
        assert {e.item_id: (e.score.state, e.score.note) for e in found.entries if e.score} == kept


_WHOLE: list[bytes] = []  # what a workbook holds does not change from one example to the next


class TestMeanwhile:
    """Three answers meet: the one the workbook was written with, the workshop's, and the one that is here now."""

    def test_what_the_workshop_left_stays_as_it_is_now(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PLANNED)
        data = export(workshop, now=NOW + DAY / 48)
        workshop.score("draft", P1_E1=State.PARTIAL, now=NOW + DAY / 24)
        preview = receive(workshop, data)
        assert [line.fate for line in preview.lines] == [Fate.SAME]

    def test_what_both_changed_is_taken_over_only_if_somebody_says_so(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PLANNED)
        data = fill(export(workshop, now=NOW + DAY / 48), P1_E1_E="In place", P1_E2_E="Planned")
        workshop.score("draft", P1_E1=State.PARTIAL, now=NOW + DAY / 24)
        preview = receive(workshop, data)
        assert {line.item_id: line.fate for line in preview.lines} == {"P1.E1": "conflict", "P1.E2": "take"}
        assert take(workshop) == Taken(scores=1, pieces=0)
        receive(workshop, data)
        assert take(workshop, overwrite=frozenset({"P1.E1"})) == Taken(scores=1, pieces=0)
        state = open_round(workshop.officer, workshop.round_id, now=LATER).state
        assert state.item("P1.E1").state is State.IN_PLACE
        assert Score.objects.filter(item_id="P1.E1").count() == 3

    def test_an_emptied_answer_stays(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.PLANNED)
        preview = receive(workshop, fill(export(workshop, now=NOW + DAY / 48), P1_E1_E=None))
        assert preview.lines == ()

    def test_a_body_s_workbook_changes_that_body_s_view_alone(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        data = fill(export(workshop, workshop.police_body), P1_E1_E="Partly in place")
        with pytest.raises(WorkbookRefused, match="other_voice"):
            receive(workshop, data, workshop.survivors_body)
        receive(workshop, data, workshop.police_body)
        with pytest.raises(IncomingUnknown):
            take(workshop, workshop.survivors_body)
        assert take(workshop, workshop.police_body) == Taken(scores=1, pieces=0)
        state = open_round(workshop.officer, workshop.round_id, now=LATER).state
        assert [view.body.name for view in state.item("P1.E1").views] == ["Harbour Police"]

    def test_too_late_is_said(self, workshop: Workshop) -> None:
        data = fill(export(workshop), P1_E1_E="Planned")
        receive(workshop, data)
        workshop.step(RoundStep.OPEN_REVIEW)
        with pytest.raises(StepRefused):
            take(workshop)
        with pytest.raises(StepRefused):
            receive(workshop, data)
        held = find_round(workshop.officer, workshop.round_id)
        with pytest.raises(IncomingUnknown):
            find_incoming(held, uuid4())


def _swap(book: Workbook) -> None:
    sheet = book["P"]
    sheet["A5"], sheet["A6"] = sheet["A6"].value, sheet["A5"].value


def _set(place: str, value: Any) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        sheet, _, cell = place.partition("!")
        book[sheet][cell] = value

    return change


class TestMistakesByCell:
    @pytest.mark.parametrize(
        ("change", "place", "mistake"),
        [
            (_set("P!E5", "Nearly"), "P!E5", "state_unknown"),
            (_set("P!E5", 3), "P!E5", "state_unknown"),
            (_set("P!E5", "In place, with evidence"), "P!E5", "state_earned"),
            (_set("P!E5", '=IF(1,"Planned","")'), "P!E5", "formula"),
            (_set("P!G5", "=1+1"), "P!G5", "formula"),
            (_set("P!E5", "#REF!"), "P!E5", "error_cell"),
            (_set("P!G5", "A note without an answer"), "P!E5", "state_missing"),
            (_set("P!E5", "Does not apply here"), "P!F5", "reason_missing"),
            (_set("P!H5", "A title alone"), "P!J5", "day_not_past"),
            (_set("P!A5", "P1.E9"), "P!A5", "item_unknown"),
            (_set("P!A5", "=A6"), "P!A5", "formula"),
            (_set("P!A6", "P1.O1"), "P!A6", "item_twice"),
            (_set("P!A5", "C1.O1"), "P!A5", "item_elsewhere"),
            (_swap, "P!D5", "text_of_another"),
            (_set("P!E4", "Answer"), "P!E4", "head_changed"),
            (_set("P!M9", "a remark"), "P!M9", "outside"),
            (_set("P!E900", "Planned"), "P!A900", "item_unknown"),
            (_set("P!E1001", "Planned"), "P!A1001", "too_many_rows"),
            (lambda book: book.create_sheet("Ours"), "Ours", "sheet_not_read"),
            (lambda book: book.remove(book["M"]), "M", "sheet_missing"),
        ],
    )
    def test_each_is_named_and_the_rest_is_read(
        self, workshop: Workshop, change: Callable[[Workbook], Any], place: str, mistake: str
    ) -> None:
        book = opened(export(workshop))
        book["S"]["E5"] = "Planned"
        change(book)
        if mistake == "error_cell":
            book["P"]["E5"].data_type = "e"
        preview = receive(workshop, saved(book))
        assert (place, mistake) in [(each.place, each.mistake) for each in preview.problems]
        assert "S1.O1" in [line.item_id for line in preview.lines]
        assert take(workshop).scores == 1

    @pytest.mark.parametrize(
        ("cells", "place", "mistake"),
        [
            ({"P1_O1_E": "Planned", "P1_O1_F": "Because"}, "P!F5", "reason_not_needed"),
            ({"P1_O1_E": "Planned", "P1_O1_G": "x" * 2001}, "P!G5", "long"),
            ({"P1_O1_H": "It", "P1_O1_I": "file:///etc", "P1_O1_J": "2026-10-01", "P1_O1_K": "Us"}, "P!I5",
             "address_malformed"),
            ({"P1_O1_I": "https://a.example/", "P1_O1_J": "2027-10-01", "P1_O1_H": "x", "P1_O1_K": "Us"}, "P!J5",
             "day_not_past"),
            ({"P1_O1_H": "It", "P1_O1_I": "https://a.example/", "P1_O1_J": "soon", "P1_O1_K": "Us"}, "P!J5",
             "day_not_past"),
            ({"P1_O1_H": "It", "P1_O1_I": "https://a.example/", "P1_O1_J": "2026-10-01"}, "P!K5", "missing"),
        ],
    )  # fmt: skip
    def test_values_are_checked_as_on_the_pages(
        self, workshop: Workshop, cells: dict[str, Any], place: str, mistake: str
    ) -> None:
        preview = receive(workshop, fill(export(workshop), **cells))
        assert [(each.place, each.mistake) for each in preview.problems] == [(place, mistake)]

    def test_a_line_that_is_gone_is_named_and_nothing_of_it_is_changed(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_O1=State.PLANNED)
        book = opened(export(workshop, now=NOW + DAY / 48))
        book["P"].delete_rows(FIRST_ROW)
        preview = receive(workshop, saved(book))
        assert preview.missing == ("P1.O1",)
        take(workshop)
        state = open_round(workshop.officer, workshop.round_id, now=LATER).state
        assert state.item("P1.O1").state is State.PLANNED

    def test_lines_may_stand_in_any_order(self, workshop: Workshop) -> None:
        book = opened(export(workshop))
        sheet = book["P"]
        rows = [list(row) for row in sheet.iter_rows(min_row=FIRST_ROW, max_col=11, values_only=True)]
        rows[0][4] = "Planned"
        for number, row in enumerate(reversed(rows), start=FIRST_ROW):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value
        preview = receive(workshop, saved(book))
        assert preview.problems == ()
        assert [line.item_id for line in preview.lines] == ["P1.O1"]


class TestTamperedAndHostile:
    @pytest.mark.parametrize(
        ("fact", "value", "mistake"),
        [
            ("leeward_round", "0f5a3c2e-7d1b-4c86-9a43-5be0d1f2a697", "other_round"),
            ("leeward_edition", "2", "other_edition"),
            ("leeward_model", "other", "other_edition"),
            ("leeward_voice", "agreed", "other_voice"),
            ("leeward_format", "leeward-assessment-9", "other_format"),
            ("leeward_format", None, "not_ours"),
            ("leeward_format", "=1", "not_ours"),
            ("leeward_exported", "yesterday", "about_changed"),
            ("leeward_exported", "2999-01-01T00:00:00+00:00", "about_changed"),
        ],
    )
    def test_what_it_says_of_itself_must_fit(
        self, workshop: Workshop, fact: str, value: str | None, mistake: str
    ) -> None:
        book = opened(export(workshop))
        ((sheet, cell),) = book.defined_names[fact].destinations
        book[sheet][cell.replace("$", "")] = value
        with pytest.raises(WorkbookRefused, match=mistake):
            receive(workshop, saved(book))
        assert not Incoming.objects.exists()

    @pytest.mark.parametrize(
        "data",
        [b"", b"PK", b"Item;State\nP1.E1;Planned\n", b"\x00" * 5000, "<html>".encode("utf-16")],
    )
    def test_what_is_no_workbook_is_named(self, workshop: Workshop, data: bytes) -> None:
        with pytest.raises(WorkbookRefused, match="not_a_workbook"):
            receive(workshop, data)

    def test_other_workbooks_are_none_of_ours(self, workshop: Workshop) -> None:
        book = Workbook()
        book.worksheets[0].append(["P1.E1", "Planned"])
        with pytest.raises(WorkbookRefused, match="not_ours"):
            receive(workshop, saved(book))

    def test_a_password_macros_and_size_are_named(self, workshop: Workshop) -> None:
        data = export(workshop)
        for broken, mistake in (
            (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "password"),
            (with_part(data, "xl/vbaProject.bin", b"x"), "macros"),
            (data + b"\x00" * opening.FILE_MOST, "too_large"),
            (with_part(data, "xl/bomb.xml", b"\x00" * (opening.INSIDE_MOST + 1)), "too_much_inside"),
            (with_parts(data, opening.PARTS_MOST), "too_much_inside"),
        ):
            with pytest.raises(WorkbookRefused, match=mistake):
                receive(workshop, broken)

    def test_a_small_file_that_would_take_long_to_read_is_refused_before_it_is_read(self, workshop: Workshop) -> None:
        data = export(workshop)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = archive.read("xl/workbook.xml")
            own = sum(archive.read(name).count(b"<") for name in archive.namelist() if name.endswith(".xml"))
        assert own < opening.ELEMENTS_MOST / 5  # there is room for what other programs add
        sheets = b"".join(
            b'<sheet name="N%d" sheetId="%d" r:id="rId2" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
            b'2006/relationships"/>' % (number, number + 50)
            for number in range(opening.SHEETS_MOST)
        )
        cells = b'<row r="1">' + b"<c/>" * opening.ELEMENTS_MOST + b"</row>"
        sheet = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>'
        )
        for name, content in (
            ("xl/workbook.xml", book.replace(b"</sheets>", sheets + b"</sheets>")),
            ("xl/worksheets/sheet2.xml", sheet % cells + b"</worksheet>"),
            ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * opening.ELEMENTS_MOST + b"</cellXfs></styleSheet>"),
        ):
            with pytest.raises(WorkbookRefused, match="too_much_inside"):
                receive(workshop, with_part(data, name, content))

    def test_a_file_of_attributes_is_refused_before_it_is_read(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = export(workshop)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            own = sum(archive.read(name).count(b"=") for name in archive.namelist())
        assert own < opening.ATTRIBUTES_MOST / 5  # there is room for what other programs add
        read: list[object] = []
        monkeypatch.setattr(opening, "load_workbook", lambda *given, **_: read.append(given))
        many = b"".join(b' a%x=""' % number for number in range(opening.ATTRIBUTES_MOST + 1))
        spaced = many.replace(b"=", b" \n= ").replace(b'"', b"'")
        few = b' a=""' * 4
        for content in (
            b"<styleSheet%s/>" % many,  # one element has them all
            b"<styleSheet%s/>" % spaced,
            b"<sst>" + b"<si%s/>" % few * (opening.ATTRIBUTES_MOST // 4 + 1) + b"</sst>",  # or each has a few
        ):
            assert content.count(b"<") < opening.ELEMENTS_MOST
            file = with_part(data, "xl/styles.xml", content)
            assert len(file) < opening.FILE_MOST
            with pytest.raises(opening.NotOpened, match="too_much_inside"):
                opening.open_workbook(file)
        assert read == []
        opening.open_workbook(data)
        assert len(read) == 1

    def test_no_encoding_hides_what_is_looked_for(self, workshop: Workshop) -> None:
        bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><sst>&a;</sst>'.encode("cp037")
        hidden = b'<?xml version="1.0" encoding="cp037"?>' + bomb
        with pytest.raises(WorkbookRefused, match="not_a_workbook"):
            receive(workshop, with_part(export(workshop), "xl/sharedStrings.xml", hidden))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
    def test_no_name_of_a_part_does_either(self, workshop: Workshop, encoding: str) -> None:
        bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'.encode(encoding)
        with pytest.raises(WorkbookRefused, match="not_a_workbook"):
            receive(workshop, with_part(export(workshop), "xl/media/picture.png", bomb))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_never_unfolded(self, workshop: Workshop, encoding: str) -> None:
        bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
        data = with_part(export(workshop), "xl/sharedStrings.xml", bomb.encode(encoding))
        with pytest.raises(WorkbookRefused, match="not_a_workbook"):
            receive(workshop, data)

    @pytest.mark.parametrize("place", [b"'!$B$", b"About'!$B$"])
    def test_a_name_that_leads_nowhere_is_refused(self, workshop: Workshop, place: bytes) -> None:
        whole = export(workshop)
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            book = archive.read("xl/workbook.xml")
        damaged = re.sub(rb"'?About'?!\$B\$", place, book)
        assert damaged != book
        with pytest.raises(WorkbookRefused, match="not_a_workbook"):
            receive(workshop, with_part(whole, "xl/workbook.xml", damaged))

    @settings(
        max_examples=times(20, deep=60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.data())
    def test_a_damaged_file_is_read_or_refused_and_never_more(self, workshop: Workshop, data: st.DataObject) -> None:
        if not _WHOLE:
            _WHOLE.append(export(workshop))
        with zipfile.ZipFile(io.BytesIO(_WHOLE[0])) as archive:
            name = data.draw(st.sampled_from(sorted(archive.namelist())))
            content = bytearray(archive.read(name))
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
        try:
            found = read_workbook(
                with_part(_WHOLE[0], name, bytes(content)), model=shipped_model(), today=NOW.date(), now=LATER
            )
        except WorkbookRefused:
            return
        assert {entry.item_id for entry in found.entries} <= set(ASSESSED)


def test_the_head_stands_where_the_words_say(workshop: Workshop) -> None:
    assert opened(export(workshop))["P"].cell(HEAD_ROW, 1).value == "Item"
