"""Writes a round as a workbook: instructions, one table a sheet, no merged cells, and nothing that calculates.

Only the cells to fill in are unlocked, without a password: it keeps ids and texts together, and anybody may lift it.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from leeward.foundation.web.words import word
from leeward.policy.assessment import words
from leeward.policy.assessment.queries.rounds import Voice
from leeward.policy.assessment.queries.states import AreaState, ItemState, RoundState
from leeward.policy.assessment.rules.rounds import NOTE_LENGTH, REASON_LENGTH
from leeward.policy.assessment.workbook.layout import (
    ABOUT,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    HINT_ROW,
    INPUTS,
    LAST,
    LISTS,
    STATES_NAME,
    TITLE_ROW,
    WIDTHS,
    Cell,
    Fact,
    chosen_words,
    headings,
)

TITLE, HEAD = Font(size=16, bold=True), Font(bold=True)
FILLABLE = PatternFill("solid", fgColor="FFF7DB")
WRAPPED = Alignment(wrap_text=True, vertical="top")
CALM = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
PROTECTED_EXTRA = ("formatCells", "formatColumns", "formatRows")


def write_workbook(state: RoundState, *, voice: Voice, now: datetime) -> bytes:
    """The whole file, in the language that is being spoken, with what this voice has answered so far."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"{state.title} – {words.voice(voice.key, voice.name)}"
    book.properties.creator = "Leeward"
    book.properties.language = get_language() or settings.LANGUAGE_CODE
    _about(_sheet(book, ABOUT), state, voice=voice, now=now)
    for area in state.areas:
        _area(_sheet(book, area.area.id), area, voice=voice)
    _lists(_sheet(book, LISTS))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(sheet: Worksheet, state: RoundState, *, voice: Voice, now: datetime) -> None:
    _write(sheet, 1, 1, state.title, font=TITLE)
    for number, line in enumerate(_instructions(), start=2):
        _write(sheet, number, 1, line)
    head = 2 + len(_instructions()) + 1
    facts: Sequence[tuple[str, str, Fact | None]] = (
        (_("Whose view"), str(words.voice(voice.key, voice.name)), None),
        (_("Whose view (code)"), voice.key, Fact.VOICE),
        (_("Round (code)"), str(state.public_id), Fact.ROUND),
        (_("Model"), state.model.id, Fact.MODEL),
        (_("Edition of the model"), str(state.edition), Fact.EDITION),
        (_("Language"), get_language() or settings.LANGUAGE_CODE, Fact.LANGUAGE),
        (_("Written at"), now.isoformat(timespec="microseconds"), Fact.EXPORTED),
        (_("Kind of file"), FORMAT, Fact.FORMAT),
    )
    _head(sheet, head, [_("About this workbook"), _("Do not change")])
    for number, (name, value, fact) in enumerate(facts, start=head + 1):
        _write(sheet, number, 1, name)
        _write(sheet, number, 2, value)
        if fact is not None:
            _define(sheet, fact.value, f"$B${number}")
    _table(sheet, "About", f"A{head}:B{head + len(facts)}")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 90, 44
    _protect(sheet)


def _instructions() -> list[str]:
    return [
        _("Each of the sheets P, C, V, I, M and S holds one area of the model as one table."),
        _("Fill in the light yellow cells. Choose how far each item is from the list; the sheet Lists explains it."),
        _("“Does not apply here” needs a reason. What you leave empty stays as it is."),
        _("Evidence is an address with its day and who answers for it. What is in place then is so with evidence."),
        _("Name no persons. Notes are read by all who take part; answers are published with the round, notes are not."),
        _("Rows may be filled in any order. Do not move, delete or add any; formulas are not read."),
        _("When you have finished, save as .xlsx and give the file back on the round’s page."),
        _("You see there, cell by cell, what would be taken over before anything is."),
    ]


def _area(sheet: Worksheet, area: AreaState, *, voice: Voice) -> None:
    _write(sheet, TITLE_ROW, 1, f"{area.area.id}: {_(area.area.title)}", font=TITLE)
    _write(sheet, HINT_ROW, 1, _("Fill in columns E to K. One row is one item of the model."))
    heads = headings()
    _head(sheet, HEAD_ROW, [heads[cell] for cell in Cell])
    number = FIRST_ROW
    for row in area.rows:
        for each in row.items:
            if each.is_assessable:
                _item(sheet, number, each, row_title=f"{row.row.id}: {_(row.row.title)}", voice=voice)
                number += 1
    last = max(number - 1, FIRST_ROW)
    _table(sheet, f"Items_{area.area.id}", f"A{HEAD_ROW}:{LAST}{last}")
    _define(sheet, f"ColumnTitle_{area.area.id}", f"$A${HEAD_ROW}:${LAST}${HEAD_ROW}")  # where screen readers look
    _validate(sheet, last)
    for cell, width in WIDTHS.items():
        sheet.column_dimensions[cell.value].width = width
    sheet.freeze_panes = f"B{FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    _protect(sheet)


def _item(sheet: Worksheet, number: int, each: ItemState, *, row_title: str, voice: Voice) -> None:
    view = {str(found.body.public_id): found.answer for found in each.views}
    answer = view.get(voice.key) or (each.draft if voice.body_id is None else None)
    values: Mapping[Cell, str] = {
        Cell.ID: each.item.id,
        Cell.ROW: row_title,
        Cell.COLUMN: word(each.item.column),
        Cell.TEXT: _(each.item.text),
        Cell.STATE: word(answer.state) if answer else "",
        Cell.REASON: answer.reason if answer else "",
        Cell.NOTE: answer.note if answer else "",
        Cell.HAND: word(answer.hand) if answer and voice.body_id else "",
    }
    for place, cell in enumerate(Cell, start=1):
        written = _write(sheet, number, place, values.get(cell, ""))
        if cell in INPUTS:
            written.fill, written.protection = FILLABLE, Protection(locked=False)
        if cell is Cell.EVIDENCE_DAY:
            written.number_format = "yyyy-mm-dd"


def _validate(sheet: Worksheet, last: int) -> None:
    """What Excel itself can say at once; all of it is checked again when the file comes back."""
    state = DataValidation(type="list", formula1=f"={STATES_NAME}", allow_blank=True, showErrorMessage=True)
    state.error, state.errorTitle = _("Choose an answer from the list."), _("Not in the list")
    day = DataValidation(type="date", operator="greaterThan", formula1="32874", allow_blank=True, showErrorMessage=True)
    day.error, day.errorTitle = _("Enter a day such as 2026-11-24."), _("Not a day")
    checks = [(state, Cell.STATE), (day, Cell.EVIDENCE_DAY)]
    for cell, most in ((Cell.REASON, REASON_LENGTH), (Cell.NOTE, NOTE_LENGTH)):
        length = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(most), allow_blank=True)
        length.showErrorMessage, length.errorTitle = True, _("Too long")
        length.error = _("At most %(most)d characters.") % {"most": most}
        checks.append((length, cell))
    for check, cell in checks:
        check.add(f"{cell.value}{FIRST_ROW}:{cell.value}{last}")
        sheet.add_data_validation(check)


def _lists(sheet: Worksheet) -> None:
    _write(sheet, TITLE_ROW, 1, _("What can be chosen"), font=TITLE)
    _head(sheet, HEAD_ROW, [_("Level reached"), _("What it means")])
    for number, (state, hint) in enumerate(chosen_words(), start=FIRST_ROW):
        _write(sheet, number, 1, state)
        _write(sheet, number, 2, hint)
    last = FIRST_ROW + len(chosen_words()) - 1
    _table(sheet, "States", f"A{HEAD_ROW}:B{last}")
    _define(sheet, STATES_NAME, f"$A${FIRST_ROW}:$A${last}")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 80
    _protect(sheet)


def _sheet(book: Workbook, title: str) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = get_language_bidi()
    return sheet


def _write(sheet: Worksheet, row: int, column: int, text: str, *, font: Font | None = None) -> SheetCell:
    """A text as text: whatever it begins with, no program takes it for a formula."""
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, SheetCell)  # noqa: S101  # narrows the type; nothing is merged
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@", "'"))
    cell.alignment = WRAPPED
    if font is not None:
        cell.font, cell.alignment = font, Alignment(vertical="top")
    return cell


def _head(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _write(sheet, row, column, text, font=HEAD).alignment = WRAPPED


def _table(sheet: Worksheet, name: str, place: str) -> None:
    table = Table(displayName=f"Leeward_{name}", ref=place)
    table.tableStyleInfo = CALM
    sheet.add_table(table)


def _define(sheet: Worksheet, name: str, place: str) -> None:
    book = sheet.parent
    assert book is not None  # noqa: S101  # narrows the type; every sheet was made in a book
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!{place}")


def _protect(sheet: Worksheet) -> None:
    sheet.protection.sheet = True
    for allowed in PROTECTED_EXTRA:
        setattr(sheet.protection, allowed, False)
