"""A clock that jumped deletes nothing: what cannot be taken back rests until a person has looked at the clock."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from leeward.config import sweeps
from leeward.config.management.commands.work import Command as Work
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.clock.models import LastRound
from leeward.foundation.clock.rules import BACK_MOST, STEP_MOST, Clock, Reading
from leeward.foundation.vault.models import AccessCode, Holding
from leeward.foundation.vault.operations import (
    found_services,
    harden_code,
    keep_code,
    keep_holding,
    make_victim_key,
    new_code,
)
from leeward.industry.bank.models import Entry, Submission
from leeward.industry.bank.operations import publish_pending
from leeward.victim.removals.models import Report
from tests.industry.conftest import picture, protect
from tests.readers import open_door
from tests.victim.removals.conftest import OPERATOR, told

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FAR = timedelta(days=800)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def house(db: None, settings, tmp_path: Path) -> None:
    """Something of everything that a person may lose, all of it kept today."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    found_services(by=OPERATOR, now=NOW)
    open_door("desk", now=NOW)
    for number in range(3):
        protect(picture(number), now=NOW)
        keep_code(sealed=harden_code(code=new_code()), payload="reference", now=NOW)
        keep_holding(key=make_victim_key(), content={}, expires_on=NOW.date() + timedelta(days=90), now=NOW)
        told(f"https://chatter.example/p/{number}", now=NOW)
    publish_pending(now=NOW)


def what_people_may_lose() -> dict[str, int]:
    return {
        "submissions": Submission.objects.filter(state="open").count(),
        "hashes": Entry.objects.filter(status="active").count(),
        "codes": AccessCode.objects.count(),
        "holdings": Holding.objects.count(),
        "reports": Report.objects.count(),
    }


ALL = {"submissions": 3, "hashes": 3, "codes": 3, "holdings": 3, "reports": 3}


def sweep() -> tuple[str, str]:
    """What `leeward run-sweeps` prints, and what it complains about, which a timer learns by the exit code."""
    out = io.StringIO()
    try:
        call_command("run_sweeps", stdout=out)
    except CommandError as error:
        return out.getvalue(), f"{error} (exit {error.returncode})"
    return out.getvalue(), ""


def test_a_clock_800_days_ahead_deletes_nothing_and_says_how_to_go_on(house: None, set_clock) -> None:
    set_clock(NOW)
    assert sweep()[1] == ""
    assert what_people_may_lose() == ALL
    set_clock(NOW + FAR)
    protect(picture("during"), now=NOW)
    done, trouble = sweep()
    assert what_people_may_lose() == ALL | {"submissions": 4, "hashes": 4}
    assert "2029-02-04 12:00 UTC" in trouble
    assert "2026-11-27 12:00 UTC" in trouble
    assert "leeward confirm-clock 2029-02-04" in trouble
    assert trouble.endswith("(exit 1)")
    assert "published 1" in done, "what can be taken back goes on"
    assert not [word for word in sweeps.FOR_GOOD if word in done]
    set_clock(NOW + timedelta(minutes=5))  # set right again, nobody needs to do anything
    assert sweep()[1] == ""
    assert what_people_may_lose() == ALL | {"submissions": 4, "hashes": 4}


def test_after_a_long_pause_a_person_says_once_that_the_clock_is_right(house: None, set_clock) -> None:
    set_clock(NOW)
    sweep()
    set_clock(NOW + FAR)
    for wrong in ("2026-11-27", "2029-02-05", "today"):
        with pytest.raises(CommandError):
            call_command("confirm_clock", wrong)
        assert sweep()[1]
    call_command("confirm_clock", "2029-02-04")
    assert sweep()[1] == ""
    assert what_people_may_lose() == dict.fromkeys(ALL, 0)
    assert AuditEvent.objects.get(verb="clock.confirmed").facts == '{"last_round":"2026-11-27T12:00+00:00"}'


def test_a_clock_that_goes_back_is_noticed(house: None, set_clock) -> None:
    set_clock(NOW)
    sweep()
    set_clock(NOW - timedelta(days=400))
    done, trouble = sweep()
    assert "before the last round" in trouble
    assert "leeward confirm-clock 2025-10-23" in trouble
    assert "expired" not in done
    assert LastRound.objects.get().at == NOW, "what was the time is not forgotten"


def test_the_last_round_is_not_moved_by_a_round_under_a_clock_that_jumped(house: None, set_clock) -> None:
    set_clock(NOW)
    sweep()
    for days in (3, 300, 800):
        set_clock(NOW + timedelta(days=days))
        assert sweep()[1]
        assert LastRound.objects.get().at == NOW
    assert what_people_may_lose() == ALL


def test_one_round_deletes_no_more_than_its_limits(house: None, set_clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUBMISSIONS_AT_ONCE", "TOMBSTONES_AT_ONCE", "CODES_AT_ONCE", "REPORTS_AT_ONCE"):
        monkeypatch.setattr(sweeps, name, 1)
    set_clock(NOW + FAR)
    for left in (2, 1, 0):  # there was no round before, so this one is believed
        sweep()
        assert what_people_may_lose() == dict.fromkeys(ALL, left)


def test_every_sweep_that_deletes_is_named_and_has_a_limit(db: None) -> None:
    due = sweeps.sweeps(NOW)
    assert due.keys() >= sweeps.FOR_GOOD
    unlimited = {word for word in sweeps.FOR_GOOD if "limit" not in getattr(due[word], "keywords", {})}
    # One closes feeds, which open again; one writes what is printed of all that was gathered, with a limit of its own;
    # one stamps what has waited since the hour before, and lets go of what it has stamped.
    assert unlimited == {"suspended", "periods printed", "hours stamped"}


def test_the_worker_says_it_once_and_once_that_it_is_over(house: None, set_clock) -> None:
    said = io.StringIO()
    work = Work(stderr=said, no_color=True)
    set_clock(NOW)
    work.do_round(Event())
    assert said.getvalue() == ""
    set_clock(NOW + FAR)
    for _ in range(3):
        work.do_round(Event())
    assert said.getvalue().count("leeward confirm-clock") == 1
    set_clock(NOW + timedelta(minutes=1))
    work.do_round(Event())
    assert said.getvalue().count("may be believed again") == 1
    assert what_people_may_lose() == ALL


@given(st.timedeltas(min_value=-timedelta(days=4000), max_value=timedelta(days=4000)))
def test_a_clock_is_believed_within_its_bounds_only(step: timedelta) -> None:
    reading = Reading(now=NOW + step, last=NOW)
    assert reading.may_delete == (-BACK_MOST <= step <= STEP_MOST)
    assert bool(reading.trouble) == (not reading.may_delete)
    assert reading.clock is (Clock.STEADY if reading.may_delete else Clock.AHEAD if step > STEP_MOST else Clock.BACK)
    assert not (reading.is_to_be_noted and not reading.may_delete)


def test_the_first_round_of_all_has_nothing_to_compare_with() -> None:
    assert Reading(now=NOW, last=None).may_delete
