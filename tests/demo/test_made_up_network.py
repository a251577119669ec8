"""The made-up nation's network has members of every sector, one full, one ended, one untrained, and people at some."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.cast import STAFF
from demo.directory.founding import SEED, SERVICES
from demo.directory.making import make_directory
from demo.network import MEMBERS, found_members, member_id
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import found_services
from leeward.victim.network.errors import WhyNot
from leeward.victim.network.models import Member, MemberService
from leeward.victim.network.queries.members import list_members, propose_members, read_board
from leeward.victim.network.rules.members import Kind, Room, Sector, Wish

pytestmark = pytest.mark.django_db


def test_it_has_members_of_every_kind(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    now = timezone.now()
    found_services(by=Actor.operator(), now=now)
    for _ in range(2):
        found_members(now=now)
    assert len(list_members()) == len(MEMBERS) > 12
    assert {each.sector for each in list_members()} >= set(Sector)
    assert {kind for row in MemberService.objects.all() for kind in row.kinds} == {kind.value for kind in Kind}
    known = {each.id for each in make_directory(services=SERVICES, seed=SEED, today=local_day(now)).services}
    assert {row.service for row in MemberService.objects.all()} <= known
    why = {
        each.candidate.name: each.why_not
        for kind in Kind
        for each in propose_members(Wish(kind=kind), now=now)
        if WhyNot.KIND not in each.why_not
    }
    assert why["Windward Refuge"] == (WhyNot.FULL,)
    assert why["Breakwater Advocates"] == (WhyNot.ENDED,)
    assert why["Fairhaven Health Centre"] == (WhyNot.UNTRAINED,)
    assert why["Coral Ladder House"] == why["Outer Isles Police"] == ()
    assert {line.room for line in read_board(now=now)} == set(Room) - {Room.FULL_BY_ANSWERS}
    workers = {body for _name, _shown, role, body in STAFF if role is Role.MEMBER_WORKER}
    assert workers <= {each.title for each in MEMBERS}
    assert {member_id(each) for each in workers} <= set(Member.objects.values_list("public_id", flat=True))
