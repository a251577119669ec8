"""The rows of persons: their keys tell no order, and mixing takes away the order that the database keeps by itself."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from leeward.foundation.audit import mixing
from leeward.foundation.audit.keys import WITHIN_HOUR_BITS, HourKey, RandomKey, draw_hour_key, draw_key
from leeward.foundation.audit.mixing import MIX_EVERY, mix_rows, persons_models
from leeward.foundation.audit.models import AuditEvent, Mixing
from leeward.foundation.audit.operations import record, seal_events, verify_chain
from leeward.foundation.audit.rules import Actor, PersonsSubject, to_the_hour
from leeward.foundation.vault.models import Holding
from tests.foundation.audit.verbs import NOW, Verb
from tests.horizon import tidy_alone

pytestmark = pytest.mark.postgresql
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone mixes rows")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a row's place is told by SQLite alone")

# Tables of these apps that tell an order, and why they may.
IN_ORDER = {
    "bank.CanaryAlarm": "a platform's act",
    "bank.DenyEntry": "pictures that everyone shares",
    "bank.Disclosure": "a platform's act, with its time",
    "bank.Draw": "one row for a platform's door",
    "bank.FeedState": "one row",
    "bank.Feedback": "a platform's act, with its time",
    "bank.Withdrawal": "platforms have a time for it, which is in clear",
    "helpline.AllocationRule": "a lead's act, about nobody",
    "helpline.LawGaps": "numbers that may be printed, of nobody",
    "helpline.Note": "the helpline's act, with its time",
    "helpline.Profile": "staff",
    "helpline.Review": "the helpline's act, with its time",
    "removals.Check": "the monitor's act, with its time",
    "removals.Decision": "a platform's act, with its time",
    "work.Exposure": "staff, by the day",
    "locker.Store": "the installation's, one row",
    "removals.Match": "the monitor's act, with its time",
    "removals.Note": "the desk's act, with its time",
    "removals.Notice": "the desk's act, with its time",
    "removals.Notice_requests": "the desk's act, with the notice's time",
    "removals.Review": "the desk's act, with its time",
    "work.SavedView": "staff",
    "work.ShiftNote": "the desk's act, with its time",
    "vault.RecoveryKey": "staff",
    "vault.ServiceKey": "workers",
    "vault.TeamKey": "teams",
    "vault.TeamKeySlot": "staff",
    "vault.UnlockSlot": "staff",
    "vault.UserKey": "staff",
}


def holding(number: int) -> None:
    Holding.objects.create(name=f"{number:064x}", sealed=b"x" * 40, expires_on=NOW.date())


def test_every_table_of_persons_has_a_random_key_or_says_why_not() -> None:
    ordered = {
        model._meta.label
        for label in ("vault", "bank", "portal", "file", "helpline", "locker", "network", "removals", "work")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if not isinstance(model._meta.pk, RandomKey)
    }
    assert ordered == set(IN_ORDER)


def test_keys_are_random_and_an_hours_key_tells_the_hour_alone() -> None:
    drawn = [draw_key() for _ in range(1_000)]
    assert len(set(drawn)) == 1_000
    assert 0 <= min(drawn) < max(drawn) < 2**62
    assert 300 < sum(key >> 61 for key in drawn) < 700
    hours = {draw_hour_key() >> WITHIN_HOUR_BITS for _ in range(1_000)}
    assert len(hours) <= 2
    assert 0 < max(hours) << WITHIN_HOUR_BITS < 2**62
    assert isinstance(HourKey(), RandomKey)


@on_sqlite
@pytest.mark.django_db
def test_on_sqlite_the_key_is_the_rows_own_number() -> None:
    for model in persons_models():
        with connection.cursor() as cursor:
            cursor.execute("SELECT lower(sql) FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            assert '"id" integer not null primary key' in cursor.fetchone()[0], model


class TestHerLines:
    def write(self, minute: int, reference: str = "r") -> None:
        record(
            verb=Verb.HAPPENED,
            by=Actor.person(),
            subject=PersonsSubject(kind="thing", reference=reference),
            now=NOW + timedelta(minutes=minute, microseconds=minute),
        )

    @pytest.mark.django_db
    def test_they_tell_the_hour_and_each_names_its_subject_anew(self) -> None:
        for minute in range(20):
            self.write(minute)
        lines = list(AuditEvent.objects.all())
        assert {line.at for line in lines} == {to_the_hour(NOW)}
        assert len({line.subject_reference for line in lines}) == 20
        assert "r" not in {line.subject_reference for line in lines}

    @pytest.mark.django_db
    def test_they_are_sealed_together_when_their_hour_is_over_in_the_order_of_random_keys(self) -> None:
        for minute in range(20):
            self.write(minute)
        assert seal_events(now=NOW + timedelta(minutes=59)) == 0
        assert seal_events(now=NOW + timedelta(minutes=64)) == 0
        assert seal_events(now=NOW + timedelta(minutes=65)) == 20
        assert verify_chain() == 20
        keys = list(AuditEvent.objects.order_by("sequence").values_list("pk", flat=True))
        assert keys == sorted(keys)

    @pytest.mark.django_db
    def test_the_lines_of_others_do_not_wait_for_them(self) -> None:
        self.write(1)
        record(verb=Verb.HAPPENED, by=Actor.system(), subject=PersonsSubject(kind="thing", reference="r"), now=NOW)
        assert seal_events(now=NOW + timedelta(minutes=2)) == 1
        assert AuditEvent.objects.get(sequence=1).actor_kind == "system"


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class TestMixing:
    @pytest.fixture(autouse=True)
    def _few(self, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG002
        monkeypatch.setattr(mixing, "COMPANIONS", 20)

    def transactions(self) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text FROM vault_holding")
            return {row[0] for row in cursor.fetchall()}

    def test_it_is_done_now_and_then_and_never_within_a_transaction(self, at: datetime) -> None:
        holding(1)
        with transaction.atomic():
            assert mix_rows(now=at) == 0
        assert mix_rows(now=at) == 1
        holding(2)
        assert mix_rows(now=at + MIX_EVERY / 2) == 0
        assert mix_rows(now=at + MIX_EVERY) >= 1
        holding(3)
        assert mix_rows(now=at + timedelta(hours=1, minutes=-1)) >= 1
        assert mix_rows(now=at + timedelta(hours=1)) >= 1, "a new hour does not wait"
        holding(4)
        assert mix_rows(now=at - timedelta(days=1)) >= 1, "a clock that was set back"
        assert Holding.objects.count() == 4
        assert Mixing.objects.count() == 1

    @on_postgresql
    def test_what_is_new_is_found_among_what_is_old(self, at: datetime) -> None:
        for number in range(10):
            holding(number)
        assert len(self.transactions()) == 10
        assert mix_rows(now=at) == 10
        before = self.transactions()
        assert len(before) == 1
        assert mix_rows(now=at + MIX_EVERY) == 0, "nothing is new"
        assert self.transactions() == before
        holding(11)
        assert mix_rows(now=at + 2 * MIX_EVERY) >= 1, "the new one, and what somebody's open transaction may hide"
        assert len(self.transactions()) == 1
        assert self.transactions() != before

    @on_postgresql
    def test_a_new_hour_leaves_nothing_of_the_rounds_before(
        self, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mixing, "COMPANIONS", 0)
        for round_ in range(4):
            holding(round_)
            # One where nobody else is at work on this server; a transaction that stays open has older rows mixed again.
            assert 1 <= mix_rows(now=at + round_ * MIX_EVERY) <= round_ + 1
        assert len(self.transactions()) <= 4, "each round has a transaction of its own"
        assert 3 <= mix_rows(now=at + timedelta(hours=1)) <= 4, "at most but the first, which the hour before has mixed"
        assert len(self.transactions()) <= 2
        holding(9)
        assert mix_rows(now=at + timedelta(hours=1) + MIX_EVERY) >= 1
        assert len(self.transactions()) <= 3

    @on_postgresql
    def test_of_what_was_deleted_or_mixed_no_bytes_are_left(self, at: datetime) -> None:
        for number in range(30):
            holding(number)
        mix_rows(now=at)
        Holding.objects.filter(name=f"{7:064x}").delete()
        mix_rows(now=at + timedelta(hours=1))
        tidy_alone(at + timedelta(hours=1))
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('vault_holding'))")
            raw = bytes(cursor.fetchone()[0])
        found = [raw.count(f"{number:064x}".encode()) for number in range(30)]
        assert found == [0 if number == 7 else 1 for number in range(30)]

    @on_postgresql
    def test_a_row_in_somebodys_hand_waits_for_the_next_time(self, at: datetime) -> None:
        for number in range(4):
            holding(number)
        held, over = threading.Event(), threading.Event()

        def hold() -> None:
            try:
                with transaction.atomic():
                    list(Holding.objects.select_for_update().filter(name=f"{2:064x}"))
                    held.set()
                    over.wait(timeout=60)
            finally:
                connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(timeout=60)
        try:
            assert mix_rows(now=at) == 3
        finally:
            over.set()
            thread.join()
        assert len(self.transactions()) == 2
        assert mix_rows(now=at + MIX_EVERY) >= 1
        assert len(self.transactions()) == 1

    def test_sealed_lines_stay_as_they_are(self, at: datetime) -> None:
        for number in range(3):
            subject = PersonsSubject(kind="thing", reference=str(number))
            record(verb=Verb.HAPPENED, by=Actor.system(), subject=subject, now=at)
        TestHerLines().write(1)
        before = list(AuditEvent.objects.order_by("pk").values())
        mix_rows(now=at)
        assert list(AuditEvent.objects.order_by("pk").values()) == before

    @on_postgresql
    def test_a_restored_dump_counts_anew(self, at: datetime) -> None:
        holding(1)
        mix_rows(now=at)
        Mixing.objects.update(horizon=2**40, mixed_by=2**40, hour_horizon=2**40, hour_mixed_by=2**40)
        holding(2)
        assert mix_rows(now=at + MIX_EVERY) >= 2


def test_nothing_with_a_random_key_is_ordered_by_it_alone() -> None:
    """A default order by the key would be an order by chance."""
    assert not [model for model in persons_models() if set(model._meta.ordering) & {"id", "-id", "pk", "-pk"}]
    assert all(isinstance(model._meta.pk, models.BigIntegerField) for model in persons_models())
