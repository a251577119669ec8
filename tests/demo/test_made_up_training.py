"""The made-up nation's training shows what it is for: one force is late, and a fresh version waits for many."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from demo.cast import STAFF
from demo.training import EMPLOYERS, employer_id, found_employers, found_training
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import found_services
from leeward.justice.training.models import Due, Learner
from leeward.justice.training.queries.people import due_now, tally_by
from tests.foundation.accounts.people import PASSPHRASE, employ
from tests.justice.training.force import OPERATOR

pytestmark = pytest.mark.django_db


def test_one_force_is_late_and_a_fresh_version_waits(settings: Settings, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys", tmp_path / "founding.key"
    now = timezone.now()
    found_services(by=OPERATOR, now=now)
    found_employers(now=now)
    assert {body for _n, _s, role, body in STAFF if role is Role.TRAINING_MANAGER} == {made.name for made in EMPLOYERS}
    for made in EMPLOYERS:
        employ(made.manager, Role.TRAINING_MANAGER, affiliation=str(employer_id(made.name)), now=now)
    for _again in range(2):
        found_training({made.manager: PASSPHRASE for made in EMPLOYERS}, now=now)
    assert Learner.objects.count() == 240
    assert Due.objects.filter(pending=2).exists()
    today = local_day(now)
    found = {
        str(employer): tally.in_date / tally.people
        for (employer,), tally in tally_by(due_now(today), today, "learner__employer__public_id")
    }
    shares = [found[str(employer_id(made.name))] for made in EMPLOYERS]
    assert shares[1] < 0.5 < min(shares[0], shares[2])
