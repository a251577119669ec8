"""Nothing is called sent, and no clock runs, before a notice has reached somebody."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import found_team
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    create_platform,
    describe_platform,
    keyring_for_key,
    meet_site,
)
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Partner, Profile, team_name
from leeward.victim.removals.errors import InboxUnread
from leeward.victim.removals.models import Notice
from leeward.victim.removals.operations.desk import assign_platform
from leeward.victim.removals.operations.notices import mark_sent, send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Filed, Worker, told
from tests.victim.removals.desk_people import at_desk, only_request, send_all
from tests.victim.removals.her import Her
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
HOST = "nobody-knows.example"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def met(filed: Filed, worker: Worker, *channels: NewChannel) -> Partner:
    """A site that was met in this report, with these channels."""
    partner = meet_site(host=HOST, by=OPERATOR, now=NOW)
    for channel in channels:
        add_channel(partner=partner, channel=channel, by=OPERATOR, now=NOW)
    describe_platform(partner=partner, profile=Profile(policy_clause="Rules, 3"), by=OPERATOR, now=NOW)
    request = only_request(filed).reference
    opened = at_desk(filed, worker)
    assign_platform(opened=opened, request=request, platform_id=partner.id, by=worker.actor, now=NOW)
    return partner


def test_an_inbox_that_nobody_has_opened_takes_no_notice(house: None) -> None:
    member, worker = chief()
    filed = told(f"https://{HOST}/p/1")
    partner = met(filed, worker, NewChannel(kind=ChannelKind.INBOX))
    (plan,) = plan_notices(opened=at_desk(filed, worker), signer="Robin Vale", now=NOW)
    assert (plan.channel, plan.is_inbox_unread, plan.can_be_sent) == (None, True, False)
    with pytest.raises(InboxUnread):
        send_notice(opened=at_desk(filed, worker), plan=plan, by=worker.actor, now=NOW)
    assert not Notice.objects.exists()

    desk = come_in(member.name)
    page = desk.get(reverse("removals:desk-send", args=[filed.reference])).content.decode()
    assert "a notice in the inbox here would reach nobody" in page
    assert "Ask an administrator to invite their people, or add a mailbox or a form" in page
    assert 'name="plan"' not in page
    desk.post(reverse("removals:desk-send", args=[filed.reference]), {"plan": "0" * 32})
    request = only_request(filed)
    assert (request.state, request.first_sent_at, request.law_started_at) == (RequestState.PREPARED, None, None)
    platform = desk.get(reverse("platforms-removal", args=[partner.public_id])).content.decode()
    assert f"Nobody at {HOST} has signed in here yet" in platform
    shown = Her(filed).see("/status/place/1")
    assert "We have asked" not in shown
    assert "had time until" not in shown


def test_another_way_is_taken_before_an_inbox_that_nobody_has_opened(house: None) -> None:
    _member, worker = chief()
    filed = told(f"https://{HOST}/p/1")
    form = NewChannel(kind=ChannelKind.FORM, address=f"https://{HOST}/report", position=9)
    met(filed, worker, NewChannel(kind=ChannelKind.INBOX), form)
    (plan,) = plan_notices(opened=at_desk(filed, worker), signer="Robin Vale", now=NOW)
    assert plan.channel is not None
    assert plan.channel.kind is ChannelKind.FORM


def test_an_inbox_takes_notices_once_somebody_there_has_signed_in(house: None) -> None:
    _member, worker = chief()
    filed = told(f"https://{HOST}/p/1")
    partner = met(filed, worker, NewChannel(kind=ChannelKind.INBOX))
    # Having an account is not enough: it must have been used.
    found_team(team=team_name(partner.public_id), by=OPERATOR, now=NOW)
    employ("mo", Role.MODERATOR, affiliation=str(partner.public_id))
    (plan,) = plan_notices(opened=at_desk(filed, worker), signer="Robin Vale", now=NOW)
    assert plan.channel is None
    come_in("mo")
    send_all(filed, worker)
    request = only_request(filed)
    assert (request.state, request.law_started_at) == (RequestState.SENT, NOW)
    assert "We have asked" in Her(filed).see("/status/place/1")


def test_a_key_that_has_opened_the_door_reads_the_inbox_too(robin: Worker) -> None:
    issued = create_platform(name="Chatter", by=OPERATOR, now=NOW)
    add_domain(partner=issued.partner, domain=NewDomain(host="chatter.example"), by=OPERATOR, now=NOW)
    add_channel(partner=issued.partner, channel=NewChannel(kind=ChannelKind.INBOX), by=OPERATOR, now=NOW)
    filed = told("https://chatter.example/p/1")
    (plan,) = plan_notices(opened=at_desk(filed, robin), signer="Robin Vale", now=NOW)
    assert plan.channel is None
    keyring_for_key(issued.fetch_key, now=NOW)
    (plan,) = plan_notices(opened=at_desk(filed, robin), signer="Robin Vale", now=NOW)
    assert plan.channel is not None


def test_what_a_person_still_has_to_carry_is_not_called_sent(open_company: Callable[..., Company]) -> None:
    member, worker = chief()
    open_company("Forum", host="forum.example", kind=ChannelKind.FORM, address="https://forum.example/report")
    filed = told("https://forum.example/p/1")
    (notice,) = send_all(filed, worker)
    request = only_request(filed)
    assert (request.state, request.first_sent_at, request.law_due_at) == (RequestState.SENDING, None, None)
    desk = come_in(member.name)
    for address in (
        reverse("removals:desk-report", args=[filed.reference]),
        reverse("removals:desk-notice", args=[notice]),
    ):
        page = desk.get(address).content.decode()
        assert "On its way" not in page
    shown = Her(filed).see("/status/place/1")
    assert "has not arrived there yet" in shown
    assert "is on its way" not in shown
    mark_sent(reference=notice, by=worker.actor, now=NOW)
    assert only_request(filed).law_started_at == NOW
