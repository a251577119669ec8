"""The made-up nation's helpline has cases in every state, band and source, and a second founding adds none."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from demo.cast import STAFF
from demo.helpline import COMERS, found_helpline
from demo.network import found_members, member_id
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.work.models import ShiftNote
from leeward.victim.file.models import Message
from leeward.victim.helpline.models import Case, CaseEvent, Complaint, Help, Recusal, Review
from leeward.victim.helpline.queries.allocation import colleagues, list_rules
from leeward.victim.helpline.queries.care import held_minutes
from leeward.victim.helpline.queries.cases import LEADS
from leeward.victim.helpline.queries.desk import Queue, cases_in, is_stopped, lent_cases
from leeward.victim.helpline.queries.funding import paid_until
from leeward.victim.helpline.queries.overrides import count_overrides
from leeward.victim.helpline.queries.signals import heard_now, is_listening, waiting_signals
from leeward.victim.helpline.queries.tasks import has_task
from leeward.victim.helpline.rules.cases import CaseSource, CaseState, EventKind
from leeward.victim.helpline.rules.funding import is_near_end
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.forwarding import forward_due
from leeward.victim.network.queries.inbox import inbox_rows
from leeward.victim.network.rules.turns import ReferralState, ToldAgain
from leeward.victim.removals.rules.reports import Band
from tests.browsing import see
from tests.foundation.accounts.people import PASSPHRASE, employ
from tests.victim.helpline.conftest import keep_hours
from tests.victim.network.mailed import mails, token_of

pytestmark = pytest.mark.django_db
NOT_LIVED = {EventKind.CHANGED, EventKind.CALL_DROPPED, EventKind.CALL_MISSED}


def test_it_has_been_lived_in(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch)
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_CLOCK_PACE = 480.0  # as the demonstration's clock runs; its past did not
    now = timezone.now()
    found_services(by=Actor.operator(), now=now)
    found_helpline({}, now=now)
    assert not Case.objects.exists()  # nobody works there yet
    for name in ("amal", "jonas"):
        employ(name, Role.PRACTITIONER, now=now)
    employ("selma", Role.HELPLINE_LEAD, now=now)
    employ("vida", Role.VOLUNTEER, now=now)
    first = User.objects.get(username="amal")
    ring = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=PASSPHRASE))
    let_in(colleague=first, reference=User.objects.get(username="jonas").reference, keyring=ring, now=now)
    found_members(now=now)
    for name, _shown, role, body in STAFF:
        if role is Role.MEMBER_WORKER and name != "bo":  # whom a colleague lets in
            employ(name, role, affiliation=str(member_id(body)), now=now)
    User.objects.update(last_login=now)
    for _ in range(2):
        found_helpline(dict.fromkeys(("amal", "jonas", "selma", "ruth", "kit", "omar", "may"), PASSPHRASE), now=now)
    cases = Case.objects.all()
    assert len(cases) == len(COMERS) > 24
    assert {each.state for each in cases} == set(CaseState)
    assert {each.band for each in cases} == set(Band)
    assert {each.source for each in cases} == set(CaseSource) - {CaseSource.DESK}
    assert {each.file.language for each in cases} == {"en", "ar", "es"}
    assert set(Help.objects.values_list("kind", flat=True)) == set(HelpKind)
    assert set(CaseEvent.objects.values_list("kind", flat=True)) >= set(EventKind) - NOT_LIVED
    assert len([each for each in cases if is_stopped(each.reference)]) == 1
    assert cases_in(Queue.REVIEW, now=now).filter(band=Band.RED).count() == 1
    for queue in Queue:
        assert cases_in(queue, now=now).exists(), queue
    referrals = {each.state for each in Referral.objects.all()}
    assert referrals == set(ReferralState) - {ReferralState.WITHDRAWN}
    check_the_inbox_tour(now)
    assert set(Turn.objects.values_list("told_again", flat=True)) >= {ToldAgain.NO}
    reviews = {each.kind: each for each in Review.objects.all()}
    assert (set(reviews), reviews[Review.Kind.CLOSE].case.band) == (set(Review.Kind), Band.RED)
    assert (lent_cases(now=now).count(), Recusal.objects.count(), cases.filter(team=LEADS).count()) == (3, 1, 1)
    amal = Actor(kind=ActorKind.STAFF, id=first.reference)
    assert len(heard_now(ring, by=amal, now=now)) == waiting_signals().count() - 1 == 3
    assert is_listening(LEADS)  # to the fourth
    assert sum(held_minutes(since=now - timedelta(days=30), until=now).values()) == 150
    assert Review.objects.get(kind=Review.Kind.CLOSE).case.band is Band.RED
    counted = count_overrides()
    assert [sum(getattr(each, name) for each in counted) for name in ("waits", "refused", "not_told")] == [1, 1, 1]
    for kind in (TaskKind.TELL, TaskKind.ACTION):
        assert cases.filter(has_task(kind, now=now)).count() == 1, kind
    assert max(each.thread.messages.count() for each in cases) >= 5
    assert Message.objects.filter(side="person", read_at__isnull=True).exists()
    assert [bool(each.answer) for each in Complaint.objects.order_by("-told_at")] == [False, True]
    assert is_near_end(paid_until(today=now.date()), today=now.date())
    assert [(each.counts, len(each.workers)) for each in list_rules()] == [(True, 1), (True, 1), (False, 1)]
    assert [said.most for _name, said in colleagues().values()] == [6, 4]
    assert ShiftNote.objects.get().team == "helpline"
    assert cases.filter(claimed_until__gt=now).values("claimed_by").distinct().count() == 2


def check_the_inbox_tour(now: datetime) -> None:
    """As the tour tells it: something is with Ruth's organisation, and Puffin device check has a mail with a link."""
    assert inbox_rows(member_id("Coral Ladder House"), today=now.date()).exists()
    forward_due(now=now, limit=100, forwarder=open_service(Service.FORWARDER))
    (mail,) = [each for each in mails() if each.to == "bench@puffin.example"]
    address = f"/asked/{token_of(mail)}"
    browser = Client()
    assert "I have read it and will keep to it" in see(browser, address)
    browser.post(address, {"version": "2"})
    assert "My account was broken into" in see(browser, address)
    assert "We will help" in see(browser, address)
