"""An authority's own file: mapped once by an analyst, read as it is from then on, and stopped where the map ends."""

import re
import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.forms import say_fault
from leeward.foundation.editing.lines import LinesRefused
from leeward.justice.outcomes.models import CodeList, Count, HeaderMap, Submission
from leeward.justice.outcomes.operations.links import make_link
from leeward.justice.outcomes.rules import maps
from leeward.justice.outcomes.rules.terms import Basis, FileKind
from tests.foundation.accounts import people
from tests.justice.outcomes.land import NOW, OPERATOR, authority, file_of, offences, quarter, send, use_codes

OUTCOMES = FileKind.OUTCOMES
MAP = maps.HeaderMap(
    columns={"period_start": "Quarter", "offence_code": "Crime", "outcome_code": "Result", "count": "How many"},
    skipped=["Region"],
    basis=Basis.OF_RECORDED,
)
HEAD = "Region;Quarter;Crime;Result;How many"
FILE = f"{HEAD}\nNorth;2025-Q1;ew-66b-share;1;30\nNorth;2025-Q1;ew-66b-share;16;170"
DAY = date(2026, 11, 1)


def ours(text: str = FILE, found: maps.HeaderMap = MAP, *, as_of: date | None = DAY) -> list[str]:
    return maps.as_ours(text, OUTCOMES, found, authority="harbour-police", as_of=as_of).split()


def refused(text: str = FILE, found: maps.HeaderMap = MAP, *, as_of: date | None = DAY) -> str:
    with pytest.raises(LinesRefused) as raised:
        ours(text, found, as_of=as_of)
    return " ".join(say_fault(each) for each in maps.in_their_words(raised.value.faults, found))


class TestAsOurs:
    @pytest.mark.parametrize("mark", [";", ",", "\t"])
    def test_each_line_says_the_same_in_our_columns(self, mark: str) -> None:
        assert (
            ours(FILE.replace(";", mark))
            == file_of(
                OUTCOMES,
                f"harbour-police,{quarter(2025, 1)},ew-66b-share,1,of_recorded,30,2026-11-01",
                f"harbour-police,{quarter(2025, 1)},ew-66b-share,16,of_recorded,170,2026-11-01",
            ).split()
        )

    def test_what_a_column_says_is_taken_as_it_says(self) -> None:
        found = maps.HeaderMap(
            columns={
                **MAP.columns, "authority": "Force", "period_end": "End", "as_of": "Day", "basis": "Kind",
            },
            called="Harbour",
        )  # fmt: skip
        head = "Force,Quarter,End,Crime,Result,Kind,How many,Day"
        (_head, line, other) = ours(
            f"{head}\nHarbour,2025-01-01,2025-03-31,a,1,in_period,3,2026-10-01\nElsewhere,x,y,a,1,z,3,w",
            found,
            as_of=None,
        )
        assert line == "harbour-police,2025-01-01,2025-03-31,a,1,in_period,3,2026-10-01"
        assert other == "Elsewhere,x,y,a,1,z,3,w"  # for the checks to refuse

    def test_what_the_map_does_not_know_or_the_file_lacks_is_named_with_the_way_out(self) -> None:
        said = refused(FILE.replace("Region;", "Area;").replace("Result", "Outcome"))
        assert "The map does not know these columns: Area, Outcome. Take them out, or ask for a new map." in said
        assert "the file lacks them: Result. Put them back, or ask for a new map." in said
        assert "Line 1: No column says as of which day" in refused(as_of=None)
        assert "Line 3: Enter 5 cells" in refused(f"{HEAD}\nNorth;2025-Q1;a;1;30\nNorth;2025-Q1;a;1")
        assert "These columns stand twice: Crime" in refused(FILE.replace("Region", "Crime"))

    @pytest.mark.parametrize("column", ["Victim name", "dob", "National ID", "الاسم", "Suspectname"])
    def test_a_column_about_persons_stops_the_file_and_cannot_be_mapped(self, column: str) -> None:
        assert "seem to be about persons" in refused(FILE.replace("Region", column))
        with pytest.raises(LinesRefused):
            maps.read_head(HEAD.replace("Region", column))

    @pytest.mark.parametrize("head", ["", "one", ",".join(["a"] * 3), ",".join(f"c{n}" for n in range(41)), "a,,b"])
    def test_a_first_line_that_is_none_is_refused(self, head: str) -> None:
        with pytest.raises(LinesRefused):
            maps.read_head(head)

    def test_a_map_names_what_each_file_needs(self) -> None:
        assert maps.lacking(OUTCOMES, MAP) == ()
        assert maps.lacking(OUTCOMES, maps.HeaderMap(columns={"count": "n"})) == (
            "period_start", "offence_code", "outcome_code", "basis",
        )  # fmt: skip


@pytest.mark.django_db
def test_an_analyst_maps_a_file_and_its_authority_hands_it_in_as_it_is() -> None:
    use_codes()
    harbour, strange = authority(), CodeList.objects.get(kind="outcome")
    people.employ("ana", Role.ANALYST)
    analyst, force = people.come_in("ana"), Client()
    send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 200))
    address = reverse("outcomes:map", args=[harbour, "outcomes"])
    assert "Not mapped" in analyst.get(reverse("outcomes:maps", args=[harbour])).content.decode()
    assert "about persons" in analyst.post(address, {"head": "Name,Count"}).content.decode()
    asked = analyst.post(address, {"head": HEAD})
    assert asked.status_code == 200
    assert ">How many<" in re.sub(r"\s+", "", asked.content.decode()).replace("Howmany", "How many")
    typed = {
        "head": HEAD, "column_0": "", "column_1": "period_start", "column_2": "offence_code", "column_3": "count",
        "column_4": "count", "basis": "", "called": "", "offence_list": "", "code_list": str(strange.public_id),
    }  # fmt: skip
    wrong = analyst.post(address, typed)
    assert wrong.status_code == 400
    for said in ("Another column already is this one: Result", "Name the column that is: outcome_code"):
        assert said in wrong.content.decode()
    typed |= {"column_3": "outcome_code", "basis": "of_recorded"}
    for _version in (1, 2):
        assert analyst.post(address, typed).status_code == 303
    assert [row.version for row in HeaderMap.objects.order_by("pk")] == [1, 2]
    assert 'value="period_start" selected' in analyst.post(address, {"head": HEAD}).content.decode()  # as before
    page = analyst.get(reverse("outcomes:maps", args=[harbour])).content.decode()
    assert "Counts now: map version 2" in page
    assert "Counted before: map version 1" in page
    assert analyst.get(reverse("outcomes:map", args=[harbour, "courts"])).status_code == 404

    here = reverse("outcomes:link-send", args=[make_link(authority=harbour, by=OPERATOR, now=NOW), "outcomes"])
    shown = force.get(here).content.decode()
    assert "Your own file is read as it is: map version 2" in shown
    sent = {"lines": FILE.replace(";30", ";3.5"), "as_of": "2026-11-01", "reason": ""}
    assert "Line 2, How many (count): Enter a whole number" in force.post(here, sent).content.decode()
    sent["lines"] = FILE
    assert "Line 1: No column says as of which day" in force.post(here, {**sent, "as_of": ""}).content.decode()
    assert "Your own file, read by its map, version 2" in force.post(here, sent).content.decode()
    assert force.post(here, {**sent, "keep": "1"}).status_code == 303
    row = Submission.objects.get(kind=OUTCOMES)
    assert row.header_map == HeaderMap.objects.get(version=2)
    assert {each.code.code_list for each in Count.objects.filter(submission=row) if each.code} == {strange}
    assert "Read as their own file: map version 2" in (
        analyst.get(reverse("outcomes:submission", args=[row.public_id])).content.decode()
    )
    template = file_of(OUTCOMES, f"harbour-police,{quarter(2025, 1)},ew-66b-share,1,of_recorded,200,2026-11-01")
    kept = {"lines": template, "as_of": "", "reason": "With our own columns", "keep": "1"}
    assert force.post(here, kept).status_code == 303  # the template is always taken as well
    assert Submission.objects.latest("pk").header_map is None


@pytest.mark.django_db
def test_nobody_but_an_analyst_maps() -> None:
    harbour = authority()
    people.employ("stella", Role.STATISTICIAN, affiliation=str(harbour))
    for address in (reverse("outcomes:maps", args=[harbour]), reverse("outcomes:map", args=[harbour, "offences"])):
        assert people.come_in("stella").get(address).status_code == 403
    people.employ("ana", Role.ANALYST)
    assert people.come_in("ana").get(reverse("outcomes:maps", args=[uuid.uuid4()])).status_code == 404
