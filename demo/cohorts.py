"""The made-up nation's re-offending: a data office with a key, two cohorts that were accepted, and one that waits.

The ids are made up and are tokens before anything is sent, as at a real data office. The key is thrown away.
"""

import hashlib
import random
import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.vault.operations import found_team
from leeward.justice.outcomes.models import Cohort
from leeward.justice.outcomes.operations.cohorts import NewCohort, accept_cohort, keep_cohort
from leeward.justice.outcomes.rules.cohort_rows import COHORT, IndexKind, read_rows
from leeward.justice.outcomes.rules.pseudonymising import pseudonymise
from leeward.justice.outcomes.rules.terms import TEAM
from leeward.justice.outcomes.rules.tokens import KEY_BYTES, TokenKey

ANALYST = "nils"
SECOND = "maud"
PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    (ANALYST, "Nils Ames", Role.ANALYST, ""),
    (SECOND, "Maud Fell", Role.ANALYST, ""),
)
ID = "made_up_id"
CODES = ("IIA-share", "IIA-threat", "IIA-take")
# So long ago a cohort's two years and the courts' half a year are over, or its first year alone.
FINAL, FIRST_YEAR, WAITS = timedelta(days=1_100), timedelta(days=600), timedelta(days=900)


def found_analysts(*, now: datetime) -> None:
    """Make the analysts' team, which the first of them opens. Safe to repeat."""
    found_team(team=TEAM, by=Actor.operator(), now=now)


def found_cohorts(passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Hand in three cohorts and accept two, by the analyst, if there are none yet."""
    if Cohort.objects.exists() or ANALYST not in passphrases:
        return
    user = User.objects.get(username=ANALYST)
    ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=passphrases[ANALYST]))
    by, key = actor(user), TokenKey(secret=secrets.token_bytes(KEY_BYTES))
    for ago, people in ((FINAL, 240), (FIRST_YEAR, 260), (WAITS, 250)):
        quarter = period_of(local_day(now) - ago, step=Frequency.QUARTER)
        text = pseudonymise(_raw(quarter, people, today=local_day(now)), id_column=ID, key=key).text
        new = NewCohort(
            quarter=quarter,
            as_of=local_day(now),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            fingerprint=key.fingerprint,
        )
        rows = read_rows(text, quarter=quarter, as_of=new.as_of)
        cohort = keep_cohort(new=new, rows=rows, by=by, now=now)
        if ago != WAITS:
            accept_cohort(cohort=cohort, keyring=ring, by=by, now=now)


def _raw(quarter: Period, people: int, *, today: date) -> str:
    """A cohort by made-up ids: a fifth offends again in one year, a tenth more in two, half of them in the same way."""
    drawn = random.Random(quarter.name)  # noqa: S311  # the same nation each time
    lines = [",".join((ID, *COHORT[1:]))]
    for number in range(people):
        name = f"made-up-{number:04}"
        on = quarter.start + timedelta(days=drawn.randrange((quarter.end - quarter.start).days))
        kind, code = drawn.choice(list(IndexKind)), drawn.choice(CODES)
        lines.append(f"{name},index,{on},{kind},{code},")
        lines += [
            f"{name},reoffence,{again},,{drawn.choice((code, code, 'theft', 'assault'))},{proven}"
            for again, proven in _again(drawn, on, number / people)
            if proven <= today
        ]
    return "\n".join(lines)


def _again(drawn: random.Random, on: date, place: float) -> Iterator[tuple[date, date]]:
    """When somebody at this place of the cohort offended again, and when it was proven."""
    first, last = (20, 360) if place < 0.2 else (370, 720) if place < 0.3 else (0, 0)
    for _each in range(drawn.choice((1, 1, 2, 3)) if last else 0):
        again = on + timedelta(days=drawn.randrange(first, last))
        yield again, again + timedelta(days=drawn.randrange(30, 170))
