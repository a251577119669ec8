"""Places, holidays, terms and synonyms from files: every fault by its line, and the same file again writes nothing."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.models import Holiday, Place, Revision, Synonym, Term
from leeward.society.directory.operations.taxonomy import save_term
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.rules.history import Source
from tests.society.directory.factories import BY, NOW, make_taxonomy, make_term

pytestmark = pytest.mark.django_db

PLACES = "kind,name,latitude,longitude,area_code,area_name\n"
TERMS = "taxonomy,code,name,description,parent,synonyms,name_ar\n"


def take_in(command: str, folder: Path, content: str | bytes, *options: str) -> str:
    path = folder / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    out = io.StringIO()
    call_command(command, str(path), *options, stdout=out)
    return out.getvalue()


def refused(command: str, folder: Path, content: str | bytes) -> str:
    with pytest.raises(CommandError) as error:
        take_in(command, folder, content)
    assert not Place.objects.exists()
    assert not Holiday.objects.exists()
    assert not Synonym.objects.exists()
    return str(error.value)


def test_places_are_found_afterwards_and_the_same_file_writes_nothing(tmp_path: Path) -> None:
    content = (
        PLACES + "postcode,FH1 2AB,38.72,-9.14,coast,Coast\ntown,Quayside,38.9,-9.1,a,A\ntown,Quayside,40,-8,b,B\n"
    )
    assert "New 3, changed 0, as they were 0." in take_in("import_places", tmp_path, content, "--dry-run")
    assert not Place.objects.exists()
    take_in("import_places", tmp_path, content)
    found = find_spot("fh12ab").only
    assert found is not None
    assert (found.latitude, found.area_code) == (38.72, "coast")
    lines, before = AuditEvent.objects.count(), list(Place.objects.order_by("pk").values())
    assert "New 0, changed 0, as they were 3." in take_in("import_places", tmp_path, content)
    assert (AuditEvent.objects.count(), list(Place.objects.order_by("pk").values())) == (lines, before)
    assert "New 0, changed 1, as they were 2." in take_in("import_places", tmp_path, content.replace("38.72", "38.73"))
    assert Place.objects.get(kind="postcode").latitude == 38.73


@pytest.mark.parametrize(
    ("command", "content", "said"),
    [
        ("import_places", PLACES + "village,X,1,1,,\n", "list.csv, line 2, column kind: There is no 'village' here."),
        ("import_places", PLACES + "town,X,91,1,,\n", "column latitude: This is not on Earth."),
        ("import_places", PLACES + "town,X,1,-181,,\n", "column longitude: This is not on Earth."),
        ("import_places", PLACES + "town,,1,1,,\n", "column name: It is empty."),
        ("import_places", PLACES + "town,---,1,1,,\n", "column name: There is no letter or digit in it."),
        ("import_places", PLACES + 'town,X,"38,7",1,,\n', "column latitude: These are no degrees."),
        (
            "import_places",
            PLACES + "town,X,1,1,,\ntown,x,2,2,,\n",
            "line 3, column name: It stands in this file twice.",
        ),
        ("import_places", PLACES + f"town,{'x' * 201},1,1,,\n", "column name: It has 201 characters."),
        ("import_places", PLACES.replace(",", ";"), "There are semicolons between the cells."),
        ("import_places", "kind,name\n", "There is no column latitude, longitude."),
        ("import_places", "", "The file is empty."),
        ("import_places", PLACES.encode() + b"town,Caf\xe9,1,1,,\n", "list.csv, line 2: This is not UTF-8"),
        ("import_holidays", "day,name\n25.12.2026,Christmas\n", "line 2, column day: This is no day."),
        ("import_holidays", "day,name\n2026-12-25,\n", "column name: It is empty."),
        (
            "import_holidays",
            "day,name\n2026-12-25,A\n2026-12-25,B\n",
            "line 3, column day: This day stands in the file",
        ),
        ("import_holidays", "day,name\n0026-12-25,A\n", "column day: This is no year of ours."),
        ("import_holidays", "name\nA\n", "There is no column day."),
        ("import_terms", TERMS + "needs,x,X,,,,\n", "column taxonomy: There is no such taxonomy here."),
        ("import_terms", "language,word,means\n??,a,b\n", "column language: This is no language's code."),
        ("import_terms", "language,word,means\nen,...,b\n", "column word: There is no word in it."),
        ("import_terms", "word,means\na,b\n", "There is no column language."),
    ],
)
def test_each_fault_is_named_and_nothing_is_taken_in(tmp_path: Path, command: str, content: str, said: str) -> None:
    assert said in refused(command, tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for command in ("import_places", "import_holidays", "import_terms"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command(command, str(tmp_path / "nowhere.csv"))


def test_holidays_are_added_renamed_and_with_whole_years_taken_away(tmp_path: Path) -> None:
    first = "day,name\n2026-12-25,Christmas\n2026-04-25,Freedom\n2027-01-01,New Year\n"
    assert "New 3, renamed 0" in take_in("import_holidays", tmp_path, first)
    lines = AuditEvent.objects.count()
    assert "New 0, renamed 0, taken away 0, as they were 3" in take_in("import_holidays", tmp_path, first)
    assert AuditEvent.objects.count() == lines
    second = "day,name\n2026-12-25,Christmas Day\n"
    dry = take_in("import_holidays", tmp_path, second, "--whole-years", "--dry-run")
    assert "renamed 1, taken away 1" in dry
    assert Holiday.objects.count() == 3
    take_in("import_holidays", tmp_path, second, "--whole-years")
    assert dict(Holiday.objects.values_list("day", "name")) == {
        date(2026, 12, 25): "Christmas Day",
        date(2027, 1, 1): "New Year",
    }


def test_terms_come_with_parents_translations_and_synonyms(tmp_path: Path) -> None:
    make_taxonomy("needs")
    content = TERMS + "needs,aid,Legal aid,,legal,,\nneeds,legal,Legal help,About rights.,,solicitor|my rights,قانون\n"
    assert "Terms: new 2" in take_in("import_terms", tmp_path, content, "--dry-run")
    assert not Term.objects.exists()
    said = take_in("import_terms", tmp_path, content)
    assert "Terms: new 2, changed 0" in said
    assert "Synonyms: new 2" in said
    aid, legal = (Term.objects.select_related("taxonomy", "parent").get(code=code) for code in ("aid", "legal"))
    assert (aid.parent, aid.description) == (legal, "Legal aid")
    assert [(one.language, one.field, one.text) for one in legal.as_record().translations] == [("ar", "name", "قانون")]
    assert set(Synonym.objects.values_list("language", "word", "means")) == {
        ("en", "solicitor", "needs:legal"),
        ("en", "my rights", "needs:legal"),
    }
    lines, history = AuditEvent.objects.count(), Revision.objects.count()
    assert "Terms: new 0, changed 0, as they were 2" in take_in("import_terms", tmp_path, content)
    assert (AuditEvent.objects.count(), Revision.objects.count()) == (lines, history)


def test_a_term_that_an_editor_changed_stays_unless_it_is_asked_otherwise(tmp_path: Path) -> None:
    record = make_term("legal")
    content = "taxonomy,code,name\nneeds,legal,The file's name\n"
    assert "was edited here on" in take_in("import_terms", tmp_path, content)
    assert Term.objects.get(code="legal").name == record.name
    assert "changed 1" in take_in("import_terms", tmp_path, content, "--overwrite")
    row = Term.objects.select_related("taxonomy", "parent").get(code="legal")
    assert (row.name, row.description, row.public_id) == ("The file's name", record.description, record.id)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("needs,a,A,,b,,\nneeds,b,B,,a,,\n", "column parent: It stands under itself"),
        ("needs,a,A,,nowhere,,\n", "line 2, column parent: There is no term 'nowhere' in this taxonomy."),
        ("needs,a,A,,,,\nneeds,a,B,,,,\n", "line 3, column code: This code stands in the file twice."),
        ("needs,a,A,,,...|x,\n", "line 2, column synonyms: One of the synonyms is none."),
        ("needs,Not a code,A,,,,\n", "line 2, column code: This cannot be a code."),
    ],
)
def test_terms_that_cannot_be(tmp_path: Path, lines: str, said: str) -> None:
    make_taxonomy("needs")
    assert said in refused("import_terms", tmp_path, TERMS + lines)
    assert not Term.objects.exists()


def test_terms_that_shipped_may_be_changed_by_a_file(tmp_path: Path) -> None:
    record = make_term("legal")
    Revision.objects.filter(resource_id=record.id).delete()
    save_term(record, source=Source.SYSTEM, by=BY, now=NOW)
    assert "changed 1" in take_in("import_terms", tmp_path, "taxonomy,code,name\nneeds,legal,Rights\n")
