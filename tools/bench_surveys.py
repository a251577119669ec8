"""Empties, weighs and prints a wave of 50,000 answers, and says how long it took: `python -m tools.bench_surveys`.

It runs on a database of its own in memory's folder, and is quick enough if all of it takes less than a minute.
"""

import sys
import time

from tools.own_folder import run_in_own_folder

PEOPLE = 5_000 if "--quick" in sys.argv else 50_000
SECONDS_MOST = 60


def run() -> int:
    """Fill an urn, empty and print it."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415  # as above

    import numpy as np  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from demo.surveys import PLAN, QUESTIONNAIRE, made_up_answers  # noqa: PLC0415
    from leeward.foundation.audit.rules import Actor, ActorKind  # noqa: PLC0415
    from leeward.foundation.surveys.models import Wave  # noqa: PLC0415
    from leeward.foundation.surveys.operations import planning, urns  # noqa: PLC0415
    from leeward.foundation.surveys.rules.printing import Drawn  # noqa: PLC0415
    from leeward.foundation.surveys.rules.waves import Permit, WaveDraft, Way  # noqa: PLC0415
    from leeward.foundation.vault.operations import found_services, open_service  # noqa: PLC0415
    from leeward.foundation.vault.rules.grants import Service  # noqa: PLC0415

    now = datetime.now(tz=UTC)
    planner, permitter = (Actor(kind=ActorKind.STAFF, id=name) for name in ("planner", "permitter"))
    found_services(by=planner, now=now)
    questionnaire = planning.keep_questionnaire(code="bench", data=QUESTIONNAIRE, by=planner, now=now)
    draft = WaveDraft(
        code="bench-1",
        title={"en": "Bench"},
        questionnaire=questionnaire.pk,
        population="Made up",
        drawn=Drawn.RANDOM,
        way=Way.CODES,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        plan=PLAN,
    )
    planning.draft_wave(new=draft, by=planner, now=now)
    permit = Permit(body="Made up", reference="1", until=(now + timedelta(days=9)).date())
    planning.permit_wave(code="bench-1", permit=permit, by=permitter, now=now)
    wave = Wave.objects.select_related("questionnaire").get()
    random = np.random.default_rng(1)
    codes = planning.draw_codes(code="bench-1", number=PEOPLE, by=planner, now=now)
    started = time.perf_counter()
    with transaction.atomic():
        for code in codes:
            urns.put_answer(wave=wave, sent=made_up_answers(random), code=code, now=now)
    print(f"sealed   {PEOPLE} answers in {time.perf_counter() - started:.1f} s")
    teller, over = open_service(Service.TELLER), now + timedelta(days=2)
    started = time.perf_counter()
    urns.empty_urn(wave.pk, teller=teller, now=over)
    emptied = time.perf_counter() - started
    urns.print_wave(wave.pk, teller=teller, now=over)
    whole = time.perf_counter() - started
    wave.refresh_from_db()
    print(f"emptied  {wave.people} in {emptied:.1f} s, weighed and printed in {whole - emptied:.1f} s: {whole:.1f} s")
    return 0 if wave.people == PEOPLE and wave.printed_at and whole < SECONDS_MOST else 1


if __name__ == "__main__":
    sys.exit(run_in_own_folder("tools.bench_surveys", run))
