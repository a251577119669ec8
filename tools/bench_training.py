"""Measures training, a roster of 50,000 and the pages of 250,000 people: `python -m tools.bench_training`.

It runs on a database of its own in memory's folder. Times are seconds of the processor, so that what else the machine
does counts little; the target of the roster is a minute of one core, that of a page 300 ms.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tools.own_folder import run_in_own_folder

ROOT = Path(__file__).resolve().parents[1]
IS_QUICK = "--quick" in sys.argv
ROSTER = 2_000 if IS_QUICK else 50_000
LEARNERS = 10_000 if IS_QUICK else 250_000
_NAMED = "name, number, number_index, mailbox, mailbox_index, language"
EMPLOYERS, COMPLETIONS_EACH = 45, 4
ROSTER_SECONDS, PAGE_MS, REPEATS = 60.0, 300.0, 9


def run() -> int:
    """Load and fill, then read; prints and keeps each figure. Fails where an answer is wrong, never for the time."""
    from tools.desk_bench.results import append_rows  # noqa: PLC0415  # settings are known from here on only

    figures = [*_load(), *_read()]
    for each in figures:
        print(f"{each['name']:78} {each['value']:>10,} {each['unit']:3} {each['target']}")
    append_rows(figures, ROOT / "build" / "bench.json")
    return 0


def _figure(name: str, value: float, unit: str, most: float) -> dict[str, Any]:
    return {
        "name": f"Training, {name}",
        "value": round(value, 1),
        "unit": unit,
        "peer": "",
        "ratio": None,
        "target": f"<= {most:g} {unit}",
        "ok": value <= most,
    }


def _load() -> list[dict[str, Any]]:
    """A roster of new people, then the same one with another team for everybody; each press as the page does it."""
    from leeward.foundation.audit.rules import Actor  # noqa: PLC0415
    from leeward.foundation.vault.operations import found_services  # noqa: PLC0415
    from leeward.justice.training.models import Learner, Upload  # noqa: PLC0415
    from leeward.justice.training.operations.reckoning import reckon_stale  # noqa: PLC0415
    from leeward.justice.training.operations.trying import try_upload  # noqa: PLC0415
    from leeward.justice.training.operations.uploads import keep_upload  # noqa: PLC0415
    from leeward.justice.training.rules.files import cut_roster, read_roster  # noqa: PLC0415
    from tests.justice.training import force  # noqa: PLC0415

    found_services(by=Actor.operator(), now=force.NOW)
    force.publish()
    force.require()
    large = force.add("Police of the large roster", "bench-manager")
    ring, figures = large.keyring, []
    for what, team in (("new people", "A"), ("everybody changed", "B")):
        text = "\n".join([force.HEAD, *(force.person(n, team=f"{team}{n % 50}") for n in range(ROSTER))])
        began, presses = time.process_time(), []
        parts = cut_roster(read_roster(text, domains=large.row.domains))
        upload = keep_upload(
            employer=large.employer, kind=Upload.Kind.ROSTER, parts=parts, by=large.actor, now=force.NOW
        )
        sent = time.process_time()
        is_over = False
        while not is_over:
            at = time.process_time()
            trial = try_upload(
                upload=upload, employer=large.employer, keyring=ring, by=large.actor, now=force.NOW
            )  # fmt: skip
            is_over = trial.is_over
            presses.append(time.process_time() - at)
        compared = time.process_time()
        counts = large.keep(upload, large.look(upload).mark)
        kept = time.process_time()
        reckoned = reckon_stale(limit=ROSTER)
        over = time.process_time()
        if (counts.new or counts.changed) != ROSTER or Learner.objects.count() != ROSTER:
            raise SystemExit(f"Wrong: {counts}")
        print(
            f"{what}: read and sent {sent - began:.1f} s, compared {compared - sent:.1f} s in {len(presses)} presses "
            f"of at most {max(presses):.2f} s, kept {kept - compared:.1f} s, due days of {reckoned} {over - kept:.1f} s"
        )
        figures += [
            _figure(f"a roster of {ROSTER:,}, {what}: sent, compared, kept", kept - began, "s", ROSTER_SECONDS),
            _figure(f"a roster of {ROSTER:,}, {what}: the last press alone", kept - compared, "s", ROSTER_SECONDS / 4),
        ]
    return figures


def _read() -> list[dict[str, Any]]:
    """Everybody of the nation: one employer with a fifth of them, and many with the rest."""
    from leeward.justice.training.operations.coverage import count_coverage  # noqa: PLC0415
    from leeward.justice.training.queries.people import read_board  # noqa: PLC0415
    from tests.justice.training import force  # noqa: PLC0415

    fill(LEARNERS, at=force.NOW)
    from leeward.justice.training.models import Completion, Due, Employer, Learner  # noqa: PLC0415

    print(
        f"{Learner.objects.count():,} learners, {Completion.objects.count():,} completions, {Due.objects.count():,} due"
    )
    large = Employer.objects.get(name="Employer 0")
    figures = []

    def reads(name: str, read: Callable[[], object]) -> None:
        times = []
        for _turn in range(REPEATS):
            began = time.process_time()
            read()
            times.append(time.process_time() - began)
        figures.append(_figure(name, statistics.median(times) * 1000, "ms", PAGE_MS))

    people = Learner.objects.filter(employer=large).count()
    reads(
        f"the board of an employer with {people:,} of {LEARNERS:,} learners",
        lambda: read_board(large.public_id, opened=None, today=force.TODAY),
    )
    olga = _officer()
    began = time.process_time()
    counted = count_coverage(now=force.NOW)
    print(f"coverage of {counted} course counted and protected in {time.process_time() - began:.1f} s")
    reads(f"the page of coverage at {LEARNERS:,} learners", lambda: _page(olga, ""))
    reads(f"the file of coverage at {LEARNERS:,} learners", lambda: _page(olga, "&format=csv"))
    return figures


def _officer() -> Any:
    """A policy officer, signed in now: pages tell the time by the clock."""
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from leeward.foundation.accounts.rules import Role  # noqa: PLC0415
    from tests.foundation.accounts import people  # noqa: PLC0415

    people.employ("bench-officer", Role.POLICY_OFFICER, now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    entered = client.post(
        reverse("accounts:sign-in"), {"username": "bench-officer", "passphrase": people.PASSPHRASE}
    )  # fmt: skip
    if entered.status_code != 303:
        raise SystemExit(f"Wrong: {entered.status_code}")
    return client


def _page(client: Any, query: str) -> None:
    from django.urls import reverse  # noqa: PLC0415

    answer = client.get(f"{reverse('training:coverage')}?course=first-response{query}")
    if answer.status_code != 200 or b"Employer 0" not in answer.content:
        raise SystemExit(f"Wrong: {answer.status_code}")


def fill(learners: int, *, at: datetime) -> None:
    """Make people without names, each with a post, four completions and a due day, by plain statements."""
    from django.db import connection, transaction  # noqa: PLC0415

    from leeward.foundation.audit.keys import draw_key  # noqa: PLC0415
    from leeward.justice.training.models import Completion, Course, Due, Employer, Learner, Post, Requirement, Unit  # noqa: PLC0415
    from leeward.justice.training.rules.terms import EmployerKind, JobRole  # noqa: PLC0415

    today = at.date()
    employers = [
        Employer.objects.create(name=f"Employer {n}", kind=EmployerKind.POLICE, domains=[], changed_at=at)
        for n in range(EMPLOYERS)
    ]
    units = {
        each.pk: [Unit.objects.create(employer=each, name_index=f"{n:064}").pk for n in range(20)] for each in employers
    }
    course, requirement, roles = Course.objects.get(), Requirement.objects.get(), list(JobRole)
    rows: dict[Any, list[Any]] = {Learner: [], Post: [], Completion: [], Due: []}
    for n in range(learners):
        employer = employers[0 if n % 5 == 0 else n % EMPLOYERS]
        pk, role = draw_key(), roles[n % len(roles)].value
        rows[Learner].append((pk, f"{n:032x}", employer.pk, units[employer.pk][n % 20]))
        rows[Post].append((draw_key(), pk, role, today - timedelta(days=900)))
        last = today - timedelta(days=n * 7919 % 500)
        for turn in range(COMPLETIONS_EACH):
            on = last - timedelta(days=365 * turn)
            rows[Completion].append((draw_key(), f"{n * 8 + turn:032x}", pk, course.pk, on, f"{turn}", at))
        due = last + timedelta(days=365)
        marks = (due - timedelta(days=60), due, due + timedelta(days=30), last)
        rows[Due].append((draw_key(), pk, requirement.pk, today - timedelta(days=900), *marks))
    said = {
        Learner: (
            "id, reference, employer_id, unit_id",
            _NAMED,
        ),
        Post: ("id, learner_id, role, from_on", ""),
        Completion: (
            'id, reference, learner_id, course_id, "on", source_id, noted_at',
            "version=2, is_delta=false, result='passed', source='upload', noted_by",
        ),
        Due: ("id, learner_id, requirement_id, start_on, soon_on, due_on, lapses_on, full_on", ""),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for model, (columns, fixed) in said.items():
            pairs = [each.strip().partition("=") for each in fixed.split(",") if each]
            names = ", ".join([columns, *(name for name, _is, _value in pairs)])
            values = ", ".join(["%s"] * (columns.count(",") + 1) + [value or "''" for _name, _is, value in pairs])
            table = model._meta.db_table  # noqa: SLF001  # how Django tells its name
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows[model])  # noqa: S608
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    sys.exit(run_in_own_folder("tools.bench_training", run))
