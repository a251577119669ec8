"""The made-up nation's network has members of every sector, one full, one ended, one untrained, and people at some."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.cast import STAFF
from demo.directory.founding import SEED, SERVICES
from demo.directory.making import make_directory
from demo.network import MEMBER_PEOPLE, MEMBERS, found_members, found_warnings, member_id, warnings
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editions.queries import all_editions
from leeward.foundation.vault.operations import found_services
from leeward.victim.network.errors import WhyNot
from leeward.victim.network.models import Alert, Member, MemberService, Tactic
from leeward.victim.network.operations.tactics import add_sighting
from leeward.victim.network.queries.alerts import alert_lines, alerts_out, counted_tactics, tell_alerts
from leeward.victim.network.queries.bulletin import BULLETIN, read_bulletin
from leeward.victim.network.queries.members import list_members, propose_members, read_board
from leeward.victim.network.rules.members import Kind, Room, Sector, Wish
from leeward.victim.network.rules.tactics import AnswerKind, marks
from tests.foundation.accounts.people import employ

pytestmark = pytest.mark.django_db


def test_it_has_members_of_every_kind(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    now = timezone.now()
    found_services(by=Actor.operator(), now=now)
    for _ in range(2):
        found_members(now=now)
    for name, _shown, member in MEMBER_PEOPLE:
        employ(name, Role.MEMBER_WORKER, affiliation=str(member_id(member)), now=now)
    User.objects.update(last_login=now)
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
    assert why["Breakwater Advocates"] == (WhyNot.ENDED, WhyNot.UNREAD), "nobody works there any more"
    assert why["Fairhaven Health Centre"] == (WhyNot.UNTRAINED,)
    assert why["Coral Ladder House"] == why["Outer Isles Police"] == ()
    assert {line.room for line in read_board(now=now)} == set(Room) - {Room.FULL_BY_ANSWERS}
    workers = {body for _name, _shown, role, body in STAFF if role is Role.MEMBER_WORKER}
    assert workers <= {each.title for each in MEMBERS}
    assert {member_id(each) for each in workers} <= set(Member.objects.values_list("public_id", flat=True))


def test_one_alert_is_answered_one_overdue_and_a_visitors_sighting_is_the_fifth(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)  # behind the shortest month
    found_services(by=Actor.operator(), now=now)
    found_warnings(now=now)
    assert not Tactic.objects.exists()  # nobody works there yet
    staff = {"amal": Role.PRACTITIONER, "jonas": Role.PRACTITIONER, "hugo": Role.NETWORK_SECRETARY}
    for name, role in {**staff, "selma": Role.HELPLINE_LEAD}.items():
        employ(name, role, now=now)
    for _ in range(2):
        found_warnings(now=now)
    found = alert_lines(tell_alerts(alerts_out(now=now)), now=now)
    said = {tuple(answer.kind for answer in each.answers): each.is_overdue(now) for each in found}
    assert said == {(AnswerKind.ACTING,): False, (): True}
    counts = {tactic.words: number for tactic, number, _waits in counted_tactics(now=now)}
    [*_others, third] = warnings(now)
    assert counts[third.said.words] == 4
    tactic = Tactic.objects.get(words=third.said.words).public_id
    add_sighting(tactic=tactic, reference=member_id("visitor"), team="helpline", by=Actor.operator(), now=now)
    assert Alert.objects.filter(tactic__public_id=tactic, helps={}).count() == 1
    assert [marks(each.said.words) for each in warnings(now)] == [(), (), ()]
    [edition] = all_editions(BULLETIN)
    assert edition.covers_until == now.date().replace(day=1) - timedelta(days=1)
    bulletin = read_bulletin(edition.name)
    assert warnings(now)[0].said.words in [each["words"]["en"] for each in bulletin.alerts]
    assert bulletin.total.value is not None
