"""Live evidence says what it counts, and says so where there is nothing to count."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from leeward.foundation.accounts.rules import Role
from leeward.industry.bank.models import Draw, Entry, Withdrawal
from leeward.industry.bank.rules import Door
from leeward.industry.platforms.models import Platform
from leeward.policy.assessment.errors import QueryUnknown
from leeward.policy.assessment.queries import evidence
from leeward.policy.assessment.queries.evidence import Part, run_all, run_query
from leeward.policy.assessment.rules.evidence import (
    QUERIES,
    Count,
    EvidenceValue,
    NoValue,
    Told,
    Unit,
    judge,
    judge_told,
)
from leeward.policy.statistics.dashboard.charting import said_of
from leeward.policy.statistics.dashboard.sentences import sentence_for
from leeward.policy.statistics.operations.gathering import gather, take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Frequency
from leeward.policy.statistics.rules.measures import Measure, Measured
from tests.foundation.accounts.people import employ

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
SHARE, NUMBER = QUERIES["platforms.with_lead"], QUERIES["directory.languages"]
GONE = QUERIES["removals.gone_share"]


class TestJudging:
    @pytest.mark.parametrize(
        ("count", "value", "why"),
        [
            (Count(number=0, base=0), None, NoValue.NOTHING_YET),
            (Count(number=9, base=9), None, NoValue.TOO_FEW),
            (Count(number=0, base=10), 0, None),
            (Count(number=10, base=10), 100, None),
            (Count(number=299, base=300), 99, None),
            (None, None, NoValue.NOTHING_YET),
        ],
    )
    def test_a_share_is_of_ten_at_least_and_rounded_down(
        self, count: Count | None, value: int | None, why: NoValue | None
    ) -> None:
        found = judge(SHARE, count, on=TODAY)
        assert (found.value, found.no_value, found.on) == (value, why, TODAY)

    def test_a_number_needs_no_base_and_nothing_is_a_number_too(self) -> None:
        assert judge(NUMBER, Count(number=0), on=TODAY).value == 0
        with pytest.raises(ValueError, match="needs its base"):
            judge(SHARE, Count(number=3), on=TODAY)

    def test_what_is_printed_is_told_as_it_is_and_dated_by_the_end_of_its_period(self) -> None:
        july, next_week = date(2026, 7, 31), TODAY + timedelta(days=6)
        found = judge_told(GONE, Told(value=99.9, on=july), on=TODAY)
        assert (found.value, found.on) == (99.9, july)
        assert judge_told(NUMBER, Told(value=40.0, on=next_week), on=TODAY).on == TODAY
        assert judge_told(GONE, Told(value=None, on=july), on=TODAY).no_value is NoValue.HIDDEN
        assert judge_told(GONE, None, on=TODAY).no_value is NoValue.NOTHING_YET

    def test_a_value_or_a_reason(self) -> None:
        for value, why in ((None, None), (3, NoValue.TOO_FEW)):
            with pytest.raises(ValueError, match="one of the two"):
                EvidenceValue(query=SHARE, value=value, on=TODAY, no_value=why)


def test_every_query_runs_and_says_what_it_is() -> None:
    assert evidence._RUNNERS.keys() | evidence._PRINTED.keys() == QUERIES.keys()
    assert not evidence._RUNNERS.keys() & evidence._PRINTED.keys()
    of_people = {name for name in QUERIES if name.startswith(("removals.", "bank.hashes", "bank.withdrawals"))}
    assert of_people <= evidence._PRINTED.keys(), "they pass the protection and its ledger"
    for query in QUERIES.values():
        assert all([query.title, query.definition, query.scope, query.caveat])


@pytest.mark.django_db
class TestOnThisPlatform:
    def test_an_empty_one_is_honest(self) -> None:
        found = {each.query.name: each for each in run_all(now=NOW)}
        assert found.keys() == QUERIES.keys()
        for each in found.values():
            if each.query.unit is Unit.PERCENT or each.query.name.startswith(("directory.", "bank.hashes")):
                assert (each.value, each.no_value) == (None, NoValue.NOTHING_YET), each.query.name
        assert found["duties.regimes_in_use"].value
        assert found["removals.open_over_30_days"].no_value is NoValue.NOTHING_YET

    def test_an_unknown_one_is_refused(self) -> None:
        with pytest.raises(QueryUnknown):
            run_query("bank.secrets", now=NOW)

    def test_platforms_by_what_is_written_down(self) -> None:
        for number in range(10):
            Platform.objects.create(
                name=f"Site {number}",
                created_at=NOW,
                lead_name="A. Lead" if number < 8 else "",
                lead_checked_on=TODAY if number < 7 else None,  # a name that nobody has checked is none
                reporting_url="https://site.example/report" if number < 3 else "",
            )
        Platform.objects.create(name="Met", created_at=NOW, is_listed=False, lead_name="A. Lead")
        gather(now=NOW)
        publish_figures(now=NOW)
        assert run_query("platforms.with_lead", now=NOW).value == 70
        assert run_query("platforms.with_reporting_page", now=NOW).value == 30

    def test_the_exchange_by_draws_hashes_and_withdrawals(self) -> None:
        ours, theirs = (Platform.objects.create(name=name, created_at=NOW) for name in ("Ours", "Theirs"))
        for platform, door, days in ((ours, 0, 1), (ours, 1, 2), (theirs, 0, 8)):
            Draw.objects.create(platform=platform, door=_door(door), last_fetch_at=NOW - timedelta(days=days))
        entries = [_entry(number, days=1 if number < 52 else -1) for number in range(60)]
        _entry(60, days=9, canary_for=ours)
        _entry(61, days=9, sequence=None, first_sequence=None, stamped_at=None)
        for number, entry in enumerate(entries):
            Withdrawal.objects.create(
                entry=entry,
                platform=ours,
                asked_at=NOW - timedelta(days=3),
                due_at=NOW - timedelta(days=1) if number < 40 else NOW + timedelta(days=1),
                acknowledged_at=NOW - timedelta(days=2) if number < 31 else None,
                stale_at=NOW if number == 30 else None,
            )
        gather(now=NOW)
        publish_figures(now=NOW)
        assert run_query("bank.platforms_drawing", now=NOW).value == 1
        assert run_query("bank.hashes_in_force", now=NOW).no_value is NoValue.NOTHING_YET  # before the month is over
        over = datetime(2026, 12, 1, 12, tzinfo=UTC)
        gather(now=over)
        publish_figures(now=over)
        found = run_query("bank.hashes_in_force", now=over)
        assert (found.value, found.on) == (50, date(2026, 11, 30))  # of 52, as the statistics have it
        assert run_query("bank.withdrawals_acknowledged", now=over).value == 75

    def test_what_the_statistics_hide_no_evidence_tells(self) -> None:
        for number in range(9):
            _entry(number, days=9)
        for now in (NOW, datetime(2026, 12, 1, 12, tzinfo=UTC)):
            gather(now=now)
            publish_figures(now=now)
        assert run_query("bank.hashes_in_force", now=now).no_value is NoValue.HIDDEN

    def test_staff_of_the_desk(self) -> None:
        employ("amina", Role.SUPERVISOR)
        employ("basil", Role.AUDITOR)
        assert run_query("accounts.desk_staff", now=NOW).value == 1

    def test_the_command_tells_value_unit_date_and_scope(self) -> None:
        out = io.StringIO()
        call_command("evidence", "--json", stdout=out)
        found = json.loads(out.getvalue())
        assert [each["name"] for each in found] == sorted(QUERIES)
        for each in found:
            assert {"value", "unit", "date", "scope", "definition", "caveat"} <= each.keys()
            assert (each["value"] is None) is bool(each.get("no_value"))
        out = io.StringIO()
        call_command("evidence", stdout=out)
        assert "removals.gone_share: There is nothing to count yet." in out.getvalue()


def _door(number: int) -> str:
    return list(Door)[number].value


def _entry(number: int, *, days: int, **values: Any) -> Entry:
    return Entry.objects.create(
        hash_type="pdq",
        value=f"{number:064x}",
        variant="original",
        level=0,
        quality=100,
        expires_on=TODAY + timedelta(days=days),
        **{"sequence": number, "first_sequence": number, "stamped_at": 1, **values},
    )


@pytest.mark.django_db
def test_the_share_of_what_is_gone_is_what_is_printed_of_the_newest_month_that_changes_no_more() -> None:
    july, october = date(2026, 7, 1), date(2026, 10, 1)
    for start, sent, gone in ((july, 400, 371), (october, 400, 120)):
        take_in(
            [
                Measured(measure=measure, step=Frequency.MONTH, start=start, count=count)
                for measure, count in ((Measure.SENT, sent), (Measure.SENT_GONE, gone))
            ],
            source="elsewhere",
            now=NOW,
        )
    publish_figures(now=NOW)
    found = run_query("removals.gone_share", now=NOW)
    assert (found.value, found.on) == (93, date(2026, 7, 31))  # 370 of 400 is known to two points: no tenths


def test_evidence_speaks_in_the_words_of_the_statistics() -> None:
    for name, printed in evidence._PRINTED.items():
        indicator, query = find_indicator(printed.indicator), QUERIES[name]
        if printed.help_ is not None:  # one kind of it, in words of its own
            assert query.caveat == str(indicator.caveat)
        elif printed.part is Part.VALUE:
            told = (indicator.title, indicator.definition, indicator.caveat)
            assert (query.title, query.definition, query.caveat) == tuple(map(str, told)), name
        else:
            assert query.title == str(indicator.numerator)


@pytest.mark.django_db
def test_what_people_say_of_one_kind_of_help_is_evidence_by_the_quarter() -> None:
    assert run_query("helpline.met_law", now=NOW).no_value is NoValue.NOTHING_YET
    told = {"": (183, 109), "law": (80, 60), "removal": (85, 40), "police": (9, 5), "referral": (9, 4)}
    take_in(
        [
            Measured(measure=measure, step=Frequency.QUARTER, start=date(2026, 4, 1), count=count, code=code)
            for code, counts in told.items()
            for measure, count in zip((Measure.HELPS_SAID, Measure.HELPS_MET), counts, strict=True)
        ],
        source="elsewhere",
        now=NOW,
    )
    publish_figures(now=NOW)
    found = run_query("helpline.met_removal", now=NOW)
    assert (found.value, found.on) == (47, date(2026, 6, 30))
    assert run_query("helpline.met_referral", now=NOW).no_value is NoValue.HIDDEN  # because it is small


@pytest.mark.django_db
def test_evidence_and_the_dashboard_tell_one_number() -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    for start, services, fresh in ((october, 148, 135), (november, 367, 349)):
        take_in(
            [
                Measured(measure=measure, step=Frequency.MONTH, start=start, count=count)
                for measure, count in ((Measure.SERVICES, services), (Measure.SERVICES_FRESH, fresh))
            ],
            source="elsewhere",
            now=NOW,
        )
    publish_figures(now=NOW)
    [printed] = series("directory-freshness", Frequency.MONTH)
    said, found = said_of(printed), run_query("directory.verified_share", now=NOW)
    assert said is not None
    assert (found.value, found.on) == (said.newest.value, date(2026, 10, 31)) == (91.2, date(2026, 10, 31))
    assert f"{found.value}%" in sentence_for(printed)
    assert run_query("directory.services_listed", now=NOW).value == said.newest.numerator == 135
