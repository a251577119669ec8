"""A questionnaire as an XLSForm workbook, in and out: the part of XLSForm that our questionnaires can hold.

Sheets `survey` (type, name, label::xx, hint::xx, required, relevant, constraint), `choices` (list_name, name,
label::xx) and `settings` (form_title::xx). Types: select_one, select_multiple, integer, note, begin group and end
group. `relevant` is made of equalities and `selected` joined by and/or. Columns of ours, which other tools pass over:
`part` and `indicator` of a question, `minor` of a choice. Anything else is refused with its row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

from openpyxl import Workbook

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.rules.questionnaire import Condition, Kind, Questionnaire, write_condition
from leeward.foundation.workbooks import UNREADABLE, NotOpened, Why, open_workbook

FILE_BYTES, ROWS_MOST = 1024 * 1024, 2_000
LABEL = re.compile(r"(label|hint|form_title)::(?:.*\()?([a-z]{2,3}(?:-[A-Za-z]+)?)\)?")
TAKEN = {"type", "name", "required", "relevant", "constraint", "part", "indicator"}
TOKENS = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<join>and|or)\b|\$\{(?P<name>\w+)\}\s*=\s*(?P<q>['\"])(?P<code>\w+)(?P=q)"
    r"|selected\(\s*\$\{(?P<of>\w+)\}\s*,\s*(?P<q2>['\"])(?P<chosen>\w+)(?P=q2)\s*\))"
)
BOUNDS = re.compile(r"\.\s*>=\s*(\d+)\s+and\s+\.\s*<=\s*(\d+)")
NOT_OPENED = {
    Why.TOO_LARGE: f"larger than {FILE_BYTES // 1024} KB",
    Why.PASSWORD: "locked by a password; save it without one",
    Why.MACROS: "it holds macros; save it as .xlsx",
    Why.TOO_MUCH_INSIDE: "it holds more than a form can once it is unpacked",
    Why.NOT_A_WORKBOOK: "not an .xlsx file, or a damaged one",
}
YES = ("yes", "true", "true()", "1")
REQUIRED = ("", "no", "false", "false()", "0", *YES)

type Row = Mapping[str, str]


def read_form(content: bytes) -> Record:
    """What `read_questionnaire` takes, from an XLSForm workbook. Raises FieldRefused, with the sheet and the row."""
    try:
        return _read_book(open_workbook(content, most_bytes=FILE_BYTES, data_only=True))
    except NotOpened as error:
        raise _refused("workbook", NOT_OPENED[error.why]) from error
    except FieldRefused:
        raise
    except UNREADABLE as error:
        raise _refused("workbook", NOT_OPENED[Why.NOT_A_WORKBOOK]) from error


def _read_book(book: Workbook) -> Record:
    missing = {"survey", "choices"} - set(book.sheetnames)
    if missing:
        raise _refused("workbook", f"no sheet {', '.join(sorted(missing))}")
    lists: dict[str, list[Record]] = {}
    for place, row in _rows(book, "choices"):
        answer: Record = {"code": row.get("name", ""), "label": _texts(row, "label")}
        if row.get("minor", "") in YES:
            answer["minor"] = True
        if not row.get("list_name"):
            raise _refused(place, "list_name is missing")
        lists.setdefault(row["list_name"], []).append(answer)
    title = {}
    if "settings" in book.sheetnames:
        for _place, row in _rows(book, "settings"):
            title = _texts(row, "form_title") or ({"en": row["form_title"]} if row.get("form_title") else {})
    return {"title": title, "questions": list(_read_survey(book, lists))}


def write_form(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as a workbook, which `read_form` reads back."""
    book, languages = Workbook(), questionnaire.languages
    book.remove(book.worksheets[0])
    survey = book.create_sheet("survey")
    labels = [f"label::{language}" for language in languages]
    hints = [f"hint::{language}" for language in languages]
    survey.append(["type", "name", *labels, *hints, "required", "relevant", "constraint", "part", "indicator"])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", *labels, "minor"])
    for question in questionnaire.questions:
        kind = {
            Kind.ONE: f"select_one {question.name}",
            Kind.MANY: f"select_multiple {question.name}",
            Kind.NUMBER: "integer",
        }
        survey.append(
            [
                kind[question.kind],
                question.name,
                *(question.label.get(language, "") for language in languages),
                *(question.hint.get(language, "") for language in languages),
                "yes" if question is questionnaire.questions[0] else "no",
                _write_condition(question.asked_if, questionnaire) if question.asked_if else "",
                f". >= {question.least} and . <= {question.most}" if question.kind is Kind.NUMBER else "",
                question.part.value,
                question.indicator,
            ]
        )
        for answer in question.answers:
            minor = "yes" if answer.minor else ""
            choices.append([question.name, answer.code, *(answer.label.get(each, "") for each in languages), minor])
    settings = book.create_sheet("settings")
    settings.append(
        [*(f"form_title::{language}" for language in languages), "form_title", "form_id", "default_language"]
    )
    settings.append(
        [*questionnaire.title.values(), next(iter(questionnaire.title.values())), "questionnaire", languages[0]]
    )
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _read_survey(book: Workbook, lists: Mapping[str, list[Record]]) -> Iterator[Record]:
    groups: list[Condition | None] = []
    note: dict[str, str] = {}
    for place, row in _rows(book, "survey"):
        unknown = {name for name in row if row[name] and name not in TAKEN and not LABEL.fullmatch(name)}
        if unknown:
            raise _refused(place, ", ".join(sorted(unknown)))
        if row.get("required", "") not in REQUIRED:
            raise _refused(place, f"required {row['required']}")
        kind, _space, of = row.get("type", "").replace("_group", " group").partition(" ")
        asked_if = _read_relevant(row.get("relevant", ""), place)
        if (kind, of) == ("begin", "group"):
            groups.append(asked_if)
            continue
        if (kind, of) == ("end", "group") and groups:
            groups.pop()
            continue
        if kind == "note" and not of:
            note = _texts(row, "label")
            continue
        condition = _all([each for each in (*groups, asked_if) if each])
        yield _read_question(row, kind, of, lists, place) | {
            "hint": _texts(row, "hint") or note,
            **({"asked_if": write_condition(condition)} if condition else {}),
        }
        note = {}


def _read_question(row: Row, kind: str, of: str, lists: Mapping[str, list[Record]], place: str) -> Record:
    question: Record = {"name": row.get("name", ""), "label": _texts(row, "label")}
    if row.get("part"):
        question["part"] = row["part"]
    if row.get("indicator"):
        question["indicator"] = row["indicator"]
    if kind in ("select_one", "select_multiple") and of in lists:
        kinds = {"select_one": Kind.ONE, "select_multiple": Kind.MANY}
        return question | {"kind": kinds[kind].value, "answers": lists[of]}
    if kind == "integer" and not of:
        bounds = BOUNDS.fullmatch(row.get("constraint", "").strip())
        if bounds is None:
            raise _refused(place, "an integer needs a constraint such as “. >= 0 and . <= 50”")
        return question | {"kind": Kind.NUMBER.value, "least": int(bounds[1]), "most": int(bounds[2])}
    raise _refused(place, f"type {row.get('type', '')}")


def _read_relevant(text: str, place: str) -> Condition | None:
    if not text.strip():
        return None
    tokens, at = [], 0
    while text[at:].strip():
        found = TOKENS.match(text, at)
        if found is None:
            raise _refused(place, f"relevant {text}")
        tokens.append(found)
        at = found.end()
    read = _read_any(tokens)
    if read is None or tokens:
        raise _refused(place, f"relevant {text}")
    return read


def _read_any(tokens: list[re.Match[str]]) -> Condition | None:
    """Conditions joined by or, of which and binds closer, as in XPath; None where they cannot be read."""
    parts = _parts(tokens, "or", lambda left: _all(_parts(left, "and", _read_test)))
    if len(parts) < 2:
        return parts[0] if parts else None
    [*of] = {part.question for part in parts}
    if len(of) == 1 and of[0]:
        return Condition(question=of[0], answers=tuple(code for part in parts for code in part.answers))
    return Condition(any_of=tuple(parts))


def _parts(
    tokens: list[re.Match[str]], join: str, read: Callable[[list[re.Match[str]]], Condition | None]
) -> list[Condition]:
    """Conditions with this word between them; none where one of them cannot be read."""
    parts = [read(tokens)]
    while tokens and tokens[0]["join"] == join:
        tokens.pop(0)
        parts.append(read(tokens))
    return [] if None in parts else [part for part in parts if part]


def _all(parts: list[Condition]) -> Condition | None:
    return parts[0] if len(parts) == 1 else Condition(all_of=tuple(parts)) if parts else None


def _read_test(tokens: list[re.Match[str]]) -> Condition | None:
    token = tokens.pop(0) if tokens else None
    if token is not None and token["open"]:
        found = _read_any(tokens)
        return found if tokens and tokens.pop(0)["close"] else None
    if token is not None and (token["name"] or token["of"]):
        return Condition(question=token["name"] or token["of"], answers=(token["code"] or token["chosen"],))
    return None


def _write_condition(condition: Condition, questionnaire: Questionnaire) -> str:
    if condition.question:
        several = questionnaire[condition.question].kind is Kind.MANY
        name = f"${{{condition.question}}}"
        tests = [f"selected({name}, '{code}')" if several else f"{name} = '{code}'" for code in condition.answers]
        return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"
    parts = [_write_condition(each, questionnaire) for each in (*condition.all_of, *condition.any_of)]
    return f"({(' and ' if condition.all_of else ' or ').join(parts)})"


def _rows(book: Workbook, sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    lines = book[sheet].iter_rows(values_only=True, max_row=ROWS_MOST)
    head = [str(cell or "").strip() for cell in next(lines, ())]
    for number, cells in enumerate(lines, start=2):
        row = {
            name: str(cell).strip() if cell is not None else "" for name, cell in zip(head, cells, strict=False) if name
        }
        if any(row.values()):
            yield f"{sheet}, row {number}", row


def _texts(row: Row, kind: str) -> dict[str, str]:
    found = {}
    for name, text in row.items():
        match = LABEL.fullmatch(name)
        if match and match[1] == kind and text:
            found[match[2]] = text
    return found


def _refused(place: str, what: str) -> FieldRefused:
    return FieldRefused("data", SurveyMistake.XLSFORM, about=f"{place}: {what}")
