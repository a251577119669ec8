"""Live evidence says what it counts, and says so where there is nothing to count."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from leeward.foundation.accounts.rules import Role
from leeward.industry.bank.models import Draw, Entry, Withdrawal
from leeward.industry.bank.rules import Door
from leeward.industry.platforms.models import Platform
from leeward.policy.assessment.errors import QueryUnknown
from leeward.policy.assessment.queries import evidence
from leeward.policy.assessment.queries.evidence import run_all, run_query
from leeward.policy.assessment.rules.evidence import QUERIES, Count, EvidenceValue, NoValue, Unit, judge
from leeward.victim.removals import figures
from tests.foundation.accounts.people import employ

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
SHARE, NUMBER = QUERIES["platforms.with_lead"], QUERIES["bank.hashes_in_force"]


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

    def test_a_value_or_a_reason(self) -> None:
        for value, why in ((None, None), (3, NoValue.TOO_FEW)):
            with pytest.raises(ValueError, match="one of the two"):
                EvidenceValue(query=SHARE, value=value, on=TODAY, no_value=why)


def test_every_query_runs_and_says_what_it_is() -> None:
    assert evidence._RUNNERS.keys() == QUERIES.keys()
    for query in QUERIES.values():
        assert all([query.title, query.definition, query.scope, query.caveat])


@pytest.mark.django_db
class TestOnThisPlatform:
    def test_an_empty_one_is_honest(self) -> None:
        found = {each.query.name: each for each in run_all(now=NOW)}
        assert found.keys() == QUERIES.keys()
        for each in found.values():
            if each.query.unit is Unit.PERCENT or each.query.name.startswith("directory."):
                assert (each.value, each.no_value) == (None, NoValue.NOTHING_YET), each.query.name
        assert found["duties.regimes_in_use"].value
        assert found["bank.hashes_in_force"].value == 0

    def test_an_unknown_one_is_refused(self) -> None:
        with pytest.raises(QueryUnknown):
            run_query("bank.secrets", now=NOW)

    def test_platforms_by_what_is_written_down(self) -> None:
        for number in range(10):
            Platform.objects.create(
                name=f"Site {number}",
                created_at=NOW,
                lead_name="A. Lead" if number < 7 else "",
                reporting_url="https://site.example/report" if number < 3 else "",
            )
        Platform.objects.create(name="Met", created_at=NOW, is_listed=False, lead_name="A. Lead")
        assert run_query("platforms.with_lead", now=NOW).value == 70
        assert run_query("platforms.with_reporting_page", now=NOW).value == 30

    def test_the_exchange_by_draws_hashes_and_withdrawals(self) -> None:
        ours, theirs = (Platform.objects.create(name=name, created_at=NOW) for name in ("Ours", "Theirs"))
        for platform, door, days in ((ours, 0, 1), (ours, 1, 2), (theirs, 0, 8)):
            Draw.objects.create(platform=platform, door=_door(door), last_fetch_at=NOW - timedelta(days=days))
        assert run_query("bank.platforms_drawing", now=NOW).value == 1
        entries = [_entry(number, days=1 if number < 11 else -1) for number in range(12)]
        _entry(12, days=9, canary_for=ours)
        _entry(13, days=9, sequence=None, first_sequence=None, stamped_at=None)
        assert run_query("bank.hashes_in_force", now=NOW).value == 11
        for number, entry in enumerate(entries):
            Withdrawal.objects.create(
                entry=entry,
                platform=ours,
                asked_at=NOW - timedelta(days=3),
                due_at=NOW - timedelta(days=1) if number < 10 else NOW + timedelta(days=1),
                acknowledged_at=NOW - timedelta(days=2) if number < 6 else None,
                stale_at=NOW if number == 5 else None,
            )
        assert run_query("bank.withdrawals_acknowledged", now=NOW).value == 50

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


def test_the_share_of_what_is_gone_is_of_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "answered_requests", lambda: figures.AnsweredRequests(number=40, gone=37))
    assert run_query("removals.gone_share", now=NOW).value == 92
