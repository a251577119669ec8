"""A year is published by two people, of whom the second has seen what it changes; and what has been handed in."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.errors import AlreadySigned, SameHands
from leeward.foundation.editions.rules.changes import Change
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import SUPPRESSED, TOTAL, Published
from leeward.foundation.work.rooms import what_waits
from leeward.justice.outcomes.models import Count, Printing, Submission
from leeward.justice.outcomes.operations.deciding import withdraw_submission
from leeward.justice.outcomes.operations.founding import publish_method
from leeward.justice.outcomes.operations.links import make_link
from leeward.justice.outcomes.operations.printing import discard_year, draft_year, publish_year
from leeward.justice.outcomes.queries.printings import printed_years, read_year, waiting_drafts
from leeward.justice.outcomes.queries.years import handed_lines
from leeward.justice.outcomes.rules.changing import Difference, Hidden, compare_cells, hidden_cells
from leeward.justice.outcomes.rules.codes import NewMethod
from leeward.justice.outcomes.rules.handing_in import DUE_WITHIN, Handed, HandedIn, due_on, handed_in
from leeward.justice.outcomes.rules.printing import Family
from leeward.justice.outcomes.rules.terms import CountUnit, FileKind, MethodKind
from tests.foundation.accounts import people
from tests.justice.outcomes.land import (
    NOW,
    OPERATOR,
    SECOND,
    accept,
    authority,
    offences,
    outcomes,
    publish_counts,
    send,
    use_codes,
    whole_year,
)

HARBOUR, EAST = "harbour-police", "eastmarsh"
COUNTS = {"0": 20, "1": 30, "16": 80, "18": 70}
QUARTER = Period(start=date(2026, 1, 1), step=Frequency.QUARTER)
POLICE = (FileKind.OFFENCES, FileKind.OUTCOMES)
DAY = timedelta(days=1)


class TestHandedIn:
    """The rule, without a database."""

    def test_the_last_day_is_in_time_and_the_next_is_late(self) -> None:
        last = due_on(QUARTER)
        assert last == date(2026, 3, 31) + DUE_WITHIN
        for day, state in ((last, Handed.YES), (last + DAY, Handed.LATE)):
            first = {FileKind.OFFENCES: date(2026, 4, 2), FileKind.OUTCOMES: day}
            assert handed_in(QUARTER, expected=POLICE, first=first, today=last + 9 * DAY) == HandedIn(state=state)

    def test_what_is_partly_here_is_missing_once_its_day_is_over_and_says_what_lacks(self) -> None:
        last, first = due_on(QUARTER), {FileKind.OFFENCES: date(2026, 4, 2)}
        lacks = (FileKind.OUTCOMES,)
        for today, state in ((last, Handed.NOT_DUE), (last + DAY, Handed.MISSING)):
            found = handed_in(QUARTER, expected=POLICE, first=first, today=today)
            assert found == HandedIn(state=state, lacks=lacks)
        nothing = handed_in(QUARTER, expected=POLICE, first={}, today=last + DAY)
        assert nothing == HandedIn(state=Handed.MISSING)
        assert handed_in(QUARTER, expected=(), first={}, today=last + DAY).state is Handed.NOT_EXPECTED


def test_what_a_draft_changes_is_told_number_by_number() -> None:
    def cells(**stages: Published) -> dict[str, dict[str, dict[str, Published]]]:
        return {Family.OF_RECORDED: {TOTAL: stages}}

    before = cells(charged=Published(value=30), caution=SUPPRESSED, no_support=Published(value=10), gone=SUPPRESSED)
    now = cells(charged=Published(value=35), caution=SUPPRESSED, no_support=SUPPRESSED, new=Published(value=20))
    found = {each.stage: each.change for each in compare_cells(before, now)}
    assert found == {
        "charged": Change.CHANGED, "caution": Change.SAME, "no_support": Change.CHANGED, "new": Change.NEW,
        "gone": Change.GONE,
    }  # fmt: skip
    assert Difference(family=Family.RESULTS, row=TOTAL, stage="x", before=None, now=SUPPRESSED).change is Change.NEW
    true = {Family.OF_RECORDED: {TOTAL: {"caution": 3, "no_support": 12}}}
    assert list(hidden_cells(now, true)) == [
        (Family.OF_RECORDED, TOTAL, "caution", Hidden.SMALL),
        (Family.OF_RECORDED, TOTAL, "no_support", Hidden.TELLS),
    ]


@pytest.fixture
def force(db: None) -> uuid.UUID:
    """A force of which 2024 is published, and 2025 handed in whole."""
    use_codes()
    harbour = authority()
    whole_year(harbour, HARBOUR, {"0": 40, "1": 20, "16": 70, "18": 70}, year=2024)
    publish_counts(2024)
    whole_year(harbour, HARBOUR, COUNTS)
    return harbour


def drafted(year: int = 2025, reason: str = "") -> Printing:
    return Printing.objects.get(public_id=draft_year(year=year, reason=reason, by=OPERATOR, now=NOW))


def correct(force: uuid.UUID) -> None:
    """Ten more offences of the first quarter, which led to a charge, are handed in and accepted."""
    accept(force, send(force, FileKind.OFFENCES, offences(HARBOUR, 2025, 1, 210), reason="Ten were entered late"))
    text = outcomes(HARBOUR, 2025, 1, {**COUNTS, "1": 40})
    accept(force, send(force, FileKind.OUTCOMES, text, reason="Ten were entered late"))


@pytest.mark.postgresql
def test_nobody_publishes_what_they_prepared_and_a_draft_is_read_by_nobody(force: uuid.UUID) -> None:
    row = drafted()
    assert (printed_years(), read_year(2025)) == ([2024], None)
    assert [each.year for each in waiting_drafts()] == [2025]
    with pytest.raises(FieldRefused, match="waits"):
        drafted()
    with pytest.raises(SameHands):
        publish_year(printing=row.public_id, sha256=row.sha256, by=OPERATOR, now=NOW)
    with pytest.raises(FieldRefused, match="digest"):
        publish_year(printing=row.public_id, sha256="0" * 64, by=SECOND, now=NOW)
    with transaction.atomic(), pytest.raises(DatabaseError):  # by SQL neither
        Printing.objects.filter(pk=row.pk).update(signed_at=NOW, signed_by=row.drafted_by)
    publish_year(printing=row.public_id, sha256=row.sha256, by=SECOND, now=NOW)
    found = read_year(2025)
    assert found is not None
    assert (found.revision, found.printed_at) == (1, NOW)
    assert waiting_drafts() == []
    for change in ({"reason": "x"}, {"signed_by": "somebody"}, {"cells": {}}):
        with transaction.atomic(), pytest.raises(DatabaseError):
            Printing.objects.filter(pk=row.pk).update(**change)
    with transaction.atomic(), pytest.raises(DatabaseError):
        row.delete()
    with pytest.raises(AlreadySigned):
        discard_year(printing=row.public_id, why="Too late", by=SECOND, now=NOW)


@pytest.mark.postgresql
def test_a_draft_that_is_thrown_away_keeps_its_reason_and_none_of_its_numbers(force: uuid.UUID) -> None:
    row = drafted()
    discard_year(printing=row.public_id, why="A force corrects its file", by=SECOND, now=NOW)
    row.refresh_from_db()
    assert (row.cells, row.counts, row.about) == ({}, {}, {})
    assert (row.discarded_why, row.discarded_by) == ("A force corrects its file", SECOND.id)
    assert drafted().revision == 1  # the next draft has the same number


@pytest.mark.django_db
def test_a_draft_of_counts_that_have_changed_since_is_not_published(force: uuid.UUID) -> None:
    row = drafted()
    late = Submission.objects.filter(authority__public_id=force, period_start="2025-01-01").earliest("pk")
    withdraw_submission(submission=late.public_id, reason="The system was wrong", by=OPERATOR, now=NOW)
    with pytest.raises(FieldRefused, match="moved"):
        publish_year(printing=row.public_id, sha256=row.sha256, by=SECOND, now=NOW)
    assert read_year(2025) is None
    row.refresh_from_db()
    assert row.signed_at is None


def clients(*names: str) -> list[Client]:
    for name in names:
        if people.employ(name, Role.ANALYST).waits:
            people.let_in(name, by=names[0])
    return [people.come_in(name) for name in names]


def years_to_sign(name: str) -> list[object]:
    """The years that wait on somebody's home page."""
    kinds = what_waits(User.objects.get(username=name), has_key=True, now=NOW)
    return [need.about for each in kinds if each.address == reverse("outcomes:years") for need in each.needs]


def shown(client: Client, address: str) -> str:
    """What a page says, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


@pytest.mark.django_db
def test_the_second_analyst_sees_last_years_figure_what_changes_and_what_is_hidden_and_then_done(
    force: uuid.UUID,
) -> None:
    ana, bo = clients("ana", "bo")
    everybody = reverse("outcomes:funnel") + "?year=2025"
    answer = ana.post(reverse("outcomes:draft-year", args=[2025]), {"reason": ""})
    assert answer.status_code == 303
    page = answer.headers["Location"]
    own = shown(ana, page)
    assert "You prepared this year. Ask another analyst to look at it and to sign it off." in own
    assert f"{page}/sign" not in ana.get(page).content.decode()
    looks = shown(bo, page)
    assert re.search(r"Closed because the victim does not support 35% \([\d.]+ to [\d.]+\) 40% \[e\]", looks)
    for said in (
        "Figure 2024 This draft",
        "Offences recorded 800",
        "This year has not been published before: all its numbers are new.",
        "What is hidden, and why",
        "It is small",
    ):
        assert said in looks, said
    for client in (ana, bo):
        assert "Done" not in shown(client, page)
    assert Client().get(everybody).status_code == 404
    sign = f"{page}/sign"
    digest = Printing.objects.get(year=2025).sha256
    form = {"looked": "on", "sha256": digest}
    refused = ana.post(sign, form)
    assert refused.status_code == 400
    assert "You prepared this year." in refused.content.decode()
    unread = bo.post(sign, {"sha256": digest})
    assert unread.status_code == 400
    assert Client().get(everybody).status_code == 404
    assert "Done" not in shown(bo, page)
    assert (years_to_sign("ana"), years_to_sign("bo")) == ([], ["2025"])
    answer = bo.post(sign, form)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    done = shown(bo, page)
    assert "Done" in done
    assert "Everybody can read it." in done
    assert "15% [e]" in Client().get(everybody).content.decode()


@pytest.mark.django_db
def test_a_year_that_is_published_again_shows_each_number_that_is_another(force: uuid.UUID) -> None:
    publish_counts(2025)
    correct(force)
    ana, bo = clients("ana", "bo")
    again = reverse("outcomes:draft-year", args=[2025])
    assert ana.post(again, {"reason": ""}).status_code == 400
    page = ana.post(again, {"reason": "Ten offences came late"}).headers["Location"]
    looks = shown(bo, page)
    for said in (
        "Published before, and another number now",
        "Figure 2024 Published before This draft What became of it",
        "Offences recorded 800 (±2) 800 (±2) 810 (±2) Changed",
        "The year Charged 120 130 Changed",
    ):
        assert said in looks, said
    assert "Done" not in looks
    first = read_year(2025)
    assert first is not None
    assert first.revision == 1


@pytest.mark.django_db
def test_last_years_figure_does_not_stand_beside_one_that_was_counted_in_another_way() -> None:
    use_codes()
    harbour = authority()
    whole_year(harbour, HARBOUR, COUNTS, year=2024)
    publish_counts(2024)
    new = NewMethod(
        code="became-of", version=2, kind=MethodKind.OUTCOMES, unit=CountUnit.OFFENCES, what={"en": "Twice."},
        changed={"en": "The first outcome counts."}, source="x",
    )  # fmt: skip
    publish_method(new=new, by=OPERATOR, now=NOW)
    whole_year(harbour, HARBOUR, COUNTS)
    (ana,) = clients("ana")
    looks = shown(ana, reverse("outcomes:draft", args=[drafted().public_id]))
    assert "Not compared with 2024: it was counted in another way. became-of 2" in looks
    assert "Figure This draft" in looks


class TestMatrix:
    """What has been handed in of each quarter, for analysts and for each authority's own."""

    @pytest.fixture
    def land(self, db: None) -> dict[str, uuid.UUID]:  # noqa: ARG002  # opens the database
        """One force whose first quarter is in time and whose second is late, and one that hands in half a quarter."""
        use_codes()
        found = {code: authority(code) for code in (HARBOUR, EAST)}
        in_time, late = datetime(2025, 4, 20, 12, tzinfo=UTC), datetime(2026, 1, 5, 12, tzinfo=UTC)
        for code, number, now in ((HARBOUR, 1, in_time), (HARBOUR, 2, late), (EAST, 1, in_time)):
            as_of = now.date().isoformat()
            send(found[code], FileKind.OFFENCES, offences(code, 2025, number, 4321, as_of=as_of), now=now)
            if code == HARBOUR:
                text = outcomes(code, 2025, number, {"0": 4321}, as_of=as_of)
                send(found[code], FileKind.OUTCOMES, text, now=now)
        return found

    @pytest.mark.usefixtures("land")
    def test_it_says_yes_late_and_missing_by_authority_and_quarter(self) -> None:
        lines = handed_lines([2025], today=date(2026, 1, 10))
        assert [(each.authority, [one.state for one in each.quarters]) for each in lines] == [
            ("Eastmarsh", [Handed.MISSING, Handed.MISSING, Handed.MISSING, Handed.NOT_DUE]),
            ("Harbour Police", [Handed.YES, Handed.LATE, Handed.MISSING, Handed.NOT_DUE]),
        ]
        assert lines[0].quarters[0].lacks == (FileKind.OUTCOMES,)

    def test_a_correction_of_what_came_in_time_is_not_late_and_a_withdrawn_file_is_missing(
        self, land: dict[str, uuid.UUID]
    ) -> None:
        late = datetime(2026, 1, 5, 12, tzinfo=UTC)
        text = outcomes(HARBOUR, 2025, 1, {"0": 4320, "1": 1}, as_of="2026-01-05")
        send(land[HARBOUR], FileKind.OUTCOMES, text, reason="One charge came late", now=late)
        (line,) = handed_lines([2025], today=date(2026, 1, 10), authority=land[HARBOUR])
        assert line.quarters[0].state is Handed.YES
        live = Submission.objects.get(authority__public_id=land[HARBOUR], period_start="2025-01-01", kind="offences")
        withdraw_submission(submission=live.public_id, reason="Wrong", by=OPERATOR, now=late)
        (line,) = handed_lines([2025], today=date(2026, 1, 10), authority=land[HARBOUR])
        assert line.quarters[0].state is Handed.MISSING

    def test_analysts_see_every_row_an_authority_its_own_and_nobody_a_count(
        self, land: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (ana,) = clients("ana")
        people.employ("stella", Role.STATISTICIAN, affiliation=str(land[EAST]))
        stella = people.come_in("stella")
        link = reverse("outcomes:link-counts", args=[make_link(authority=land[EAST], by=OPERATOR, now=NOW)])
        people.at(monkeypatch, NOW)
        years = shown(ana, reverse("outcomes:years"))
        assert "Authority Q1 Q2 Q3 Q4 Eastmarsh Missing What became of them Missing" in years
        assert "Harbour Police Yes Late Missing Missing" in years
        for client, address in ((stella, reverse("outcomes:own-counts")), (Client(), link)):
            own = shown(client, address)
            assert "Year Q1 Q2 Q3 Q4" in own
            assert "2025 Missing What became of them Missing Missing Missing" in own
            row = own.partition("What has been handed in")[2].partition("The files of a quarter are due")[0]
            assert "Late" not in row
            assert "Harbour" not in own
        assert Count.objects.filter(number=4321).exists()
        for page in (years, own):
            assert "4321" not in page.replace(",", "")
        assert stella.get(reverse("outcomes:years")).status_code == 403
