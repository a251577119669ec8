"""The ways to reach a platform, and what the desk knows of how it works."""

import dataclasses
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.industry.platforms.errors import (
    ChannelTaken,
    ChannelUnknown,
    TooManyRows,
)
from leeward.industry.platforms.models import PlatformChannel
from leeward.industry.platforms.operations import add_channel, change_channel, describe_platform, remove_channel
from leeward.industry.platforms.queries import channels_of, find_partner_by_id, profile_of
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Profile, Rung, check_channel
from leeward.industry.platforms.rules.channels import CHANNELS_MOST
from tests.industry.conftest import NOW, Keys

pytestmark = pytest.mark.postgresql

DESK = Actor.operator()
ABUSE = NewChannel(kind=ChannelKind.EMAIL, address="abuse@alpha.example")
FORM = NewChannel(kind=ChannelKind.FORM, address="https://alpha.example/report?topic=7", position=2)
COMPLETE = Profile(
    language="pt-BR",
    jurisdiction="US-CA",
    policy_url="https://alpha.example/rules",
    policy_clause="4.2 Intimate images",
    policy_checked_on=date(2026, 11, 1),
    lead_name="Trust and safety, image abuse",
    lead_contact="lead@alpha.example",
    lead_checked_on=date(2026, 11, 2),
    reporting_url="https://alpha.example/report",
    reporting_checked_on=date(2026, 11, 3),
)


@pytest.mark.django_db
class TestChannels:
    def test_they_stand_in_the_order_of_the_ladder(self, alpha: Keys, beta: Keys) -> None:
        host = NewChannel(kind=ChannelKind.XARF, rung=Rung.HOST, address="abuse@host.example")
        flagger = NewChannel(kind=ChannelKind.EMAIL, rung=Rung.TRUSTED_FLAGGER, address="tf@alpha.example", position=9)
        for channel in (host, flagger, FORM, ABUSE):
            add_channel(partner=alpha.partner, channel=channel, by=DESK, now=NOW)
        shown = channels_of(alpha.partner)
        assert [(channel.rung, channel.kind) for channel in shown] == [
            (Rung.PLATFORM, ChannelKind.EMAIL),
            (Rung.PLATFORM, ChannelKind.FORM),
            (Rung.TRUSTED_FLAGGER, ChannelKind.EMAIL),
            (Rung.HOST, ChannelKind.XARF),
        ]
        assert [channel.address for channel in channels_of(alpha.partner, rung=Rung.HOST)] == ["abuse@host.example"]
        assert channels_of(beta.partner) == ()

    def test_one_is_changed_and_removed_only_where_it_belongs(self, alpha: Keys, beta: Keys) -> None:
        added = add_channel(partner=alpha.partner, channel=ABUSE, by=DESK, now=NOW)
        moved = dataclasses.replace(ABUSE, address="new@alpha.example", checked_on=date(2026, 11, 1))
        with pytest.raises(ChannelUnknown):
            change_channel(partner=beta.partner, reference=added.reference, channel=moved, by=DESK, now=NOW)
        with pytest.raises(ChannelUnknown):
            remove_channel(partner=beta.partner, reference=added.reference, by=DESK, now=NOW)
        change_channel(partner=alpha.partner, reference=added.reference, channel=moved, by=DESK, now=NOW)
        (shown,) = channels_of(alpha.partner)
        assert (shown.reference, shown.address) == (added.reference, "new@alpha.example")
        remove_channel(partner=alpha.partner, reference=added.reference, by=DESK, now=NOW)
        assert channels_of(alpha.partner) == ()
        trail = AuditEvent.objects.filter(verb__startswith="platforms.channel").order_by("verb")
        assert [event.verb.rpartition("_")[2] for event in trail] == ["added", "changed", "removed"]
        assert not any("alpha.example" in event.facts for event in trail)

    def test_none_stands_twice(self, alpha: Keys, beta: Keys) -> None:
        for owner in (alpha, beta):
            add_channel(partner=owner.partner, channel=ABUSE, by=DESK, now=NOW)
        with pytest.raises(ChannelTaken):
            add_channel(partner=alpha.partner, channel=dataclasses.replace(ABUSE, position=3), by=DESK, now=NOW)
        form = add_channel(partner=alpha.partner, channel=FORM, by=DESK, now=NOW)
        with pytest.raises(ChannelTaken):
            change_channel(partner=alpha.partner, reference=form.reference, channel=ABUSE, by=DESK, now=NOW)
        add_channel(partner=alpha.partner, channel=dataclasses.replace(ABUSE, language="de"), by=DESK, now=NOW)

    def test_there_are_not_endlessly_many(self, alpha: Keys) -> None:
        PlatformChannel.objects.bulk_create(
            PlatformChannel(platform_id=alpha.partner.id, kind="email", rung="platform", address=f"a{number}@a.example")
            for number in range(CHANNELS_MOST)
        )
        with pytest.raises(TooManyRows):
            add_channel(partner=alpha.partner, channel=ABUSE, by=DESK, now=NOW)

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "pigeon", "address": "x"},
            {"rung": "top"},
            {"kind": "inbox", "address": "x"},
            {"kind": "email", "address": ""},
            {"position": 100},
        ],
    )
    def test_the_database_refuses_what_cannot_be(self, alpha: Keys, values: dict[str, object]) -> None:
        row = {"kind": "email", "rung": "platform", "address": "a@a.example", **values}
        with pytest.raises(IntegrityError), transaction.atomic():
            PlatformChannel.objects.create(platform_id=alpha.partner.id, **row)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (ChannelKind.INBOX, "", ""),
        (ChannelKind.EMAIL, " abuse+iia@mail.alpha.example ", "abuse+iia@mail.alpha.example"),
        (ChannelKind.XARF, "abuse@alpha.example", "abuse@alpha.example"),
        (
            ChannelKind.FORM,
            "https://alpha.example/r?utm_source=kept#form",
            "https://alpha.example/r?utm_source=kept#form",
        ),
        (ChannelKind.WEBHOOK, "https://hooks.alpha.example/leeward", "https://hooks.alpha.example/leeward"),
        (ChannelKind.WEBHOOK, "http://127.0.0.1:8001/hook", "http://127.0.0.1:8001/hook"),
        (ChannelKind.LETTER, " Alpha Ltd \r\n\r\n 1 Quay \r\n Port ", "Alpha Ltd\n1 Quay\nPort"),
    ],
)
def test_an_address_of_its_kind(kind: ChannelKind, typed: str, kept: str) -> None:
    assert check_channel(NewChannel(kind=kind, address=typed)).address == kept


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("address", {"kind": ChannelKind.INBOX, "address": "https://a.example"}),
        ("address", {"address": ""}),
        ("address", {"address": "abuse"}),
        ("address", {"address": "Abuse <abuse@a.example>"}),
        ("address", {"address": "a@a.example\nBcc: b@b.example"}),
        ("address", {"address": "a@a.example,b@b.example"}),
        ("address", {"address": "a@nowhere"}),
        ("address", {"address": "a@a.example/x"}),
        ("address", {"address": "a" * 250 + "@a.example"}),
        ("address", {"kind": ChannelKind.FORM, "address": "alpha.example/report"}),
        ("address", {"kind": ChannelKind.FORM, "address": "javascript:alert(1)"}),
        ("address", {"kind": ChannelKind.FORM, "address": "https://user:secret@a.example/"}),
        ("address", {"kind": ChannelKind.WEBHOOK, "address": "http://a.example/hook"}),
        ("address", {"kind": ChannelKind.WEBHOOK, "address": "https://a.example/ho ok"}),
        ("address", {"kind": ChannelKind.LETTER, "address": "Alpha"}),
        ("address", {"kind": ChannelKind.LETTER, "address": "Alpha Ltd\x001 Quay"}),
        ("address", {"kind": ChannelKind.LETTER, "address": "x" * 601}),
        ("position", {"position": -1}),
        ("position", {"position": 100}),
        ("language", {"language": "English"}),
        ("source", {"source": "x" * 301}),
    ],
)
def test_what_a_kind_cannot_use_is_refused_by_field(field: str, values: dict[str, object]) -> None:
    with pytest.raises(FieldRefused) as refused:
        check_channel(dataclasses.replace(ABUSE, **values))
    assert refused.value.field == field


@pytest.mark.django_db
class TestProfiles:
    def test_what_is_known_is_kept(self, alpha: Keys) -> None:
        assert profile_of(alpha.partner) == Profile()
        assert describe_platform(partner=alpha.partner, profile=COMPLETE, by=DESK, now=NOW)
        assert profile_of(alpha.partner) == COMPLETE
        partner = find_partner_by_id(alpha.partner.id)
        assert (partner.language, partner.jurisdiction) == ("pt-BR", "US-CA")
        assert not describe_platform(partner=alpha.partner, profile=COMPLETE, by=DESK, now=NOW)
        event = AuditEvent.objects.get(verb="platforms.described")
        assert "policy_url" in event.facts
        assert "alpha.example" not in event.facts

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("language", "Portuguese"),
            ("jurisdiction", "usa"),
            ("policy_url", "rules"),
            ("reporting_url", "javascript:alert(1)"),
            ("policy_clause", "x" * 201),
            ("lead_name", "a\x07b"),
            ("lead_contact", "x" * 201),
        ],
    )
    def test_what_cannot_be_is_refused_by_field(self, alpha: Keys, field: str, value: str) -> None:
        with pytest.raises(FieldRefused) as refused:
            describe_platform(
                partner=alpha.partner, profile=dataclasses.replace(COMPLETE, **{field: value}), by=DESK, now=NOW
            )
        assert refused.value.field == field
        assert profile_of(alpha.partner) == Profile()


def test_a_profile_is_complete_with_lead_policy_and_reporting() -> None:
    assert COMPLETE.is_complete
    for field in ("policy_url", "policy_clause", "policy_checked_on", "lead_name", "lead_checked_on", "reporting_url"):
        empty = None if field.endswith("_on") else ""
        assert not dataclasses.replace(COMPLETE, **{field: empty}).is_complete
