"""The made-up nation's teams have somebody who reads, before anything is told to them."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.cast import employ_staff, found_parties
from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor
from leeward.foundation.work.doors import closed_doors
from leeward.foundation.work.rooms import all_doors
from leeward.justice.courts.operations.founding import load_types
from tests.justice.courts.conftest import KIND

pytestmark = pytest.mark.django_db


def test_every_door_is_open_and_a_folder_of_before_is_mended(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "service-keys", tmp_path / "founding.key"
    now = timezone.now()
    found_parties(tmp_path, walls_url="http://127.0.0.1:9/", now=now)
    load_types(types=[KIND], by=Actor.operator(), now=now)
    doors = all_doors()
    assert closed_doors(doors) == list(doors), "nobody is there yet"
    staff = employ_staff((), now=now)
    assert closed_doors(doors) == []
    User.objects.update(last_login=None)  # as a version before left it
    assert closed_doors(doors) == list(doors)
    employ_staff(staff, now=now)
    assert closed_doors(doors) == []
