"""Releases: frozen by two people, in files that the standards' own tools read, at addresses that stay."""

import csv
import hashlib
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pyshacl import validate
from rdflib import Graph

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.errors import AlreadySigned, DraftsTooMany, EditionUnknown, SameHands
from leeward.foundation.editions.models import Edition, EditionFile
from leeward.foundation.editions.operations import DRAFTS_MOST, EditionVerb
from leeward.foundation.editions.rules.datafiles import DataFile, digest_of
from leeward.foundation.editions.signed import SignedState
from leeward.policy.statistics.errors import NothingToPublish
from leeward.policy.statistics.operations import releases
from leeward.policy.statistics.queries.releases import compare_draft
from leeward.foundation.editions.rules.changes import Change
from tests.policy.statistics.kept_counts import NOW, counts, keep
from tests.policy.statistics.published_catalogue import write_shapes
from tests.policy.statistics.releases import (
    all_releases,
    discard_draft,
    draft_release,
    drafts,
    find_draft,
    find_for_staff,
    find_release,
    plan_release,
    planned,
    read_file,
    sign_release,
    unplan_release,
)
from tests.policy.statistics.some_figures import some_figures

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))
DAY = timedelta(days=1)


def released(*, now: datetime = NOW) -> str:
    edition = draft_release(title="Figures of spring", words="The first.", by=ADA, now=now)
    sign_release(edition=edition, sha256=find_draft(edition).sha256, by=BO, now=now)
    return edition


def files_of(edition: str) -> dict[str, bytes]:
    return {file.name: read_file(edition, file.name)[1] for file in find_release(edition).files}


def test_one_drafts_and_another_signs_and_then_nothing_changes() -> None:
    with pytest.raises(NothingToPublish):
        draft_release(title="Too early", by=ADA, now=NOW)
    some_figures()
    edition = draft_release(title="Figures of spring", by=ADA, now=NOW)
    assert [each.name for each in drafts()] == [edition] == ["2026-08-15"]
    digest = find_draft(edition).sha256
    with pytest.raises(EditionUnknown):
        find_release(edition)
    with pytest.raises(SameHands):
        sign_release(edition=edition, sha256=digest, by=ADA, now=NOW)
    with pytest.raises(FieldRefused, match="digest"):
        sign_release(edition=edition, sha256="0" * 64, by=BO, now=NOW)
    sign_release(edition=edition, sha256=f" {digest.upper()} ", by=BO, now=NOW)
    with pytest.raises(AlreadySigned):
        sign_release(edition=edition, sha256=digest, by=BO, now=NOW)
    with pytest.raises(AlreadySigned):
        discard_draft(edition=edition, why="Late.", by=BO, now=NOW)
    signed = Edition.objects.get()
    changes = [
        lambda: Edition.objects.update(title="Other"),
        lambda: Edition.objects.update(signed_at=None),
        lambda: Edition.objects.update(discarded_at=NOW, discarded_by="bo", discarded_why="Late."),
        lambda: connection.cursor().execute("DELETE FROM editions_edition"),
        lambda: EditionFile.objects.update(name="other"),
        lambda: EditionFile.objects.all().delete(),
        lambda: EditionFile.objects.create(edition=signed, name="more.csv", size=0, content=b""),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    # The last day that is covered, not the one after it, on which the tables let April end.
    assert find_release(edition).covers_until == date(2026, 4, 30)
    [dataset] = [json.loads(files_of(edition)["dcat.jsonld"])["dcat:dataset"]]
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2026-04-30"


def test_what_is_printed_later_is_in_the_next_release_and_not_in_this_one() -> None:
    some_figures()
    first = released()
    before = files_of(first)
    keep(*counts(date(2026, 5, 1), SENT=300, SENT_GONE=200))
    second = released(now=NOW)
    assert second == f"{first}-2"
    assert files_of(first) == before
    assert files_of(second) != before
    assert [each.name for each in all_releases()] == [second, first]
    assert (find_release(first).replaced_by, find_release(second).replaced_by) == (second, "")


def test_a_period_that_still_runs_is_in_no_release() -> None:
    some_figures()
    running = NOW.date().replace(day=1)
    keep(*counts(running, SERVICES=9, SERVICES_FRESH=8))
    edition = released()
    table = list(csv.DictReader(io.StringIO(files_of(edition)["observations.csv"].decode())))
    assert "2026-08" not in {row["period"] for row in table}
    assert max(row["end"] for row in table) <= running.isoformat()
    assert find_release(edition).covers_until < running


def test_each_number_of_a_draft_is_compared_with_the_release_before() -> None:
    some_figures()
    edition = draft_release(title="First", by=ADA, now=NOW)
    newest, found = compare_draft(edition)
    assert newest == ""
    assert {each.change for each in found} == {Change.NEW}
    sign_release(edition=edition, sha256=find_draft(edition).sha256, by=BO, now=NOW)
    keep(*counts(SENT={"a": 160, "b": 3, "c": 45}, SENT_GONE={"a": 130, "b": 1, "c": 25}), reason="A box was found.")
    keep(*counts(date(2026, 5, 1), SENT=300, SENT_GONE=200))
    newest, found = compare_draft(draft_release(title="Second", by=ADA, now=NOW))
    rates = {(each.period, each.code): each for each in found if each.indicator == "removal-rate"}
    assert newest == edition
    shown = {place: (each.before and each.before.value, each.now and each.now.value) for place, each in rates.items()}
    assert shown["2026-Q1", "a"] == (75, 81)
    assert (rates["2026-Q1", "a"].change, rates["2026-Q1", "a"].was_final) == (Change.CHANGED, True)
    assert (rates["2025-Q4", "a"].change, rates["2026-05", "_T"].change) == (Change.SAME, Change.NEW)
    assert next(each.period for each in found if each.indicator == "removal-rate" and each.code == "_T") == "2026-05"


def test_a_draft_can_be_thrown_away_and_why_is_kept() -> None:
    some_figures()
    edition = draft_release(title="Figures", by=ADA, now=NOW)
    with pytest.raises(FieldRefused):
        discard_draft(edition=edition, why=" ", by=ADA, now=NOW)
    assert len(drafts()) == 1
    discard_draft(edition=edition, why="April is wrong.", by=BO, now=NOW)
    assert (drafts(), all_releases()) == ((), ())
    kept = find_for_staff(edition)
    assert kept.state is SignedState.DISCARDED
    assert (kept.title, kept.discarded_by, kept.discarded_why) == ("Figures", "bo", "April is wrong.")
    assert not EditionFile.objects.exists()
    for gone in (
        lambda: discard_draft(edition=edition, why="Twice.", by=ADA, now=NOW),
        lambda: sign_release(edition=edition, sha256=kept.sha256, by=BO, now=NOW),
        lambda: find_draft(edition),
        lambda: find_release(edition),
    ):
        with pytest.raises(EditionUnknown):
            gone()
    for words in ({"title": " "}, {"title": "x" * 201}, {"words": "x" * 501}, {"licence": "public domain"}):
        with pytest.raises(FieldRefused):
            draft_release(**{"title": "Figures", **words}, by=ADA, now=NOW)


def test_the_calendar_names_days_to_come() -> None:
    plan_release(on=NOW.date() + DAY, title="Spring", words="If all goes well.", by=ADA, now=NOW)
    plan_release(on=NOW.date(), title="Today", by=ADA, now=NOW)
    assert [each.title for each in planned(today=NOW.date())] == ["Today", "Spring"]
    with pytest.raises(FieldRefused):
        plan_release(on=NOW.date() - DAY, title="Gone", by=ADA, now=NOW)
    some_figures()
    released()
    unplan_release(on=NOW.date() + DAY, by=ADA, now=NOW)
    assert planned(today=NOW.date()) == ()


def test_the_table_of_observations_is_tidy_and_hides_what_is_hidden() -> None:
    some_figures()
    table = files_of(released())["observations.csv"]
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    by_place = {(row["indicator"], row["period"], row["code"]): row for row in rows}
    assert len(by_place) == len(rows)
    shown = by_place["removal-rate", "2026-Q1", "a"]
    assert (shown["value"], shown["status"], shown["numerator"], shown["denominator"]) == ("75", "", "90", "120")
    assert (shown["breakdown"], shown["unit"], shown["scope"], shown["label"]) == ("platform", "percent", "items", "A")
    hidden = by_place["removal-rate", "2026-Q1", "b"]
    assert (hidden["value"], hidden["status"], hidden["numerator"], hidden["denominator"]) == ("", "c", "", "")
    assert by_place["reports-filed", "2026-03", "_T"]["status"] == "c"
    assert by_place["removal-rate", "2026-W10", "_T"]["value"] == "67"
    # A spreadsheet takes nothing in it for a formula.
    assert by_place["removal-rate", "2025-Q4", "'=b"]["label"] == "'=B"


@pytest.mark.filterwarnings("default")  # it tells its own findings from warnings
def test_csvw_reads_every_table_and_refuses_a_bad_cell(tmp_path: Path) -> None:
    some_figures()
    for name, content in files_of(released()).items():
        (tmp_path / name).write_bytes(content)
    read = CSVW(str(tmp_path / "csvw.json"), validate=True)
    assert read.is_valid
    assert len(read.tables) == 5
    bad = (tmp_path / "observations.csv").read_bytes().replace(b",120,", b",many,", 1)
    (tmp_path / "observations.csv").write_bytes(bad)
    assert not CSVW(str(tmp_path / "csvw.json"), validate=True).is_valid


def test_the_data_package_names_each_table_as_it_is() -> None:
    some_figures()
    files = files_of(released())
    package = json.loads(files["datapackage.json"])
    assert package["licenses"][0]["path"].startswith("https://")
    parsers = {
        "string": str,
        "integer": int,
        "number": float,
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
    }
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        header, *rows = csv.reader(io.StringIO(content.decode()))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == header
        for row in rows:
            for field, cell in zip(fields, row, strict=True):
                assert cell or not field["constraints"]["required"]
                if cell:
                    parsers[field["type"]](cell)
        keys = [tuple(row[header.index(name)] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)


def test_drafts_have_an_end_and_whoever_meets_it_is_told_what_to_do() -> None:
    some_figures()
    editions = [draft_release(title=f"Number {number}", by=ADA, now=NOW) for number in range(DRAFTS_MOST)]
    with pytest.raises(DraftsTooMany):
        draft_release(title="One more", by=ADA, now=NOW)
    discard_draft(edition=editions[0], why="One too many.", by=BO, now=NOW)
    assert draft_release(title="One more", by=ADA, now=NOW) not in editions


def drafting_meanwhile(monkeypatch: pytest.MonkeyPatch, *titles: str) -> None:
    """While files are made for a draft, its edition read and nothing of it written, Bo makes one: a title each time."""
    waiting, make_files = list(titles), releases.make_files

    def made(*arguments: Any) -> Any:
        if waiting:
            title = waiting.pop(0)
            with monkeypatch.context() as undisturbed:
                undisturbed.setattr(releases, "make_files", make_files)
                draft_release(title=title, by=BO, now=NOW)
        return make_files(*arguments)

    monkeypatch.setattr(releases, "make_files", made)


@pytest.mark.parametrize("others", [("Bo's",), ("Bo's first", "Bo's second")])
def test_drafts_of_the_same_instant_are_all_made_and_each_is_whole(
    others: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    some_figures()
    drafting_meanwhile(monkeypatch, *others)
    edition = draft_release(title="Ada's", by=ADA, now=NOW)
    assert edition == f"2026-08-15-{len(others) + 1}"
    assert {each.name: each.title for each in drafts()} == {
        **dict(zip(("2026-08-15", "2026-08-15-2"), others, strict=False)),
        edition: "Ada's",
    }
    for each in drafts():
        kept = Edition.objects.get(name=each.name)
        package = json.loads(bytes(kept.files.get(name="datapackage.json").content))
        assert each.name in json.dumps(package), "made for another edition"
        assert find_draft(each.name).sha256 == digest_of(
            DataFile(name=file.name, media_type=file.media_type, content=bytes(file.content))
            for file in kept.files.all()
        )
    trail = AuditEvent.objects.filter(verb=EditionVerb.DRAFTED.value).values_list("subject_reference", "actor_id")
    assert sorted(trail) == sorted((each.name, "ada" if each.name == edition else "bo") for each in drafts())


def test_the_last_free_place_for_a_draft_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    some_figures()
    for number in range(DRAFTS_MOST - 1):
        draft_release(title=f"Number {number}", by=BO, now=NOW)
    drafting_meanwhile(monkeypatch, "Bo's last")
    with pytest.raises(DraftsTooMany):
        draft_release(title="Ada's", by=ADA, now=NOW)
    assert [each.title for each in drafts()].count("Bo's last") == 1
    assert len(drafts()) == DRAFTS_MOST


@pytest.mark.filterwarnings("ignore:.*ConjunctiveGraph:DeprecationWarning")  # pyshacl's own
def test_the_catalogue_record_holds_to_dcat_ap() -> None:
    some_figures()
    record = json.loads(files_of(released())["dcat.jsonld"])
    shapes = Graph().parse(data=write_shapes(), format="turtle")

    def conforms(said: Any) -> bool:
        graph = Graph().parse(data=json.dumps(said), format="json-ld")
        assert len(graph) > 40
        return bool(validate(graph, shacl_graph=shapes, advanced=False)[0])

    assert conforms(record)
    for part, name in (
        (record, "dct:publisher"),
        (record["dcat:dataset"], "dct:title"),
        (record["dcat:dataset"]["dcat:distribution"][0], "dcat:accessURL"),
        (record["dcat:dataset"]["dcat:distribution"][0]["spdx:checksum"], "spdx:algorithm"),
    ):
        held = part.pop(name)
        assert not conforms(record), name
        part[name] = held
    assert conforms(record)


def test_everything_can_be_checked_by_the_releases_digest(client: Client) -> None:
    some_figures()
    edition = released()
    sums = client.get(reverse("statistics-data:release-sums", args=[edition])).content
    assert hashlib.sha256(sums).hexdigest() == find_release(edition).sha256
    for line in sums.decode().splitlines():
        digest, name = line.split("  ")
        answer = client.get(reverse("statistics-data:release-file", args=[edition, name]))
        assert hashlib.sha256(answer.content).hexdigest() == digest
        assert answer["Access-Control-Allow-Origin"] == "*"


def test_pages_of_releases_show_what_is_published_and_no_draft(client: Client) -> None:
    some_figures()
    draft = draft_release(title="Not yet", by=ADA, now=NOW)
    for name, arguments in (("release", [draft]), ("release-sums", [draft]), ("release-file", [draft, "csvw.json"])):
        assert client.get(reverse(f"statistics-data:{name}", args=arguments)).status_code == 404
    edition = released()
    keep(*counts(SENT={"a": 160, "b": 3, "c": 45}, SENT_GONE={"a": 130, "b": 1, "c": 25}), reason="A box was found.")
    page = client.get(reverse("statistics-data:releases")).content.decode()
    assert "Figures of spring" in page
    assert "Not yet" not in page
    assert "A box was found." in page
    page = client.get(reverse("statistics-data:release", args=[edition])).content.decode()
    for name in ("observations.csv", "csvw.json", "datapackage.json", "dcat.jsonld"):
        assert name in page


def test_programs_read_the_same_protected_series(client: Client) -> None:
    some_figures()
    where = reverse("statistics-data:api-series", args=["removal-rate"])
    answer = client.get(where)
    assert answer["Access-Control-Allow-Origin"] == "*"
    [found] = answer.json()["series"]
    # March: of 140, 100 are gone.
    assert found["points"][0] == {
        "period": "2026-03",
        "start": "2026-03-01",
        "end": "2026-04-01",
        "value": 71,
        "low": 69,
        "high": 74,
        "why": ["rounded"],
        "status": "",
        "numerator": 100,
        "denominator": 140,
    }
    by_platform = client.get(where, {"breakdown": "platform"}).json()["series"]
    assert {each["code"]: each["points"][0]["value"] for each in by_platform} == {
        "=b": 50.0,
        "a": 78,
        "b": None,
        "c": None,
    }
    assert len(client.get(where, {"step": "week"}).json()["series"][0]["points"]) == 1
    table = client.get(reverse("statistics-data:api-series-csv", args=["removal-rate"]))
    assert len(table.content.splitlines()) == 1 + 2
    assert client.get(reverse("statistics-data:api-all-series")).json()["series"]
    listed = client.get(reverse("statistics-data:api-indicators")).json()["indicators"]
    assert {each["number"] for each in listed if each["number"]} == set(range(1, 25))
    assert client.get(reverse("statistics-data:api-corrections")).json() == {"corrections": []}
    released()
    assert client.get(reverse("statistics-data:api-releases")).json()["releases"][0]["edition"] == "2026-08-15"


@pytest.mark.parametrize(
    ("indicator", "query", "status", "says"),
    [
        ("happiness", {}, 404, "There is no indicator 'happiness'"),
        ("removal-rate", {"step": "year"}, 400, "Ask for week or month or quarter"),
        ("removal-rate", {"breakdown": "rung"}, 400, "told by quarter and platform"),
        ("removal-rate", {"breakdown": "platform", "step": "week"}, 400, "told by quarter and platform"),
        ("reversals", {"breakdown": "platform"}, 400, "told as a whole only"),
    ],
)
def test_wrong_questions_are_answered_with_what_can_be_asked(
    client: Client, indicator: str, query: dict[str, str], status: int, says: str
) -> None:
    answer = client.get(reverse("statistics-data:api-series", args=[indicator]), query)
    assert answer.status_code == status
    assert says in answer.json()["error"]


def test_the_command_gathers_prints_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("gather_statistics")
    assert "22 periods of sources gathered, 2 periods printed." in capsys.readouterr().out
    call_command("gather_statistics")
    assert "0 periods of sources gathered, 0 periods printed." in capsys.readouterr().out
