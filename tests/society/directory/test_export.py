"""The package holds what is published, by the standard, in the same bytes each time, and nothing that is hidden."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leeward.society.directory.queries.packages import package_stamp, write_folder
from leeward.society.directory.rules.cells import guarded, unguarded
from leeward.society.directory.rules.tables import TABLES
from tests.society.directory.factories import make_organization, make_service, new_id
from tests.society.directory.packages import descriptor_of, export, files_of, tables_of
from tests.society.directory.published_standard import OBJECTS, is_of_kind
from tests.society.directory.published_tables import FILES
from tests.society.directory.varied import LISTED, SECRETS, Varied

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parents[3] / "docs" / "directory-data.md"


def test_nothing_that_must_not_be_found_is_in_it(varied: Varied) -> None:
    package = export()
    for name, text in files_of(package).items():
        for secret in SECRETS:
            assert secret not in text, (name, secret)
    tables = tables_of(package)
    assert len(tables["services.csv"]) == LISTED
    refuge = next(row for row in tables["locations.csv"] if row["id"] == str(varied.refuge_place))
    assert {name: value for name, value in refuge.items() if value} == {
        "id": str(varied.refuge_place),
        "location_type": "virtual",
        "is_confidential": "true",
    }
    assert str(varied.refuge_place) not in {row["location_id"] for row in tables["addresses.csv"]}
    everything = "".join(files_of(package).values())
    for unpublished in (varied.internal.id, varied.withdrawn.id, varied.internal_place, varied.inner_organization):
        assert str(unpublished) not in everything


def test_its_tables_are_the_standards(varied: Varied) -> None:
    package = export()
    described = {resource["name"]: resource for resource in descriptor_of(package)["resources"]}
    tables = tables_of(package)
    assert set(described) == {*FILES, "translation"}
    for name, file in FILES.items():
        fields = {field["name"]: field for field in described[name]["schema"]["fields"]}
        assert described[name]["path"] == file.path
        assert set(file.required) <= set(fields)
        assert set(fields) <= {*file.required, *file.others, *file.ours}
        assert all(fields[column]["constraints"]["required"] for column in file.required)
        rows = tables[file.path]
        assert rows, f"{name} has a line in this test"
        assert list(rows[0]) == list(fields)
        for row in rows:
            assert None not in row
            assert all(row[column] for column in file.required), row


def test_its_values_are_of_the_standards_types(varied: Varied) -> None:
    tables = tables_of(export())
    for name, file in FILES.items():
        kinds = OBJECTS[name].fields
        for row in tables[file.path]:
            for column, text in row.items():
                kind = kinds.get(column, "uuid" if column.endswith("id") else "text")
                if not text or column in file.ours or isinstance(kind, (list, set)):
                    continue
                value = float(text) if kind in ("number", "latitude", "longitude") else text
                assert is_of_kind(kind, value), (name, column, text)


def test_every_id_that_is_named_is_there_and_stands_once(varied: Varied) -> None:
    package = export()
    tables = tables_of(package)
    ids = {}
    for resource in descriptor_of(package)["resources"]:
        found = [row["id"] for row in tables[resource["path"]]]
        assert len(set(found)) == len(found), resource["name"]
        assert resource["schema"]["primaryKey"] == "id"
        ids[resource["name"]] = set(found)
    for resource in descriptor_of(package)["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            target = key["reference"]["resource"] or resource["name"]
            named = {row[key["fields"]] for row in tables[resource["path"]]} - {""}
            assert named <= ids[target], (resource["name"], key)
    for row in tables["translations.csv"]:
        assert row["resource_id"] in ids[row["resource_type"]]


def test_it_says_under_which_licence_it_is_given(varied: Varied) -> None:
    about = descriptor_of(export())
    assert about["licenses"][0]["name"] == "CC-BY-4.0"
    assert about["licenses"][0]["path"].startswith("https://")
    assert about["profile"] == "tabular-data-package"
    assert about["version"] == "3.1.3"


def test_the_same_directory_makes_the_same_bytes(varied: Varied) -> None:
    first = export()
    assert export() == first
    make_service("One more")
    assert export() != first


def test_memory_and_queries_do_not_grow_with_the_services(django_assert_max_num_queries) -> None:
    owner = make_organization().id
    for number in range(3):
        make_service(f"Advice {number}", organization_id=owner)
    with django_assert_max_num_queries(25):
        export()
    for number in range(60):
        make_service(f"More {number}", organization_id=owner)
    with django_assert_max_num_queries(25):
        export()


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(1)", "\t=1", "'=1", "''=1", "＝1", "=", "\r=x"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    "text", ["plain", "'quoted'", "+351 555 0100", "(01) 23", "-9.14", "-1SU", "1MO,-1FR", "it's", "'", "", "a=b"]
)
def test_what_cannot_be_run_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


def test_texts_that_begin_like_a_formula_are_written_as_texts() -> None:
    make_service('=HYPERLINK("https://evil.example","here")', description="-1+1|cmd", id=new_id("formula"))
    row = tables_of(export())["services.csv"][0]
    assert row["name"] == '\'=HYPERLINK("https://evil.example","here")'
    assert row["description"] == "'-1+1|cmd"


def test_the_stamp_follows_every_change(varied: Varied) -> None:
    first = package_stamp()
    assert package_stamp() == first
    make_service("One more")
    assert package_stamp() != first


def test_the_command_writes_a_zip_or_a_folder(varied: Varied, tmp_path: Path, capsys) -> None:
    call_command("export_services", str(tmp_path / "out.zip"))
    package = (tmp_path / "out.zip").read_bytes()
    assert package == export()
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        assert found.testzip() is None
        assert found.namelist()[0] == "datapackage.json"
    call_command("export_services", str(tmp_path / "folder"))
    assert {path.name: path.read_bytes().decode() for path in (tmp_path / "folder").iterdir()} == files_of(package)
    assert f"services.csv: {LISTED}" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "out.zip"], "no draft is left behind"
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_services", str(tmp_path / "nowhere" / "out.zip"))


def test_an_empty_directory_is_a_package_too(tmp_path: Path) -> None:
    written = write_folder(tmp_path)
    assert set(written.lines.values()) == {0}
    assert all(rows == [] for rows in tables_of(export()).values())


def test_the_guide_names_every_file_and_column() -> None:
    lines = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    rows = {line.split("|")[1].strip(" `*"): line for line in lines}
    for table in TABLES:
        named = set(re.findall(r"[a-z_0-9]+", rows[table.file].split("|")[2]))
        assert set(table.header) <= named, table.file
        for column in table.columns:
            own = f"*{column.name}*" in rows[table.file]
            assert own or not column.is_ours or table.is_ours, (table.file, column.name)
