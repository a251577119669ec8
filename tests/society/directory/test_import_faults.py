"""Whatever is wrong with a package is said by file, line and column, with how to mend it; then nothing is taken in."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leeward.society.directory.models import Organization, Service
from tests.society.directory.factories import make_location, make_organization, make_service, make_term, new_id
from tests.society.directory.packages import export, files_of, put_together, tables_of

pytestmark = pytest.mark.django_db

ORG, SERVICE, PLACE, SAL = new_id("org"), new_id("service"), new_id("place"), new_id("sal")


@pytest.fixture
def package() -> bytes:
    owner = make_organization("Sea Trust", id=ORG)
    place = make_location(id=PLACE)
    make_service("Sea Advice", id=SERVICE, organization_id=owner.id, at=(place,), terms=(make_term().id,))
    made = export()
    Service.objects.all().delete()
    return made


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("import_services", str(path), stdout=io.StringIO())
    assert not Service.objects.exists()
    assert Organization.objects.count() <= 1
    return str(error.value)


type Change = Callable[[dict[str, list[dict[str, str]]]], object]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda tables: tables["services"][0].update(status="open"),
            "column status: There is no 'open' here. Use one of: active, inactive, defunct, temporarily closed.",
        ),
        (
            lambda tables: tables["services"][0].update(name=""),
            "services.csv, line 2, column name: It is empty. Fill it in.",
        ),
        (
            lambda tables: tables["services"][0].update(minimum_age="ten"),
            "services.csv, line 2, column minimum_age: This is no whole number.",
        ),
        (
            lambda tables: tables["services"][0].update(assured_date="25/11/2026"),
            "services.csv, line 2, column assured_date: This is no day. Write it as 2026-11-25.",
        ),
        (
            lambda tables: tables["services"][0].update(is_crisis_line="maybe"),
            "column is_crisis_line: This is neither true nor false.",
        ),
        (
            lambda tables: tables["services"][0].update(ways="phone,smoke"),
            "column ways: There is no 'smoke' here.",
        ),
        (
            lambda tables: tables["services"][0].update(url="javascript:alert(1)"),
            "services.csv, line 2, column url: This is no web address.",
        ),
        (
            lambda tables: tables["services"][0].update(email="nobody"),
            "services.csv, line 2, column email: This is no e-mail address.",
        ),
        (
            lambda tables: tables["services"][0].update(description="x" * 5_001),
            "services.csv, line 2, column description: It has 5,001 characters.",
        ),
        (
            lambda tables: tables["services"][0].update(organization_id=str(new_id("x"))),
            f"services.csv, line 2, column organization_id: There is no {new_id('x')} in organizations.csv, nor here.",
        ),
        (
            lambda tables: tables["service_at_location"][0].update(location_id=str(new_id("x"))),
            f"service_at_location.csv, line 2, column location_id: There is no {new_id('x')} in locations.csv, nor",
        ),
        (
            lambda tables: tables["attributes"][0].update(taxonomy_term_id=str(new_id("x"))),
            "attributes.csv, line 2, column taxonomy_term_id: There is no",
        ),
        (
            lambda tables: tables["phones"][0].update(service_id=str(new_id("x"))),
            f"phones.csv, line 2, column service_id: There is no {new_id('x')} in services.csv. Add it there",
        ),
        (
            lambda tables: tables["phones"][0].update(number="call us"),
            "phones.csv, line 2, column number: This cannot be dialled.",
        ),
        (
            lambda tables: tables["phones"][0].update(id="7"),
            "phones.csv, line 2, column id: This is no id. Use a UUID.",
        ),
        (
            lambda tables: tables["services"].append({**tables["services"][0], "name": "Twin"}),
            "services.csv, line 3, column id: Line 2 has this id already.",
        ),
        (
            lambda tables: tables["schedules"][0].update(byday="XX"),
            "schedules.csv, line 2, column byday:",
        ),
        (
            lambda tables: tables["schedules"][0].update(opens_at="9 o'clock"),
            "schedules.csv, line 2, column opens_at: This is no time of the day.",
        ),
        (
            lambda tables: tables["languages"][0].update(code="???"),
            "languages.csv, line 2, column code: This is no language's code.",
        ),
        (
            lambda tables: tables["cost_options"][0].update(amount="12,50"),
            "cost_options.csv, line 2, column amount: This is no amount.",
        ),
        (
            lambda tables: tables["locations"][0].update(latitude="91"),
            "locations.csv, line 2, column latitude: This is not on Earth.",
        ),
        (
            lambda tables: tables["locations"][0].update(latitude="NaN"),
            "locations.csv, line 2, column latitude: These are no degrees.",
        ),
        (
            lambda tables: tables["locations"][0].update(is_confidential="true"),
            "A confidential place must not say where it is.",
        ),
        (
            lambda tables: tables["addresses"][0].update(country="Portugal"),
            "addresses.csv, line 2, column country: This is no country's code.",
        ),
        (
            lambda tables: tables["organizations"][0].update(parent_organization_id=str(ORG)),
            "organizations.csv, line 2, column parent_organization_id: It",
        ),
        (
            lambda tables: tables["taxonomy_terms"][0].update(parent_id=tables["taxonomy_terms"][0]["id"]),
            "taxonomy_terms.csv, line 2, column parent_id: It stands under itself",
        ),
        (
            lambda tables: tables["taxonomy_terms"][0].update(position="40000"),
            "taxonomy_terms.csv, line 2, column position: This is no place in a list.",
        ),
        (
            lambda tables: tables["taxonomies"][0].update(version="9" * 65),
            "taxonomies.csv, line 2, column version: It has 65 characters.",
        ),
        (
            lambda tables: tables["taxonomy_terms"][0].update(code="Ill Egal"),
            "taxonomy_terms.csv, line 2, column code: This cannot be a code.",
        ),
    ],
)
def test_each_fault_is_named_where_it_is(package: bytes, tmp_path: Path, change: Change, said: str) -> None:
    tables = {name.removesuffix(".csv"): rows for name, rows in tables_of(package).items()}
    change(tables)
    filled = {name: rows for name, rows in tables.items() if rows}
    assert said in refused(put_together(tmp_path / "in", package, **filled))


def test_all_faults_are_said_at_once_in_their_order(package: bytes, tmp_path: Path) -> None:
    tables = tables_of(package)
    tables["services.csv"][0]["status"] = "open"
    rows = [{**tables["organizations.csv"][0], "id": str(new_id(str(number))), "name": ""} for number in range(300)]
    said = refused(put_together(tmp_path / "in", package, services=tables["services.csv"], organizations=rows))
    lines = said.splitlines()
    assert lines[0].startswith("organizations.csv, line 2, column name")
    assert lines[-2] == "… and 101 more. Mend these first."
    assert lines[-1] == "301 things are wrong. Nothing was taken in."
    assert len(lines) == 202


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "services.csv: The file is empty."),
        (b"\n", "services.csv: The file is empty."),
        (b"id;organization_id;name;status\n", "services.csv, line 1: There are semicolons between the cells."),
        (b"id\torganization_id\tname\tstatus\n", "There are tabs between the cells."),
        (b"id,organization_id,name\n", "services.csv, line 1: There is no column status. Add it to the first line"),
        (b"id,organization_id,name,status,name\n", "The column name is there twice."),
        (
            "id,organization_id,name,status\n1,2,Café,active\n".encode("latin-1"),
            "services.csv, line 2: This is not UTF-8",
        ),
        ("id,organization_id,name,status\n".encode("utf-16"), "services.csv, line 1: This is UTF-16"),
        (b"id,organization_id,name,status\n1,2\n", "services.csv, line 2: There are 2 cells, and 4 columns."),
        (b"id,organization_id,name,status\n1,2,3,4,5\n", "services.csv, line 2: There are 5 cells, and 4 columns."),
        (b'id,organization_id,name,status\n1,2,"x"y,4\n', "services.csv, line 2: This is no CSV"),
        (b'id,organization_id,name,status\n1,2,"never closed,4\n', "services.csv, line 2: This is no CSV"),
        (b"id,organization_id,name,status\n1,2,\x00,4\n", "services.csv, line 2: There is a zero byte in it"),
        (b"id,organization_id,name,status\n" + b"x" * 300_000, "services.csv, line 2: The line has more than"),
        (b"PK\x03\x04 and more\n", "services.csv, line 1: This is a spreadsheet or a zip file"),
    ],
)
def test_files_that_are_no_such_csv(package: bytes, tmp_path: Path, content: bytes, said: str) -> None:
    folder = put_together(tmp_path / "in", package)
    (folder / "services.csv").write_bytes(content)
    assert said in refused(folder)


def test_a_byte_order_mark_and_lines_without_cells_are_no_fault(package: bytes, tmp_path: Path) -> None:
    texts = files_of(package)
    folder = put_together(tmp_path / "in", package)
    (folder / "services.csv").write_bytes(b"\xef\xbb\xbf" + texts["services.csv"].encode() + b"\r\n,,\r\n\r\n")
    call_command("import_services", str(folder), stdout=io.StringIO())
    assert Service.objects.count() == 1


def _zip(path: Path, files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def test_packages_that_are_none(package: bytes, tmp_path: Path) -> None:
    path = tmp_path / "in.zip"
    texts: dict[str, bytes | str] = dict(files_of(package))
    path.write_bytes(b"no zip at all")
    assert "This is neither a zip file nor a folder." in refused(path)
    path.write_bytes(package[: len(package) // 2])
    assert "This is neither a zip file nor a folder." in refused(path)
    damaged = bytearray(package)
    damaged[60:90] = b"\x00" * 30
    path.write_bytes(damaged)
    assert "Nothing was taken in." in refused(path)
    assert "None of the standard's tables is in it." in refused(_zip(path, {"readme.txt": "hello"}))
    assert "None of the standard's tables" in refused(_zip(path, {}))
    assert "lie in several folders" in refused(_zip(path, {"a/services.csv": "id", "b/phones.csv": "id"}))
    assert "tables of the same kind" in refused(_zip(path, {"services.csv": "id", "service.csv": "id"}))
    assert "It holds 300 files" in refused(_zip(path, {f"{number}.csv": "" for number in range(300)}))
    assert "This is no JSON" in refused(_zip(path, {**texts, "datapackage.json": "{"}))
    assert "no list of resources" in refused(_zip(path, {**texts, "datapackage.json": "[]"}))
    outside = json.dumps({"resources": [{"name": "service", "path": "../../etc/passwd"}]})
    assert "is no file of the package" in refused(_zip(path, {**texts, "datapackage.json": outside}))
    assert "cannot be read" in refused(tmp_path / "nowhere.zip")


def test_a_file_that_was_packed_to_fill_a_disk_is_not_unpacked(package: bytes, tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "bomb.zip", {**files_of(package), "phones.csv": b"0" * 20_000_000})
    assert "No table of services packs so small" in refused(bomb)


def test_a_locked_package_is_refused(package: bytes, tmp_path: Path) -> None:
    content = bytearray(_zip(tmp_path / "in.zip", {"services.csv": "id"}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "in.zip").write_bytes(content)
    assert "locked with a password" in refused(tmp_path / "in.zip")
