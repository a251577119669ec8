"""DDI-Codebook, CSV on the Web and XLSForm, held against what is published of them and against other programs."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from leeward.foundation import workbooks
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.rules.ddi import Described, write_codebook
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import Condition, read_questionnaire, write_condition
from leeward.foundation.surveys.rules.waves import Way
from leeward.foundation.surveys.rules.xlsform import FILE_BYTES, read_form, write_form
from leeward.foundation.workbooks import ATTRIBUTES_MOST, ELEMENTS_MOST
from tests.foundation.surveys.asked import DATA, LONGER
from tests.workbooks import with_part

SCHEMA = Path(__file__).parent / "data" / "ddi-codebook-2.6.zip"
NAMESPACE = {"d": "ddi:codebook:2_6"}
WAVE = Described(
    code="life-1",
    title={"en": "Life 2026", "ar": "الحياة"},
    language="en",
    nation="Fairhaven",
    population="Adults <in> Fairhaven & around",
    drawn=Drawn.QUOTA,
    way=Way.CODES,
    opens_on=date(2026, 5, 1),
    closes_on=date(2026, 5, 31),
    weights="age, region",
    assumption="As if random.",
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The published schema of DDI-Codebook 2.6."""
    folder = tmp_path_factory.mktemp("ddi")
    with zipfile.ZipFile(SCHEMA) as files:
        files.extractall(folder)
    return etree.XMLSchema(etree.parse(str(folder / "codebook.xsd"), etree.XMLParser(no_network=True)))


def test_a_codebook_is_ddi_codebook_2_6_and_says_what_it_should(schema: etree.XMLSchema) -> None:
    book = etree.fromstring(write_codebook(read_questionnaire(DATA), WAVE).encode())
    assert schema.validate(book), schema.error_log
    assert book.get("version") == "2.6"

    def texts(path: str) -> list[str]:
        return [str(each) for each in book.xpath(path, namespaces=NAMESPACE)]

    assert texts("//d:titlStmt/d:titl/text()") == ["Life 2026"]
    assert texts("//d:titlStmt/d:IDNo/text()") == ["life-1"]
    assert texts("//d:universe/text()") == ["Adults <in> Fairhaven & around"]
    assert texts("//d:collDate/@date") == ["2026-05-01", "2026-05-31"]
    assert texts("//d:sampProc/text()") == ["Non-probability: quota. As if random."]
    assert texts("//d:dataColl/d:weight/text()") == ["Raked to the population's shares by age, region."]
    assert texts("//d:var/@name") == ["age", "ever", "told_friend", "told_police", "times"]
    assert texts("//d:var[@name='ever']/d:qstn/d:qstnLit[@xml:lang='ar']/text()") == ["هل حدث لك؟"]
    assert texts("//d:var[@name='ever']/d:catgry/d:catValu/text()") == ["yes", "no"]
    assert texts("//d:var[@name='times']/d:valrng/d:range/@max") == ["9"]


def test_the_schema_refuses_what_is_none(schema: etree.XMLSchema) -> None:
    book = etree.fromstring(write_codebook(read_questionnaire(DATA), WAVE).encode())
    [variable] = book.xpath("//d:var[@name='age']", namespaces=NAMESPACE)
    variable.append(etree.SubElement(variable, "{ddi:codebook:2_6}answer"))
    assert not schema.validate(book)


@pytest.mark.parametrize("data", [DATA, LONGER])
def test_an_xlsform_is_read_back_as_it_was_written(data: Any) -> None:
    questionnaire = read_questionnaire(data)
    assert read_questionnaire(read_form(write_form(questionnaire))) == questionnaire


@pytest.mark.parametrize("data", [DATA, LONGER])
def test_our_xlsform_compiles_elsewhere(data: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_form(read_questionnaire(data)))
    made = convert(str(path)).xform
    form = etree.fromstring(made.encode())
    asked = form.xpath("//*[local-name()='select1' or local-name()='select' or local-name()='input']/@ref")
    assert [each.rpartition("/")[2] for each in asked] == [each["name"] for each in data["questions"]]
    assert "relevant" in made


def sheets(survey: list[list[str]]) -> bytes:
    book = load_workbook(io.BytesIO(write_form(read_questionnaire(DATA))))
    del book["survey"]
    sheet = book.create_sheet("survey")
    head = ["type", "name", "label::English (en)", "label::العربية (ar)", "required", "relevant", "constraint", "part"]
    for row in [head, *survey]:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


AGE = ["select_one age", "age", "How old are you?", "كم عمرك؟", "yes", "", "", "margin"]
EVER = ["select_one ever", "ever", "Ever?", "هل؟", "", "", "", ""]


def test_groups_notes_and_conditions_of_others_forms_are_understood() -> None:
    both = "selected(${told}, 'police') and (${ever} = 'yes' or ${age} = 'old')"
    rows = [
        AGE,
        ["note", "n", "Now about you.", "عنك.", "", "", "", ""],
        EVER,
        ["begin group", "g", "", "", "", "${ever} = 'yes'", "", ""],
        ["select_multiple told", "told", "Told?", "من؟", "", "${age} = \"old\" or ${age}='young'", "", ""],
        ["end group", "", "", "", "", "", "", ""],
        [
            "integer",
            "times",
            "Times?",
            "كم؟",
            "",
            both,
            ". >= 0 and . <= 9",
            "",
        ],
    ]
    found = {question.name: question for question in read_questionnaire(read_form(sheets(rows))).questions}
    assert found["ever"].hint["en"] == "Now about you."
    told, times = (write_condition(found[name].asked_if or Condition()) for name in ("told", "times"))
    assert told == {"all": [{"question": "ever", "is": ["yes"]}, {"question": "age", "is": ["old", "young"]}]}
    assert times == {
        "all": [
            {"question": "told", "is": ["police"]},
            {"any": [{"question": "ever", "is": ["yes"]}, {"question": "age", "is": ["old"]}]},
        ]
    }


@pytest.mark.parametrize(
    "row",
    [
        ["text", "free", "Say", "قل", "", "", "", ""],
        ["geopoint", "where", "Where", "أين", "", "", "", ""],
        ["integer", "times", "Times", "كم", "", "", "", ""],
        ["integer", "times", "Times", "كم", "", "${ever} > 3", ". >= 0 and . <= 9", ""],
        ["integer", "times", "Times", "كم", "", "(${ever} = 'yes'", ". >= 0 and . <= 9", ""],
        ["select_one nothing", "x", "X", "س", "", "", "", ""],
        ["select_one ever", "x", "X", "س", "perhaps", "", "", ""],
    ],
)
def test_what_is_not_taken_is_refused_with_its_row(row: list[str]) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_form(sheets([AGE, EVER, row]))
    assert refused.value.code is SurveyMistake.XLSFORM
    assert "survey, row 4" in str(refused.value.about["about"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"not a workbook"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(FieldRefused):
        read_form(content)


def test_a_damaged_part_of_a_workbook_is_refused() -> None:
    good = sheets([AGE, EVER])
    for broken in (b"", b"\x00\x00", b"<a>", b"<a></b>"):
        with pytest.raises(FieldRefused, match="xlsform"):
            read_form(with_part(good, "xl/worksheets/sheet1.xml", broken))


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">]><sst>&a;</sst>'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("xl/media/bomb.bin", bytes(17 * 1024 * 1024), "once it is unpacked"),
        ("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * ELEMENTS_MOST + b"</styleSheet>", "once it is unpacked"),
        ("xl/styles.xml", b"<xf" + b' a=""' * (ATTRIBUTES_MOST + 1) + b"/>", "once it is unpacked"),
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/sharedStrings.xml", BOMB.encode(), "not an .xlsx file"),
        ("xl/sharedStrings.xml", b'<?xml version="1.0" encoding="cp037"?>' + BOMB.encode("cp037"), "not an .xlsx file"),
        ("xl/media/picture.png", BOMB.encode("utf-16"), "not an .xlsx file"),
    ],
    ids=["bomb", "elements", "attributes", "macros", "entities", "encoding", "name"],
)
def test_a_hostile_workbook_is_refused_before_it_is_read(
    name: str, content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, read = with_part(sheets([AGE, EVER]), name, content), []
    monkeypatch.setattr(workbooks, "load_workbook", lambda *given, **_: read.append(given))
    with pytest.raises(FieldRefused, match="xlsform") as refused:
        read_form(file)
    assert said in str(refused.value.about["about"])
    assert read == []


def test_a_workbook_with_a_password_or_beyond_the_limit_is_refused_by_name() -> None:
    for broken, said in ((b"\xd0\xcf\x11\xe0" + bytes(600), "password"), (b"PK" + bytes(FILE_BYTES), "1024 KB")):
        with pytest.raises(FieldRefused) as refused:
            read_form(broken)
        assert said in str(refused.value.about["about"])


def test_of_a_formula_the_value_is_read_that_was_kept() -> None:
    book = load_workbook(io.BytesIO(sheets([AGE, EVER])))
    book["settings"]["A2"] = '="Life"'
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as files:
        name = next(each for each in files.namelist() if b"<f>" in files.read(each))
        kept = re.sub(rb"<v ?/>|<v></v>", b"<v>7</v>", files.read(name))
    assert read_form(with_part(written.getvalue(), name, kept))["title"]["en"] == "7"
