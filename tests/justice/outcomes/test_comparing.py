"""Two ways of counting never share a line: years, one authority's own quarters, and the tables of one year."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.models import Submission
from leeward.justice.outcomes.operations.founding import load_shipped, publish_method, switch_codes
from leeward.justice.outcomes.operations.links import make_link
from leeward.justice.outcomes.queries.codes import list_code_lists
from leeward.justice.outcomes.rules.codes import NewCode, NewCodeList, NewMethod, Shipped
from leeward.justice.outcomes.rules.comparing import CodeChange, changed_codes, stages_by_code, two_ways
from leeward.justice.outcomes.rules.terms import CodeKind, CountUnit, MethodKind, Stage
from tests.foundation.accounts import people
from tests.justice.outcomes.land import NOW, OPERATOR, authority, publish_counts, use_codes, whole_year

HARBOUR = "harbour-police"
COUNTS = {"0": 20, "1": 30, "16": 80, "18": 70}
SAID = "An outcome counts from the day of its decision."


def test_a_code_that_leads_elsewhere_comes_or_goes_is_a_change() -> None:
    before = stages_by_code([("1", Stage.CHARGED), ("14", Stage.NO_SUPPORT), ("9", Stage.CAUTION), ("ew-1", None)])
    after = stages_by_code([("1", Stage.CHARGED), ("14", Stage.EVIDENCE), ("22", Stage.DIVERSION)])
    assert changed_codes(before, before) == []
    assert changed_codes(before, after) == [
        CodeChange(code="14", before=(Stage.NO_SUPPORT,), after=(Stage.EVIDENCE,)),
        CodeChange(code="22", before=(), after=(Stage.DIVERSION,), is_new=True),
        CodeChange(code="9", before=(Stage.CAUTION,), after=()),
        CodeChange(code="ew-1", before=(), after=(), is_offence=True),
    ]
    assert two_ways(stages_by_code([("1", Stage.CHARGED), ("2", Stage.CAUTION), ("1", Stage.CAUTION)])) == ["1"]


def new_method() -> None:
    """From now on outcomes are counted in another way."""
    what = {"en": "Each recorded offence has one outcome."}
    new = NewMethod(
        code="became-of", version=2, kind=MethodKind.OUTCOMES, unit=CountUnit.OFFENCES, what=what,
        changed={"en": SAID}, source="The ministry",
    )  # fmt: skip
    publish_method(new=new, by=OPERATOR, now=NOW)


def new_codes() -> None:
    """From now on code 16 leads to another stage."""
    (old,) = (each for each in list_code_lists() if each.kind is CodeKind.OUTCOME)
    codes = tuple(
        NewCode(code=each.code, name=each.name, stage=Stage.EVIDENCE if each.code == "16" else each.stage)
        for each in old.codes
    )
    lists = (NewCodeList(jurisdiction=old.jurisdiction, kind=CodeKind.OUTCOME, source="The ministry", codes=codes),)
    load_shipped(found=Shipped(lists=lists), by=OPERATOR, now=NOW)
    (new,) = (each for each in list_code_lists() if each.kind is CodeKind.OUTCOME and each.version == 2)
    switch_codes(code_list=new.reference, checked_on=NOW.date(), by=OPERATOR, now=NOW)


def nothing() -> None:
    """Nothing changes."""


def print_years(change: Callable[[], None]) -> uuid.UUID:
    """A force whose 2024 and 2025 are printed; between them the way of counting may change."""
    use_codes()
    force = authority()
    whole_year(force, HARBOUR, COUNTS, year=2024)
    publish_counts(2024)
    change()
    whole_year(force, HARBOUR, COUNTS, year=2025)
    publish_counts(2025)
    return force


def own_page(force: uuid.UUID, start: str) -> str:
    """What an authority without an account sees of its outcomes of a quarter, by its link."""
    token = make_link(authority=force, by=OPERATOR, now=NOW)
    row = Submission.objects.get(kind="outcomes", period_start=start)
    return Client().get(reverse("outcomes:link-submission", args=[token, row.public_id])).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (new_method, (SAID, "became-of 2")),
        (new_codes, ("16</bdi>: The victim does not support → Evidence short, the victim supports",)),
    ],
)
def test_two_ways_are_refused_for_years_and_for_an_authoritys_own_quarters(
    change: Callable[[], None], told: tuple[str, ...]
) -> None:
    force = print_years(change)
    page = Client().get(reverse("outcomes:compare")).content.decode()
    assert "These two years cannot be compared" in page
    assert "Charge rate" not in page
    own = own_page(force, "2025-01-01")
    assert "Not compared with 2024-Q1: it was counted in another way." in own
    assert "2024-Q1: 15%" not in own
    for said in told:
        assert said in page
        assert said in own
    assert "Not compared" not in own_page(force, "2024-01-01")


@pytest.mark.django_db
def test_what_was_counted_alike_is_compared() -> None:
    force = print_years(nothing)
    page = Client().get(reverse("outcomes:compare")).content.decode()
    assert "Charge rate" in page
    assert "cannot be compared" not in page
    assert "2024-Q1: 15%" in own_page(force, "2025-01-01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "named"), [(new_method, "became-of 1: Harbour Police; became-of 2: Eastmarsh"), (new_codes, "16")]
)
def test_a_year_that_was_counted_in_two_ways_is_not_printed(change: Callable[[], None], named: str) -> None:
    use_codes()
    harbour, east = authority(), authority("eastmarsh")
    whole_year(harbour, HARBOUR, COUNTS)
    change()
    whole_year(east, "eastmarsh", COUNTS)
    with pytest.raises(FieldRefused, match="mixed"):
        publish_counts(2025)
    people.employ("ana", Role.ANALYST)
    ana = people.come_in("ana")
    years = ana.get(reverse("outcomes:years")).content.decode()
    assert f"This was counted in two ways, which may not stand in one table: {named}." in years
    assert reverse("outcomes:draft-year", args=[2025]) not in years
    answer = ana.post(reverse("outcomes:draft-year", args=[2025]), {"reason": ""})
    assert answer.status_code == 400
    said = f"This was counted in two ways, which may not stand in one table: {named}. Ask for those quarters again"
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_a_file_is_not_asked_about_against_another_method() -> None:
    use_codes()
    force = authority()
    whole_year(force, HARBOUR, {"1": 400}, year=2024)
    new_method()
    whole_year(force, HARBOUR, {"1": 20}, year=2025)
    assert Submission.objects.get(kind="offences", period_start="2025-01-01").warnings == ["far"]
    assert Submission.objects.get(kind="outcomes", period_start="2025-01-01").warnings == []
