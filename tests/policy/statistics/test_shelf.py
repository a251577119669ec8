"""The shelf of figures: today's addresses and bytes, and what every shelf says of its editions."""

import hashlib
import html
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pyshacl import validate
from rdflib import Graph

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.models import EarlySight, Erratum
from leeward.foundation.editions.operations import add_erratum, note_early_sight
from leeward.foundation.editions.rules.datafiles import Column, TableFile
from leeward.foundation.notary.queries import find_entries
from leeward.policy.statistics.operations import releases
from leeward.policy.statistics.queries.releases import FIGURES
from tests.foundation.accounts.people import come_in, employ
from tests.policy.statistics.kept_counts import NOW
from tests.policy.statistics.published_catalogue import write_shapes
from tests.policy.statistics.releases import (
    draft_release,
    find_draft,
    find_release,
    plan_release,
    sign_release,
)

pytestmark = pytest.mark.django_db

ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))
SITE = "https://leeward.example"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# What releases were made of before they stood on editions: the digest of each file of these numbers, and of all.
TABLE = TableFile(
    name="observations.csv",
    title="Every printed number",
    columns=(
        Column(name="indicator", description="Id.", required=True),
        Column(name="start", description="First day.", datatype="date", required=True),
        Column(name="value", description="The value.", datatype="decimal"),
        Column(name="label", description="=Name."),
    ),
    key=("indicator", "start"),
    rows=(
        {"indicator": "removal-rate", "start": date(2026, 4, 1), "value": 71.4, "label": "=b", "end": date(2026, 5, 1)},
        {"indicator": "removal-rate", "start": date(2026, 5, 1), "value": None, "end": date(2026, 6, 1)},
    ),
)
GOLDEN = {
    "observations.csv": "d75b94d5b9d52f632da86a074f81443ed1a1d7822a097e5668f05e660e68e299",
    "csvw.json": "f31dee737fcf2e238fe95435228c6ffd25f3f14af88c18b463c1a172ffca4f45",
    "datapackage.json": "f290c6a283e133f7d32960b07c99953f071ebedccf45aa83e933d8f2bc9d795d",
    "dcat.jsonld": "887a232483f5d5bf8c8546cc298e8e30e5be4813eb0603de1484db87fea75d26",
}
GOLDEN_SUMS = "167e59ad2015be440f7d47e93b405d361e43fc3b3870b10ba2bed73eb230ee27"


@pytest.fixture(autouse=True)
def founded(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_URL, settings.LEEWARD_NATION = SITE, "Fairhaven"
    monkeypatch.setattr(releases, "tables_with_quality", lambda **_now: (TABLE,))


def released(title: str = "Figures of spring", words: str = "The first.") -> str:
    at = NOW.replace(hour=9, minute=0, second=0, microsecond=0)
    name = draft_release(title=title, words=words, licence=LICENCE, by=ADA, now=at)
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=NOW)
    return name


def test_a_release_has_the_bytes_digests_and_addresses_that_it_had_before(client: Client) -> None:
    name = released()
    assert name == "2026-08-15"
    found = find_release(name)
    assert {file.name: file.sha256 for file in found.files} == GOLDEN
    assert found.sha256 == GOLDEN_SUMS
    at = f"/statistics/releases/{name}"
    for file, digest in GOLDEN.items():
        assert hashlib.sha256(client.get(f"{at}/{file}").content).hexdigest() == digest
    for sums in ("sha256sums.txt", "SHA256SUMS"):
        assert hashlib.sha256(client.get(f"{at}/{sums}").content).hexdigest() == GOLDEN_SUMS
    [leaf] = find_entries("statistics-release", name)
    assert leaf.leaf.sha256 == GOLDEN_SUMS
    for path in ("/statistics/releases", at, "/editions"):
        assert client.get(path).status_code == 200
    assert client.get(f"{at}/csvw.json?by=day").status_code == 400


def test_an_edition_says_how_it_is_cited_and_what_it_took_the_place_of(client: Client) -> None:
    first = released()
    second = released("Figures of summer")
    assert (find_release(second).replaces, find_release(first).replaced_by) == (first, second)
    page = html.unescape(client.get(f"/statistics/releases/{second}").content.decode())
    digest = find_release(second).sha256
    cited = f"Fairhaven: Figures of summer. Edition {second}, 2026-08-15. {SITE}/statistics/releases/{second}"
    assert f"{cited} (SHA-256 {digest})" in page
    assert f'href="/statistics/releases/{first}"' in page
    assert "Nobody is on record as having seen it early." in page
    said = client.get(f"/statistics/releases/{second}/dataset.jsonld").json()
    assert (said["@type"], said["version"], said["creditText"]) == ("Dataset", second, f"{cited} (SHA-256 {digest})")
    assert said["temporalCoverage"] == "2026-04-01/2026-05-31"
    assert {each["contentUrl"].rpartition("/")[2] for each in said["distribution"]} == set(GOLDEN)


@pytest.mark.filterwarnings("ignore:.*ConjunctiveGraph:DeprecationWarning")  # pyshacl's own
def test_the_shelf_is_a_series_by_dcat_ap(client: Client) -> None:
    first, second = released(), released("Figures of summer")
    shapes = Graph().parse(data=write_shapes(), format="turtle")

    def conforms(said: Any) -> bool:
        graph = Graph().parse(data=json.dumps(said), format="json-ld")
        return bool(validate(graph, shacl_graph=shapes, advanced=False)[0])

    record = client.get("/statistics/releases/catalogue.jsonld").json()
    assert conforms(record)
    newest, older = record["dcat:dataset"]
    assert (newest["dcat:version"], older["dcat:version"]) == (second, first)
    assert newest["dcat:previousVersion"]["@id"] == older["@id"] == f"{SITE}/statistics/releases/{first}"
    assert "dcat:previousVersion" not in older
    assert newest["dcat:inSeries"]["@id"] == f"{SITE}/statistics/releases#series"
    assert newest["dct:issued"]["@value"] == "2026-08-15"
    for part, name, wrong in (
        (newest["dcat:inSeries"], "dct:title", None),
        (newest["dcat:inSeries"], "@type", "dcat:Dataset"),
        (newest, "dcat:previousVersion", {"@id": f"{SITE}/nowhere"}),
    ):
        held = part.pop(name)
        if wrong:
            part[name] = wrong
        older["dcat:inSeries"] = newest["dcat:inSeries"]
        assert not conforms(record), name
        part[name] = held
    assert conforms(record)


def test_what_is_wrong_is_said_in_public_and_in_the_log_and_the_edition_stays() -> None:
    name = released()
    before = find_release(name)
    said = {"place": "observations.csv", "before": "71.4", "after": "70.1", "reason": "A box was found."}
    with pytest.raises(FieldRefused):
        add_erratum(shelf=FIGURES, name=name, **{**said, "reason": " "}, by=ADA, now=NOW)
    add_erratum(shelf=FIGURES, name=name, **said, by=ADA, now=NOW)
    add_erratum(shelf=FIGURES, name=name, **said, by=ADA, now=NOW)
    found = find_release(name)
    assert (found.sha256, found.files, len(found.errata)) == (before.sha256, before.files, 2)
    assert [len(find_entries("erratum", f"{FIGURES}/{name}/{number}")) for number in (1, 2, 3)] == [1, 1, 0]
    page = Client().get(f"/statistics/releases/{name}").content.decode()
    assert "A box was found." in page
    for change in (lambda: Erratum.objects.update(after="71.4"), lambda: Erratum.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    draft = draft_release(title="Not yet", licence=LICENCE, by=ADA, now=NOW)
    with pytest.raises(EditionUnknown):
        add_erratum(shelf=FIGURES, name=draft, **said, by=ADA, now=NOW)


def test_who_saw_it_early_is_told_for_good() -> None:
    name = draft_release(title="Figures", licence=LICENCE, by=ADA, now=NOW)
    note_early_sight(shelf=FIGURES, name=name, body="The Minister's office", reason="A speech.", by=ADA, now=NOW)
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=NOW)
    assert "A speech." in Client().get(f"/statistics/releases/{name}").content.decode()
    with pytest.raises(EditionUnknown):
        note_early_sight(shelf=FIGURES, name=name, body="Late", reason="After it.", by=ADA, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        EarlySight.objects.all().delete()


def test_the_calendar_is_read_by_calendar_programs(client: Client) -> None:
    day = NOW.date() + timedelta(days=4_000)
    plan_release(on=day, title="Figures of summer", words="If all goes well.", by=ADA, now=NOW)
    answer = client.get("/statistics/releases/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    [event] = [each for each in events if each["uid"].startswith("figures-planned-")]
    assert (event.decoded("dtstart"), str(event["summary"])) == (day, "Figures of summer")
    assert str(event["description"]) == "If all goes well."


def test_the_data_dictionary_tells_each_column_of_each_file(client: Client) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", " ", client.get("/statistics/releases/data-dictionary").content.decode()))
    for told in ("observations.csv", "corrections.csv", "Id of the indicator, as in indicators.csv.", "denominator"):
        assert told in page


def test_staff_note_early_sight_and_errata_on_their_pages() -> None:
    employ("petra", Role.POLICY_OFFICER)
    employ("rob", Role.REVIEWER)
    petra = come_in("petra")
    name = draft_release(title="Figures", licence=LICENCE, by=ADA, now=NOW)
    early = reverse("statistics-data:draft-early", args=[name])
    assert "Say why" in petra.post(early, {"body": "Cabinet office"}).content.decode()
    petra.post(early, {"body": "Cabinet office", "reason": "It answers in parliament."})
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=NOW)
    wrong = reverse("statistics-data:erratum", args=[name])
    said = {"place": "observations.csv", "before": "71.4", "after": "70.1", "reason": "A box was found."}
    answer = petra.post(wrong, said, follow=True)
    assert "A box was found." in answer.content.decode()
    assert "It answers in parliament." in answer.content.decode()
    rob = come_in("rob")
    assert [rob.get(path).status_code for path in (early, wrong)] == [403, 403]


@pytest.mark.postgresql
def test_nothing_of_a_signed_edition_changes_by_sql_and_a_draft_can() -> None:
    draft = draft_release(title="Draft", licence=LICENCE, by=ADA, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE editions_edition SET title = 'Other'")
        cursor.execute("DELETE FROM editions_editionfile WHERE name = 'csvw.json'")
    assert len(find_draft(draft).files) == 3
    sign_release(edition=draft, sha256=find_draft(draft).sha256, by=BO, now=NOW)
    columns = "edition_id, name, media_type, sha256, size, content"
    for statement in (
        "UPDATE editions_edition SET title = 'Figures'",
        "UPDATE editions_edition SET signed_at = NULL, signed_by = ''",
        "DELETE FROM editions_edition",
        "UPDATE editions_editionfile SET content = ''",
        "DELETE FROM editions_editionfile",
        f"INSERT INTO editions_editionfile ({columns}) SELECT id, 'a', 'b', '', 0, '' FROM editions_edition",  # noqa: S608
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert find_release(draft).title == "Other"
