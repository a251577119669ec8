"""The made-up nation shows what programmes are for: one takes nobody, one has somebody, five people are referred."""

import pytest
from django.utils import timezone

from demo.cast import STAFF
from demo.helpline import TOKEN
from demo.perpetrators import PROGRAMMES, TURN_BACK, WORKER, found_programmes, found_providers, made_id
from leeward.foundation.accounts.models import User
from leeward.foundation.days import local_day
from leeward.justice.perpetrators.models import Referral
from leeward.justice.perpetrators.queries.programmes import list_programmes
from leeward.justice.perpetrators.rules.referrals import Lack, ReferralState
from tests.foundation.accounts.people import PASSPHRASE, employ

pytestmark = pytest.mark.django_db


def test_five_people_are_referred_and_one_programme_takes_nobody() -> None:
    now = timezone.now()
    assert WORKER in STAFF
    for _again in range(2):
        found_providers(now=now)
    employ(WORKER[0], WORKER[2], affiliation=str(made_id(TURN_BACK)), now=now)
    User.objects.update(last_login=now)
    for _again in range(2):
        found_programmes({WORKER[0]: PASSPHRASE}, now=now)
    states = sorted(row.state for row in Referral.objects.all())
    assert states == sorted(
        [
            ReferralState.SENT,
            ReferralState.STARTED,
            ReferralState.ENDED_EARLY,
            ReferralState.NOT_SUITABLE,
            ReferralState.OFFERED,
        ]
    )
    # What is told of the one who is on a programme arrives at the helpline's case that listens.
    assert Referral.objects.get(parallel=TOKEN).state is ReferralState.STARTED
    lacking = {each.name: each.lacks for each in list_programmes(on=local_day(now))}
    assert lacking[PROGRAMMES[1][0]] == (Lack.PARALLEL,)
    assert lacking[PROGRAMMES[0][0]] == lacking[PROGRAMMES[2][0]] == ()
