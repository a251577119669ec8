"""A package goes in as it came out; what is hidden stays hidden, newer edits stay, and a second run writes nothing."""

import dataclasses
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.models import (
    Location,
    Organization,
    Revision,
    SearchPoint,
    Service,
    Taxonomy,
    Term,
)
from leeward.society.directory.operations import importing
from leeward.society.directory.operations.saving import save_location, save_service
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.rules.history import Source
from tests.society.directory.factories import BY, NOW, make_location, make_organization, make_service, new_id
from tests.society.directory.packages import Tables, export, files_of, put_together, tables_of
from tests.society.directory.varied import LISTED, Varied

pytestmark = pytest.mark.django_db


def empty() -> None:
    """Forget every entry."""
    Service.objects.all().delete()
    Location.objects.all().delete()
    Organization.objects.filter(parent__parent__isnull=False).delete()
    Organization.objects.filter(parent__isnull=False).delete()
    Organization.objects.all().delete()
    Term.objects.filter(parent__isnull=False).delete()
    Term.objects.all().delete()
    Taxonomy.objects.all().delete()
    Revision.objects.all().delete()


def kept(package: bytes, folder: Path) -> Path:
    path = folder / "package.zip"
    path.write_bytes(package)
    return path


def take_in(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_services", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


def refused(path: Path, *options: str) -> str:
    with pytest.raises(CommandError) as error:
        take_in(path, *options)
    return str(error.value)


def written() -> tuple[Any, ...]:
    """Everything whose change would be a write."""
    return (
        list(Service.objects.order_by("pk").values()),
        list(Location.objects.order_by("pk").values()),
        list(Organization.objects.order_by("pk").values()),
        list(Term.objects.order_by("pk").values()),
        Revision.objects.count(),
        AuditEvent.objects.count(),
    )


def row_of(tables: Tables, file: str, identity: object) -> dict[str, str]:
    return next(row for row in tables[file] if row["id"] == str(identity))


@pytest.mark.postgresql
def test_out_and_in_and_out_again_is_the_same(varied: Varied, tmp_path: Path) -> None:
    package = export()
    empty()
    said = take_in(kept(package, tmp_path))
    assert f"services: new {LISTED}, changed 0, same 0" in said
    assert files_of(export()) == files_of(package)
    assert export() == package
    full = Service.objects.whole().get(public_id=varied.full.id).as_record()
    wanted = dataclasses.replace(varied.full, name="Everything here", alert="Closed on Monday.", owner_email="")
    assert dataclasses.replace(full, last_modified=None) == dataclasses.replace(
        wanted,
        phones=full.phones,
        additional_urls=full.additional_urls,
        schedules=full.schedules,
        cost_options=full.cost_options,
        service_areas=full.service_areas,
        locations=full.locations,
        terms=full.terms,
    )
    assert search_services(Search(words="listen"), language="en", now=NOW).total > 0
    assert Revision.objects.filter(resource_type="service", action="create", updated_by="import").count() == LISTED
    assert set(Revision.objects.values_list("updated_by", flat=True)) == {"import"}


@pytest.mark.postgresql
def test_a_second_run_writes_nothing(varied: Varied, tmp_path: Path) -> None:
    path = kept(export(), tmp_path)
    empty()
    take_in(path)
    before = written()
    said = take_in(path)
    assert f"services: new 0, changed 0, same {LISTED}" in said
    assert written() == before


def test_what_came_from_here_changes_nothing_here(varied: Varied, tmp_path: Path) -> None:
    """Not even what no package tells: owners' addresses, what editors know of hidden places, who may see what."""
    before = written()
    said = take_in(kept(export(), tmp_path))
    assert f"same {LISTED}" in said
    assert written() == before


def test_a_dry_run_says_what_would_be_and_writes_nothing(varied: Varied, tmp_path: Path) -> None:
    package = export()
    empty()
    before = written()
    said = take_in(kept(package, tmp_path), "--dry-run")
    assert f"services: new {LISTED}" in said
    assert "nothing was written" in said
    assert written() == before
    assert take_in(tmp_path / "package.zip").splitlines()[-5:] == said.splitlines()[-6:-1]


@pytest.mark.postgresql
def test_a_changed_line_changes_one_entry_with_its_history(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    row_of(tables, "services.csv", varied.full.id)["name"] = "Another name"
    phone = next(row for row in tables["phones.csv"] if row["service_id"] == str(varied.full.id))
    phone["number"] = "+351 555 0199"
    path = put_together(tmp_path / "in", package, services=tables["services.csv"], phones=tables["phones.csv"])
    lines = Revision.objects.count()
    said = take_in(path)
    assert f"services: new 0, changed 1, same {LISTED - 1}" in said
    service = Service.objects.whole().get(public_id=varied.full.id)
    assert (service.name, service.as_record().phones[0].number) == ("Another name", "+351 555 0199")
    assert service.owner_email == varied.full.owner_email, "what the file cannot know stays"
    new = Revision.objects.order_by("-pk")[: Revision.objects.count() - lines]
    assert {(row.field, row.updated_by, row.action) for row in new} == {
        ("name", "import", "update"),
        ("phones", "import", "update"),
    }


def test_a_newer_edit_stays_and_that_is_said(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    row_of(tables, "services.csv", varied.full.id)["name"] = "The file's name"
    row_of(tables, "services.csv", varied.bare.id)["name"] = "The file's other name"
    path = put_together(tmp_path / "in", package, services=tables["services.csv"])
    record = Service.objects.whole().get(public_id=varied.full.id).as_record()
    later = {"source": Source.OWNER, "by": BY, "now": NOW + timedelta(days=1)}
    save_service(dataclasses.replace(record, name="The owner's name"), **later)
    said = take_in(path)
    number = [row["id"] for row in tables["services.csv"]].index(str(varied.full.id)) + 2
    assert f"services.csv, line {number}: The owner's name was edited here on 2026-11-26 10:30 UTC" in said
    assert "1 stay as they are here" in said
    assert Service.objects.get(public_id=varied.full.id).name == "The owner's name"
    assert Service.objects.get(public_id=varied.bare.id).name == "The file's other name"
    take_in(path, "--overwrite")
    assert Service.objects.get(public_id=varied.full.id).name == "The file's name"
    assert Revision.objects.filter(previous="The owner's name", replacement="The file's name").count() == 1


@pytest.mark.parametrize("options", [(), ("--overwrite",)])
def test_no_file_shows_a_place_that_is_hidden_here(varied: Varied, tmp_path: Path, options: tuple[str, ...]) -> None:
    package = export()
    tables = tables_of(package)
    place = row_of(tables, "locations.csv", varied.refuge_place)
    place.update(location_type="physical", latitude="51.98765", longitude="-8.12345", is_confidential="false")
    address = {**tables["addresses.csv"][0], "id": str(new_id("shown")), "location_id": str(varied.refuge_place)}
    service = row_of(tables, "services.csv", varied.refuge.id)
    service["hides_address"] = "false"
    path = put_together(
        tmp_path / "in",
        package,
        locations=tables["locations.csv"],
        addresses=[*tables["addresses.csv"], address],
        services=tables["services.csv"],
    )
    before = written()
    said = take_in(path, *options)
    assert "is confidential here, and no file shows it" in said
    assert "hides its address here, and no file ends that" in said
    assert written() == before
    place.pop("is_confidential")
    without = [{name: row[name] for name in place} for row in tables["locations.csv"]]
    put_together(tmp_path / "in", package, locations=without, addresses=[*tables["addresses.csv"], address])
    take_in(path, *options)
    assert written() == before
    assert not SearchPoint.objects.filter(latitude__gt=51).exists()


def test_a_file_can_hide_a_place(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    place = row_of(tables, "locations.csv", varied.place)
    others = {name: "" for name in place if name not in ("id", "last_modified")}
    place.update(others, location_type="virtual", is_confidential="true")
    kept_rows = {
        name: [row for row in tables[f"{name}.csv"] if row["location_id"] != str(varied.place)]
        for name in ("addresses", "accessibility")
    }
    path = put_together(tmp_path / "in", package, locations=tables["locations.csv"], addresses=kept_rows["addresses"])
    take_in(path)
    row = Location.objects.get(public_id=varied.place)
    assert (row.is_confidential, row.latitude, row.has_address, row.transportation) == (True, None, False, "")
    assert not SearchPoint.objects.filter(row__service__public_id=varied.full.id).exists()
    assert not Revision.objects.filter(resource_id=varied.place, field="address").exists()


def test_a_service_that_hides_is_refused_at_a_place_that_is_seen(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    row_of(tables, "services.csv", varied.full.id)["hides_address"] = "true"
    before = written()
    said = refused(put_together(tmp_path / "in", package, services=tables["services.csv"]))
    assert "column hides_address: It hides its address, and is given at a place that everybody can see." in said
    assert written() == before


def test_what_is_withdrawn_or_internal_stays_so(varied: Varied, tmp_path: Path) -> None:
    package = export()
    Service.objects.filter(public_id=varied.bare.id).update(withdrawn_at=NOW)
    Service.objects.filter(public_id=varied.stale.id).update(is_internal=True)
    tables = tables_of(package)
    for identity in (varied.bare.id, varied.stale.id):
        row_of(tables, "services.csv", identity)["name"] = "Changed"
    take_in(put_together(tmp_path / "in", package, services=tables["services.csv"]), "--overwrite")
    assert Service.objects.get(public_id=varied.bare.id).withdrawn_at == NOW
    assert Service.objects.get(public_id=varied.stale.id).is_internal


@pytest.mark.postgresql
def test_what_was_stopped_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    owner, place = make_organization().id, make_location()
    for number in range(25):
        make_service(f"Advice {number}", organization_id=owner, at=(place,))
    path = kept(export(), tmp_path)
    package = export()
    empty()
    parts = iter(range(100))
    real = importing.add_entries

    def stopped(**how: Any) -> Any:
        if next(parts) == 3:
            raise KeyboardInterrupt
        return real(**how)

    monkeypatch.setattr("leeward.society.directory.management.taking_in.AT_ONCE", 10)
    monkeypatch.setattr(importing, "add_entries", stopped)
    with pytest.raises(KeyboardInterrupt):
        take_in(path)
    assert Service.objects.count() == 10, "parts that were whole are there"
    assert Revision.objects.filter(resource_type="service").count() == 10
    assert "services: new 15, changed 0, same 10" in take_in(path)
    assert export() == package


@pytest.mark.postgresql
def test_a_new_service_gets_the_owner_that_is_named(varied: Varied, tmp_path: Path) -> None:
    path = kept(export(), tmp_path)
    Service.objects.filter(public_id=varied.bare.id).delete()
    take_in(path, "--owner-email", "asks@org.example")
    assert Service.objects.get(public_id=varied.bare.id).owner_email == "asks@org.example"
    assert Service.objects.get(public_id=varied.full.id).owner_email == varied.full.owner_email
    with pytest.raises(CommandError, match=r"name@example\.org"):
        take_in(path, "--owner-email", "nobody")


def test_what_a_file_does_not_speak_of_stays(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    row_of(tables, "services.csv", varied.full.id)["alert"] = "New alert"
    ours = ("ways", "coverage", "holidays", "is_crisis_line", "is_confidential", "hides_address", "wait_time")
    rows = [{name: value for name, value in row.items() if name not in ours} for row in tables["services.csv"]]
    path = put_together(tmp_path / "in", package, services=rows, schedules=None, cost_options=None, languages=None)
    before = Service.objects.whole().get(public_id=varied.full.id).as_record()
    said = take_in(path)
    assert f"services: new 0, changed 1, same {LISTED - 1}" in said
    after = Service.objects.whole().get(public_id=varied.full.id).as_record()
    assert after == dataclasses.replace(before, alert="New alert", last_modified=after.last_modified)


def test_parents_and_wider_terms_may_stand_below_in_the_file(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    for file in ("organizations", "taxonomy_terms"):
        above = "parent_organization_id" if file == "organizations" else "parent_id"
        tables[f"{file}.csv"].sort(key=lambda row: not row[above])
    path = put_together(
        tmp_path / "in", package, organizations=tables["organizations.csv"], taxonomy_terms=tables["taxonomy_terms.csv"]
    )
    empty()
    take_in(path)
    assert export() == package


def test_it_takes_few_queries_and_no_more_for_more(tmp_path: Path, django_assert_max_num_queries) -> None:
    owner, place = make_organization().id, make_location()
    for number in range(120):
        make_service(f"Advice {number}", organization_id=owner, at=(place,))
    path = kept(export(), tmp_path)
    with django_assert_max_num_queries(60):
        take_in(path)
    empty()
    with django_assert_max_num_queries(160):
        take_in(path)
    assert Service.objects.count() == 120


def test_a_package_of_others_is_taken_in_as_far_as_it_is_held(tmp_path: Path) -> None:
    """In the standard's own columns alone, with files and columns that we do not hold."""
    org, service, place, sal, phone = (str(new_id(name)) for name in ("o", "s", "p", "sp", "ph"))
    folder = tmp_path / "theirs"
    folder.mkdir()
    files = {
        "organizations.csv": f"id,name,description,tax_id\n{org},Sea Trust,It helps.,77\n",
        "services.csv": f"id,organization_id,name,status,email\n{service},{org},Sea Advice,active,a@sea.example\n",
        "locations.csv": f"id,location_type,name\n{place},physical,Pier\n",
        "service_at_location.csv": f"id,service_id,location_id\n{sal},{service},{place}\n",
        "phones.csv": (
            f"id,location_id,service_id,number\n{phone},{place},{service},'+44 1234 234567\n"
            f"{new_id('other')},{place},,0123 456\n"
        ),
        "languages.csv": f"id,service_id,code\n{new_id('l')},{service},ur\n",
        "programs.csv": "id\n",
        "datapackage.json": json.dumps({"resources": [{"name": "organization", "path": "organizations.csv"}]}),
    }
    for name, text in files.items():
        (folder / name).write_text("\ufeff" + text if name == "services.csv" else text, encoding="utf-8")
    said = take_in(folder)
    assert "organizations.csv: the column 'tax_id' is not held here." in said
    assert "programs.csv: a file that is not held here." in said
    assert "phones.csv: lines that belong to nothing that is held here." in said
    record = Service.objects.whole().get().as_record()
    assert [each.number for each in record.phones] == ["+44 1234 234567"]
    assert [way.value for way in record.ways] == ["phone", "email", "in_person"]
    assert record.languages == ("ur",)
    assert abs(record.last_modified - timezone.now()) < timedelta(hours=1)


def test_a_place_that_changed_here_since_is_not_moved_back(varied: Varied, tmp_path: Path) -> None:
    package = export()
    record = Location.objects.select_related("organization").get(public_id=varied.place).as_record()
    moved = dataclasses.replace(record, latitude=38.75)
    save_location(moved, source=Source.EDITOR, by=BY, now=NOW + timedelta(days=2))
    said = take_in(kept(package, tmp_path))
    assert "locations.csv" in said
    assert Location.objects.get(public_id=varied.place).latitude == 38.75


def test_zip_members_may_lie_in_a_folder(varied: Varied, tmp_path: Path) -> None:
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, text in files_of(export()).items():
            package.writestr(f"services/{name}", text)
        package.writestr("__MACOSX/services/._services.csv", b"\x00\x05")
    assert f"same {LISTED}" in take_in(path)


def test_an_id_of_another_service_is_refused_and_not_taken_away(varied: Varied, tmp_path: Path) -> None:
    package = export()
    tables = tables_of(package)
    row = next(row for row in tables["service_at_location.csv"] if row["service_id"] == str(varied.full.id))
    row["service_id"] = str(varied.bare.id)
    path = put_together(tmp_path / "in", package, service_at_location=tables["service_at_location.csv"])
    before = written()
    assert f"column id: Here this id belongs to the service {varied.full.id}." in refused(path)
    assert written() == before
