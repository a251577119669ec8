"""Entries stay fresh: who is asked when, what the mail says, what its link opens, and what a kill leaves behind."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings

from leeward.config.sweeps import sweeps
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service as VaultService
from leeward.society.directory.errors import EntryUnknown, LinkUnknown, OwnerMissing
from leeward.society.directory.models import OwnerLink, Proposal, Revision, SearchRow, Service
from leeward.society.directory.operations import freshness
from leeward.society.directory.operations.freshness import (
    confirm_by_link,
    confirm_service,
    find_link,
    remind_now,
    remind_owners,
    renew_link,
)
from leeward.society.directory.operations.proposing import propose_end, reject_proposal, report_mistake
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.owner_words import language_of, reminder_words
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.queries.showing import show_service
from leeward.society.directory.rules.freshness import (
    LINK_LIFETIME,
    Freshness,
    MistakeKind,
    freshness_of,
    is_reminder_due,
)
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import ServiceRecord, ServiceStatus
from tests.foundation.outbox.conftest import MailHandler
from tests.society.directory.factories import BY, NOW, TODAY, make_service
from tests.victim.removals.news_people import post_office

pytestmark = pytest.mark.postgresql

OWNER = "desk@harbour.example"
EDITOR = Actor(kind=ActorKind.STAFF, id="a-reference-of-16")
DAY = timedelta(days=1)
LINK = re.compile(r"/directory/entry/([A-Za-z0-9_-]+)")
# Nothing of this may stand in a mail that somebody else may see on the owner's screen.
TELLING = re.compile(
    r"intimate|image|picture|photo|abuse|victim|violence|porn|sex|help|support|refuge|leeward", re.IGNORECASE
)


@pytest.fixture
def courier(settings: Any, tmp_path: Any) -> Iterator[MailHandler]:
    """The keys of the courier, and a real mail server that takes what it brings."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_URL = "https://house.example"
    found_services(by=Actor.operator(), now=NOW)
    with post_office() as handler:
        yield handler


def checked(days_ago: int, **values: Any) -> ServiceRecord:
    """A service that was checked so many days ago, with an owner."""
    return make_service(**{"assured_date": TODAY - days_ago * DAY, "owner_email": OWNER, **values})


def deliver(handler: MailHandler, *, now: datetime = NOW) -> list[Any]:
    send_due(now=now, limit=100, courier=open_service(VaultService.COURIER))
    taken, handler.taken = handler.taken, []
    return [mail for _to, mail in taken]


def token_in(mail: Any) -> str:
    found = LINK.search(mail.get_content())
    assert found is not None
    return found[1]


def ask(service: ServiceRecord, handler: MailHandler, *, now: datetime = NOW) -> str:
    """The token of a link that has just been sent."""
    remind_now(service_id=service.id, by=EDITOR, now=now)
    (mail,) = deliver(handler, now=now)
    return token_in(mail)


class TestRules:
    @pytest.mark.parametrize(
        ("age", "label", "is_due"),
        [
            (0, Freshness.FRESH, False),
            (75, Freshness.FRESH, False),
            (76, Freshness.FRESH, True),
            (89, Freshness.FRESH, True),
            (90, Freshness.LABELLED, True),
            (179, Freshness.LABELLED, True),
            (180, Freshness.HIDDEN, True),
        ],
    )
    def test_the_days_on_which_things_change(self, age: int, label: Freshness, *, is_due: bool) -> None:
        assured = TODAY - age * DAY
        assert freshness_of(assured, today=TODAY) is label
        assert is_reminder_due(assured_date=assured, reminded_on=None, today=TODAY) is is_due

    @pytest.mark.parametrize(("since", "is_due"), [(0, False), (29, False), (30, True)])
    def test_who_was_asked_is_left_alone_for_a_month(self, since: int, *, is_due: bool) -> None:
        assured = TODAY - 100 * DAY
        assert is_reminder_due(assured_date=assured, reminded_on=TODAY - since * DAY, today=TODAY) is is_due

    def test_what_was_never_checked_is_hidden_and_asked_about(self) -> None:
        assert freshness_of(None, today=TODAY) is Freshness.HIDDEN
        assert is_reminder_due(assured_date=None, reminded_on=None, today=TODAY)


@pytest.mark.django_db
class TestConfirming:
    def test_it_writes_the_nations_day_its_history_and_the_trail(self) -> None:
        service = checked(100)
        with override_settings(LEEWARD_TIME_ZONE="Pacific/Auckland"):
            assert confirm_service(
                service_id=service.id,
                source=Source.EDITOR,
                assurer_email="a@b.example",
                how="phone",
                by=EDITOR,
                now=NOW,
            )
        row = Service.objects.get()
        assert (row.assured_date, row.assurer_email, row.modified_at) == (date(2026, 11, 25), "a@b.example", NOW)
        evening = datetime(2026, 11, 25, 22, tzinfo=UTC)
        with override_settings(LEEWARD_TIME_ZONE="Pacific/Auckland"):
            assert confirm_service(service_id=service.id, source=Source.EDITOR, by=EDITOR, now=evening)
        row.refresh_from_db()
        assert (row.assured_date, row.assurer_email) == (date(2026, 11, 26), "a@b.example")
        first, second = Revision.objects.filter(action="confirm").order_by("at")
        assert (first.field, first.previous, first.replacement, first.updated_by) == (
            "assured_date",
            "2026-08-17",
            "2026-11-25",
            "editor",
        )
        assert second.previous == "2026-11-25"
        line = AuditEvent.objects.filter(verb="directory.confirmed").earliest("at")
        assert (line.actor_id, line.facts) == (EDITOR.id, '{"how":"phone","source":"editor"}')

    def test_pressing_twice_is_pressing_once(self) -> None:
        service = checked(100)
        pressed = [confirm_service(service_id=service.id, source=Source.OWNER, by=BY, now=NOW) for _ in range(3)]
        assert pressed == [True, False, False]
        assert Revision.objects.filter(action="confirm").count() == 1

    def test_an_earlier_day_never_makes_it_older_and_a_later_one_is_today(self) -> None:
        service = checked(10)
        for on in (TODAY - 20 * DAY, TODAY - 10 * DAY):
            assert not confirm_service(service_id=service.id, source=Source.OWNER, by=BY, now=NOW, on=on)
        assert confirm_service(service_id=service.id, source=Source.OWNER, by=BY, now=NOW, on=TODAY + 99 * DAY)
        assert Service.objects.get().assured_date == TODAY

    def test_a_day_that_has_not_come_is_nobodys_word(self) -> None:
        service = checked(-4000)
        assert confirm_service(service_id=service.id, source=Source.OWNER, by=BY, now=NOW)
        assert Service.objects.get().assured_date == TODAY

    def test_what_was_hidden_is_found_again(self) -> None:
        service = checked(180)
        assert search_services(Search(words="harbour"), language="en", now=NOW).total == 0
        confirm_service(service_id=service.id, source=Source.OWNER, by=BY, now=NOW)
        assert SearchRow.objects.get().assured_date == TODAY
        assert search_services(Search(words="harbour"), language="en", now=NOW).total == 1

    @pytest.mark.parametrize(("age", "is_found"), [(179, True), (180, False)])
    def test_search_hides_by_the_date_without_any_sweep(self, age: int, *, is_found: bool) -> None:
        service = checked(age)
        assert (search_services(Search(words="harbour"), language="en", now=NOW).total == 1) is is_found
        assert show_service(service.id, language="en", now=NOW).freshness is freshness_of(
            TODAY - age * DAY, today=TODAY
        )

    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(EntryUnknown):
            confirm_service(service_id=make_service().organization_id, source=Source.OWNER, by=BY, now=NOW)


@pytest.mark.django_db
class TestAsking:
    def test_each_owner_is_asked_on_the_day_and_not_before(self, courier: MailHandler) -> None:
        checked(75)
        assert remind_owners(now=NOW, limit=10) == 0
        assert remind_owners(now=NOW + DAY, limit=10) == 1
        assert remind_owners(now=NOW + DAY, limit=10) == 0
        assert remind_owners(now=NOW + 30 * DAY, limit=10) == 0
        assert remind_owners(now=NOW + 31 * DAY, limit=10) == 1  # still not checked, a month later
        assert len(deliver(courier, now=NOW + 31 * DAY)) == 2

    def test_days_are_those_of_the_nation(self, courier: MailHandler) -> None:
        checked(76, assured_date=date(2026, 9, 11))
        last_minute = datetime(2026, 11, 25, 23, 59, tzinfo=ZoneInfo("Pacific/Auckland"))
        with override_settings(LEEWARD_TIME_ZONE="Pacific/Auckland"):
            assert remind_owners(now=last_minute, limit=10) == 0
            first = last_minute + timedelta(minutes=1)
            assert remind_owners(now=first, limit=10) == 1
            assert local_day(first) == date(2026, 11, 26)
            assert remind_owners(now=first + 30 * DAY - timedelta(minutes=1), limit=10) == 0
            assert remind_owners(now=first + 30 * DAY, limit=10) == 1
        assert len(deliver(courier, now=first + 30 * DAY)) == 2

    @pytest.mark.usefixtures("courier")
    def test_the_database_and_the_rule_agree(self) -> None:
        expected = set()
        for age in (None, 0, 75, 76, 89, 90, 179, 180, 400):
            for asked in (None, 0, 29, 30, 31):
                service = checked(0, name=f"{age} {asked}", assured_date=None if age is None else TODAY - age * DAY)
                reminded = None if asked is None else NOW - asked * DAY
                Service.objects.filter(public_id=service.id).update(reminded_at=reminded)
                if is_reminder_due(
                    assured_date=service.assured_date,
                    reminded_on=local_day(reminded) if reminded else None,
                    today=TODAY,
                ):
                    expected.add(service.id)
        assert remind_owners(now=NOW, limit=100) == len(expected) > 10
        assert set(OwnerLink.objects.values_list("service__public_id", flat=True)) == expected

    @pytest.mark.usefixtures("courier")
    def test_who_is_not_asked(self) -> None:
        checked(100, owner_email="")
        checked(100, status=ServiceStatus.DEFUNCT)
        gone = checked(100)
        withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
        waiting = checked(100)
        propose_end(service_id=waiting.id, now=NOW)
        assert remind_owners(now=NOW, limit=10) == 0
        reject_proposal(proposal_id=Proposal.objects.get().public_id, by=EDITOR, now=NOW)
        assert remind_owners(now=NOW, limit=10) == 1
        checked(100, status=ServiceStatus.CLOSED_FOR_NOW)
        internal = checked(100, is_internal=True)
        report_mistake(service_id=waiting.id, kind=MistakeKind.CLOSED, words="", now=NOW)  # a stranger stops no mail
        Service.objects.filter(public_id=waiting.id).update(reminded_at=None)
        assert remind_owners(now=NOW, limit=10) == 3
        assert OwnerLink.objects.filter(service__public_id=internal.id).exists()

    def test_it_is_a_sweep_with_a_limit_and_nobody_waits_for_ever(self, courier: MailHandler) -> None:
        for number in range(5):
            checked(200 + number, name=f"Service {number}")
        assert remind_owners(now=NOW, limit=2) == 2
        assert sweeps(NOW)["owners asked"]() == 3
        assert len(deliver(courier)) == 5
        assert {sweeps(NOW)["owners asked"]() for _ in range(3)} == {0}

    def test_an_address_that_takes_no_mail_does_not_hold_up_the_others(self, courier: MailHandler) -> None:
        checked(300)
        Service.objects.update(owner_email='"odd"@[127.0.0.1]')
        checked(100)
        assert remind_owners(now=NOW, limit=1) == 0
        assert remind_owners(now=NOW, limit=1) == 1
        assert [mail["To"] for mail in deliver(courier)] == [OWNER]

    def test_an_installation_without_a_courier_asks_nobody_and_keeps_nothing(self) -> None:
        checked(100)
        assert remind_owners(now=NOW, limit=10) == 0
        assert (OwnerLink.objects.count(), Service.objects.get().reminded_at) == (0, None)

    @pytest.mark.parametrize("breaks_at", ["post_parcel", "note"])
    def test_a_kill_in_the_middle_leaves_nothing_and_the_next_round_asks_once(
        self, courier: MailHandler, monkeypatch: pytest.MonkeyPatch, breaks_at: str
    ) -> None:
        service = checked(100)
        old = ask(service, courier)
        Service.objects.update(reminded_at=NOW - 40 * DAY)

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(freshness, breaks_at, killed)
            with pytest.raises(KeyboardInterrupt):
                remind_owners(now=NOW, limit=10)
        assert find_link(old, now=NOW).service_id == service.id  # the old link still opens
        assert Parcel.objects.filter(state="waiting").count() == 0
        assert remind_owners(now=NOW, limit=10) == 1
        assert len(deliver(courier)) == 1
        with pytest.raises(LinkUnknown):
            find_link(old, now=NOW)


@pytest.mark.django_db
class TestTheMail:
    def test_what_it_says_and_from_whom(self, courier: MailHandler) -> None:
        checked(80, name="Revenge porn helpline")
        remind_owners(now=NOW, limit=10)
        (mail,) = deliver(courier)
        assert (mail["To"], mail["From"]) == (OWNER, "info@post.example")
        assert mail["Subject"] == "Please check your entry in the services directory"
        assert mail.get_content_type() == "text/plain"
        text = mail.get_content()
        token = token_in(mail)
        assert f"https://house.example/directory/entry/{token}" in text.splitlines()
        assert "24 January 2027" in text
        assert django_settings.LEEWARD_NATION in text
        assert not TELLING.search(f"{mail['Subject']} {mail['From']} {text}")
        assert "Revenge" not in mail.as_string()

    def test_the_language_is_one_that_the_owner_speaks(self) -> None:
        assert language_of(("ar", "en")) == "en"
        assert language_of(("fr", "ar-EG")) == "ar"
        assert language_of(("fr",)) == language_of(()) == "en"

    def test_every_language_says_the_same_address(self) -> None:
        for code, _name in django_settings.LANGUAGES:
            words = reminder_words(address="https://x.example/a", until=TODAY, language=code)
            assert "https://x.example/a" in words.text.splitlines()
            assert "\n" not in words.subject


@pytest.mark.django_db
class TestLinks:
    def test_only_the_digest_is_kept_and_the_token_stands_nowhere(self, courier: MailHandler) -> None:
        service = checked(80)
        token = ask(service, courier)
        assert len(token) >= 43
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # its own tables
                assert token not in str(cursor.fetchall()), table
        assert re.fullmatch(r"[0-9a-f]{64}", OwnerLink.objects.get().digest)
        assert OwnerLink.objects.get().digest not in "".join(AuditEvent.objects.values_list("facts", flat=True))

    def test_a_link_opens_one_entry_for_sixty_days(self, courier: MailHandler) -> None:
        service = checked(80)
        token = ask(service, courier)
        way = find_link(token, now=NOW + LINK_LIFETIME - timedelta(seconds=1))
        assert (way.service_id, way.expires_at) == (service.id, NOW + LINK_LIFETIME)
        for wrong in (token[:-1], token.swapcase(), "", "é\ud800", "x" * 5000):
            with pytest.raises(LinkUnknown):
                find_link(wrong, now=NOW)
        with pytest.raises(LinkUnknown):
            find_link(token, now=NOW + LINK_LIFETIME)

    def test_a_new_link_ends_the_old_one(self, courier: MailHandler) -> None:
        service = checked(80)
        old, new = ask(service, courier), ask(service, courier)
        with pytest.raises(LinkUnknown):
            find_link(old, now=NOW)
        assert find_link(new, now=NOW).service_id == service.id

    def test_another_mailbox_and_a_withdrawal_end_it(self, courier: MailHandler) -> None:
        service = checked(80)
        token = ask(service, courier)
        Service.objects.update(owner_email="new@harbour.example")
        with pytest.raises(LinkUnknown):
            find_link(token, now=NOW)
        Service.objects.update(owner_email=OWNER)
        assert find_link(token, now=NOW).service_id == service.id
        withdraw_service(service.id, source=Source.EDITOR, by=BY, now=NOW)
        with pytest.raises(LinkUnknown):
            find_link(token, now=NOW)

    def test_confirming_by_it_publishes_no_mailbox_that_is_not_public(self, courier: MailHandler) -> None:
        service = checked(100)
        way = find_link(ask(service, courier), now=NOW)
        assert confirm_by_link(way, now=NOW)
        assert Service.objects.get().assurer_email == ""
        Service.objects.update(email="Desk@Harbour.example", assured_date=TODAY - 100 * DAY)
        assert confirm_by_link(way, now=NOW)
        assert Service.objects.get().assurer_email == "Desk@Harbour.example"
        line = AuditEvent.objects.filter(verb="directory.confirmed").earliest("at")
        assert (line.actor_kind, line.facts) == ("person", '{"how":"link","source":"owner"}')

    def test_an_editor_can_send_one_and_is_told_where_none_can_be_sent(self, courier: MailHandler) -> None:
        silent, service = checked(1, owner_email=""), checked(1)
        remind_now(service_id=service.id, by=EDITOR, now=NOW)
        assert len(deliver(courier)) == 1
        assert AuditEvent.objects.get(verb="directory.reminded").actor_id == EDITOR.id
        with pytest.raises(OwnerMissing):
            remind_now(service_id=silent.id, by=EDITOR, now=NOW)
        Service.objects.filter(public_id=silent.id).update(owner_email='"odd"@[127.0.0.1]')
        with pytest.raises(OwnerMissing):
            remind_now(service_id=silent.id, by=EDITOR, now=NOW)
        with pytest.raises(EntryUnknown):
            remind_now(service_id=service.organization_id, by=EDITOR, now=NOW)


@pytest.mark.django_db
class TestRenewing:
    def test_a_link_that_is_over_brings_one_mail_however_often_it_is_asked_for(self, courier: MailHandler) -> None:
        service = checked(10)
        token = ask(service, courier)
        late = NOW + LINK_LIFETIME
        for _ in range(3):
            renew_link(token, now=late)
        (mail,) = deliver(courier, now=late)
        assert mail["To"] == OWNER
        assert find_link(token_in(mail), now=late).service_id == service.id

    def test_one_that_works_or_never_did_brings_none(self, courier: MailHandler) -> None:
        token = ask(checked(10), courier)
        for asked in (token, "unknown", "", "é\ud800"):
            renew_link(asked, now=NOW)
        assert deliver(courier) == []
        assert find_link(token, now=NOW)

    def test_nor_does_one_whose_entry_has_gone_or_has_no_mailbox(self, courier: MailHandler) -> None:
        service = checked(10)
        token, late = ask(service, courier), NOW + LINK_LIFETIME
        Service.objects.update(owner_email="")
        renew_link(token, now=late)
        Service.objects.update(owner_email=OWNER)
        withdraw_service(service.id, source=Source.EDITOR, by=BY, now=NOW)
        renew_link(token, now=late)
        assert deliver(courier, now=late) == []
