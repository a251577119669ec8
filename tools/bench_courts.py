"""Measures the clerk's one list of orders at 5,000 and 50,000 targets: `python -m tools.bench_courts`.

On a PostgreSQL of its own, as the desk's bench. Whole pages, signed in and unlocked, first and deep inside. It is quick
enough if each takes at most 100 ms at the large court, and at most twice as long as at the small one.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.bench_desk import ROOT, find_programs, serve

QUICK = "--quick" in sys.argv
SIZES = (500, 5_000) if QUICK else (5_000, 50_000)
ORDERS, REPEATS = 200, 15
MOST_MS, MOST_GROWTH = 100, 2
# Below this a page's time is that of the machine, and its growth tells nothing.
LEAST_MS = 20
PAGES = {
    "open": "",
    "not served": "?what=unserved",
    "overdue": "?what=overdue",
    "due within 7 days": "?what=soon",
    "all": "?what=all",
    "by action": "?what=all&action=delete_copies",
    "by file number": "?what=all&file=K+7/2026",
}
PASSPHRASE = "lantern orbit pepper quilt"  # noqa: S105  # of a database that is thrown away


def main() -> int:
    """Start the server, fill and measure one court after the other, print the table."""
    programs = find_programs()
    if programs is None:
        print("Courts' orders are not measured: there is no PostgreSQL.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        with serve(programs, scratch) as addresses:
            for size, address in zip(SIZES, addresses, strict=True):
                found.append(_ask(size, address, scratch))
    small, large = found
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"load average of this machine: {load} on {os.cpu_count()} cores")
    print(f"the clerk's list of orders, ms (median of {REPEATS}) at {SIZES[0]:,} and {SIZES[1]:,} targets")
    slow = []
    for name, before in small.items():
        growth = max(large[name], LEAST_MS) / max(before, LEAST_MS)
        is_slow = not QUICK and (large[name] > MOST_MS or growth > MOST_GROWTH)
        print(f"{name:30} {before:7.1f} {large[name]:7.1f}  x {growth:.2f}{'  SLOW' if is_slow else ''}")
        slow += [name] if is_slow else []
    return 1 if slow else 0


def _ask(size: int, address: str, scratch: Path) -> dict[str, float]:
    """Measure a court of this size in a process of its own."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("LEEWARD_")}
    environment = {
        **known,
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(scratch / f"data-{size}"),
        "DATABASE_URL": address,
        "PYTHONPATH": str(ROOT),
    }
    call = [sys.executable, "-m", "tools.bench_courts", "--inside", str(size)]
    done = subprocess.run(call, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(size: int) -> dict[str, float]:
    """Fill a court with so many targets and open its list; raises where an answer is wrong."""
    import logging  # noqa: PLC0415  # what asks Django waits for its settings

    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "leeward.config.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    logging.disable(logging.INFO)
    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)
    name = fill(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="127.0.0.1")
    signed_in = client.post(reverse("accounts:sign-in"), {"username": name, "passphrase": PASSPHRASE})
    if signed_in.status_code != 303:  # see other
        raise SystemExit("The clerk cannot sign in by passphrase.")
    found = {}
    for title, query in PAGES.items():
        address = reverse("courts:orders") + query
        found[title] = _time(client, address)
    deep = reverse("courts:orders")
    for _page in range(20):
        text = client.get(deep).content.decode()
        deep = _next(text) or deep
    found["open, 20 pages on"] = _time(client, deep)
    return found


def _time(client: object, address: str) -> float:
    times = []
    for _repeat in range(REPEATS):
        started = time.perf_counter()
        answer = client.get(address)  # type: ignore[attr-defined]  # Django's test client
        times.append((time.perf_counter() - started) * 1_000)
        if answer.status_code != 200 or b"K " not in answer.content:  # found
            raise SystemExit(f"{address} is wrong: {answer.status_code}, or shows no file number.")
    return statistics.median(times)


def _next(text: str) -> str:
    import html  # noqa: PLC0415  # as above
    import re  # noqa: PLC0415

    found = re.search(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', text)
    return html.unescape(found[1] or found[2]) if found else ""


def fill(size: int) -> str:
    """Record some orders as a clerk does, and copy their targets until there are so many; returns the clerk's name."""
    import random  # noqa: PLC0415  # as above
    import uuid  # noqa: PLC0415
    from dataclasses import replace  # noqa: PLC0415
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from demo.courts import FAIRHAVEN_ORDER, REASONS, found_court  # noqa: PLC0415
    from leeward.foundation.accounts.models import User  # noqa: PLC0415
    from leeward.foundation.accounts.operations import choose_passphrase, create_staff, keys, sign_in  # noqa: PLC0415
    from leeward.foundation.accounts.operations.trail import actor  # noqa: PLC0415
    from leeward.foundation.accounts.rules import Role  # noqa: PLC0415
    from leeward.foundation.audit.rules import Actor  # noqa: PLC0415
    from leeward.foundation.days import local_day  # noqa: PLC0415
    from leeward.foundation.vault.operations import found_services  # noqa: PLC0415
    from leeward.justice.courts.models import Court, Target  # noqa: PLC0415
    from leeward.justice.courts.operations.recording import record_order  # noqa: PLC0415
    from leeward.justice.courts.rules.orders import Answers  # noqa: PLC0415
    from leeward.justice.courts.rules.terms import TargetState  # noqa: PLC0415

    now, operator = timezone.now(), Actor.operator()
    found_services(by=operator, now=now)
    found_court(now=now)
    court = str(Court.objects.get().public_id)
    for name, role, body in (("officer", Role.ORDER_OFFICER, ""), ("clerk", Role.COURT_CLERK, court)):
        link = create_staff(username=name, display_name=name, role=role, affiliation=body, by=operator, now=now)
        choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
        sign_in(username=name, passphrase=PASSPHRASE, now=now)
    clerk = User.objects.get(username="clerk")
    ring = keys.open_teams_with(keys.open_by_passphrase(user=clerk, passphrase=PASSPHRASE))
    answers = Answers(
        court=court, type_code=FAIRHAVEN_ORDER.code, issued_on=local_day(now), pair="person/delete_copies",
        person="Somebody made up", about="A telephone", territory="*", language="en", reasons=REASONS,
    )  # fmt: skip
    for number in range(ORDERS):
        at = now - timedelta(days=number)
        told = replace(answers, file_number=f"K {number}/2026", issued_on=local_day(at))
        record_order(answers=told, viewer=clerk, keyring=ring, by=actor(clerk), now=at)
    made = random.Random(size)  # noqa: S311  # the same each time
    firsts = list(Target.objects.order_by("pk"))
    columns = [each.name for each in Target._meta.fields if each.name not in ("id", "reference", "ordinal")]  # noqa: SLF001
    states = [TargetState.ISSUED, *[TargetState.SERVED] * 3, *[TargetState.SEEN_DONE] * 5, *[TargetState.ENDED] * 5]
    copies = []
    for number in range(size - len(firsts)):
        first, state = firsts[number % len(firsts)], made.choice(states)
        at = now - timedelta(days=made.uniform(-20, 700))
        is_served = state is not TargetState.ISSUED
        own = {"state": state, "served_at": at if is_served else None, "due_at": at if is_served else None}
        values = {each: getattr(first, each) for each in columns} | own | {"sorted_at": at}
        copies.append(Target(reference=uuid.uuid4(), ordinal=2 + number // len(firsts), **values))
    Target.objects.bulk_create(copies, batch_size=2_000)
    return "clerk"


if __name__ == "__main__":
    try:
        if "--inside" in sys.argv:
            print(json.dumps(measure(int(sys.argv[-1]))))
            sys.exit(0)
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
