"""The audit trail: what may stand in it, that nothing of it can be changed, and that a change would be found."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta, timezone
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.audit import operations
from leeward.foundation.audit.errors import ChainBroken, FactRefused
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.operations import head, record, seal_events, verify_chain
from leeward.foundation.audit.rules import (
    FACT_LENGTH,
    FIRST_PREVIOUS_HASH,
    Actor,
    ActorKind,
    Subject,
    TrailLine,
    canonical_facts,
    chain_hash,
)
from tests.foundation.audit.verbs import NOW, Verb
from tests.protected_rows import lift, restore

pytestmark = pytest.mark.postgresql


def write(number: int = 0) -> None:
    record(
        verb=Verb.HAPPENED,
        by=Actor.operator(),
        subject=Subject(kind="thing", reference=str(number)),
        now=NOW,
        facts={"number": number},
    )


@pytest.fixture
def unlocked() -> Iterator[None]:
    """What somebody with every right on the database could do."""
    lift()
    yield
    restore()


@given(
    st.dictionaries(st.text(max_size=10), st.none() | st.booleans() | st.integers() | st.text(max_size=20), max_size=9)
)
def test_facts_have_one_text_whatever_their_order(facts: dict[str, str | int | bool | None]) -> None:
    backwards = dict(reversed(list(facts.items())))
    assert canonical_facts(facts) == canonical_facts(backwards)
    assert canonical_facts(facts).isascii()


@pytest.mark.parametrize(
    "value",
    ["d41d8cd98f00b204e9800998ecf8427e", "see " + "Ab" * 32, "x" * (FACT_LENGTH + 1), ["a"], {"a": 1}, 1.5],
)
def test_a_fact_that_could_carry_content_is_refused(value: object) -> None:
    with pytest.raises(FactRefused, match="fact 'why'"):
        canonical_facts({"why": value})  # type: ignore[dict-item]


def test_a_person_is_never_named() -> None:
    assert Actor.person().id == ""
    with pytest.raises(ValueError, match="never identified"):
        Actor(kind=ActorKind.PERSON, id="7")


def test_the_hash_of_a_line_is_frozen() -> None:
    line = TrailLine(at=NOW, verb="a.b", by=Actor.system(), subject=Subject(kind="k", reference="r"), facts='{"n":1}')
    assert (
        chain_hash(previous_hash=FIRST_PREVIOUS_HASH, sequence=1, line=line)
        == "75d86dc00db11da231bcd6b947854cf77e073316d6a5b28abedd457eb6d4e762"
    )


def test_the_same_instant_in_another_zone_is_the_same_line() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5)))
    lines = [
        TrailLine(at=at, verb="a.b", by=Actor.system(), subject=Subject(kind="k"), facts="{}")
        for at in (NOW, elsewhere)
    ]
    assert len({chain_hash(previous_hash="", sequence=1, line=line) for line in lines}) == 1


@pytest.mark.django_db
def test_lines_are_sealed_in_order_and_the_chain_holds() -> None:
    for number in range(5):
        write(number)
    assert seal_events(now=NOW) == 5
    assert verify_chain() == 5
    events = list(AuditEvent.objects.order_by("sequence"))
    assert [event.previous_hash for event in events] == [FIRST_PREVIOUS_HASH, *(event.hash for event in events[:-1])]
    assert head() == (5, events[-1].hash)


def test_a_line_stands_or_falls_with_its_change(transactional_db: None) -> None:
    class Undone(Exception):
        pass

    @transaction.atomic
    def change() -> None:
        write()
        raise Undone

    with pytest.raises(Undone):
        change()
    assert AuditEvent.objects.count() == 0
    write()
    assert AuditEvent.objects.get().sequence == 1, "a committed line is sealed at once"


def test_many_lines_of_one_transaction_are_sealed_by_one_statement(
    transactional_db: None, django_assert_num_queries: Any
) -> None:
    locking = 1 if connection.vendor == "postgresql" else 0
    with django_assert_num_queries(
        6 + locking
    ):  # the line; the lock, what waits, the head and the seal, in a transaction
        write()
    number = 20
    with django_assert_num_queries(number + 7 + locking), transaction.atomic():
        for each in range(number):
            write(each)
    assert verify_chain() == number + 1


def test_a_line_is_sealed_though_one_before_it_was_rolled_back_in_a_part(transactional_db: None) -> None:
    class Undone(Exception):
        pass

    with transaction.atomic():
        with contextlib.suppress(Undone), transaction.atomic():
            write(1)
            raise Undone
        write(2)
        with transaction.atomic():
            write(3)
        with contextlib.suppress(Undone), transaction.atomic():
            write(4)
            raise Undone
    assert set(AuditEvent.objects.values_list("sequence", flat=True)) == {1, 2}
    assert set(AuditEvent.objects.values_list("subject_reference", flat=True)) == {"2", "3"}


def test_more_lines_than_are_sealed_at_once_are_all_sealed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SEALED_AT_ONCE", 3)
    with transaction.atomic():
        for number in range(8):
            write(number)
    assert verify_chain() == 8
    assert not AuditEvent.objects.filter(sequence__isnull=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"facts": "{}"}, {"verb": "other"}, {"hash": "0" * 64}, {"sequence": 9}])
def test_the_database_refuses_to_change_a_sealed_line(change: dict[str, object]) -> None:
    write(1)
    seal_events(now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(**change)


@pytest.mark.django_db
def test_the_database_refuses_to_change_what_an_unsealed_line_says() -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(facts='{"number":2}')


@pytest.mark.django_db
def test_the_database_refuses_to_delete_a_line() -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()


CHANGES: tuple[dict[str, object], ...] = (
    {"facts": '{"number":7}'},
    {"facts": "{}"},
    {"verb": "test.other"},
    {"actor_id": "x"},
    {"actor_kind": "staff"},
    {"actor_kind": "nobody"},
    {"at": NOW + timedelta(microseconds=1)},
    {"subject_kind": "other"},
    {"subject_reference": "other"},
    {"previous_hash": "f" * 64},
    {"hash": "f" * 64},
    {"sequence": 9},
    {"sequence": None, "hash": "", "previous_hash": ""},
)


def test_every_column_of_a_line_is_changed_once() -> None:
    columns = {column.name for column in AuditEvent._meta.local_concrete_fields if not column.primary_key}
    assert {name for change in CHANGES for name in change} == columns


@pytest.mark.django_db
@pytest.mark.parametrize("place", [1, 3, 4])
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_changed_line_is_named(unlocked: None, change: dict[str, object], place: int) -> None:
    kept = _four_lines()
    AuditEvent.objects.filter(sequence=place).update(**change)
    if change.get("sequence", 0) is None:  # of a line that is no part of the chain nothing needs to be as it was
        AuditEvent.objects.filter(sequence=None).update(facts='{"number":7}')
    with pytest.raises(ChainBroken, match=f"Line {place} "):
        verify_chain(kept=kept)


@pytest.mark.django_db
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_removed_line_is_named(unlocked: None, place: int) -> None:
    kept = _four_lines()
    AuditEvent.objects.filter(sequence=place).delete()
    with pytest.raises(ChainBroken, match=rf"Line {place} .* is missing"):
        verify_chain(kept=kept)


@pytest.mark.django_db
def test_a_trail_that_was_cut_or_written_anew_fits_no_head_that_was_kept(unlocked: None) -> None:
    kept = _four_lines()
    assert verify_chain(kept=kept) == 4
    write(5)
    seal_events(now=NOW)
    assert verify_chain(kept=kept) == 5  # it may have grown
    AuditEvent.objects.filter(sequence=2).update(facts='{"number":7}')
    AuditEvent.objects.update(sequence=None, hash="", previous_hash="")
    assert verify_chain() == 5  # by itself it looks whole
    with pytest.raises(ChainBroken, match=r"Line 4 .* written anew"):
        verify_chain(kept=kept)
    AuditEvent.objects.all().delete()
    with pytest.raises(ChainBroken, match=r"Line 1 .* missing, and all after it up to line 4"):
        verify_chain(kept=kept)


def _four_lines() -> tuple[int, str]:
    """Writes four lines. Returns the head that is kept elsewhere."""
    for number in range(4):
        write(number)
    seal_events(now=NOW)
    return head()


@pytest.mark.django_db
def test_two_lines_that_changed_places_are_found(unlocked: None) -> None:
    for number in range(3):
        write(number)
    seal_events(now=NOW)
    AuditEvent.objects.filter(sequence=2).update(sequence=99)
    AuditEvent.objects.filter(sequence=3).update(sequence=2)
    AuditEvent.objects.filter(sequence=99).update(sequence=3)
    with pytest.raises(ChainBroken, match="Line 2 "):
        verify_chain()


def test_writers_at_the_same_time_make_one_chain(transactional_db: None) -> None:
    start = threading.Barrier(6)

    def work(number: int) -> None:
        start.wait()
        try:
            for step in range(5):
                with transaction.atomic():
                    write(number * 100 + step)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_chain() == 30
    assert set(AuditEvent.objects.values_list("sequence", flat=True)) == set(range(1, 31))


@pytest.mark.django_db
def test_the_command_says_whether_the_trail_is_whole(unlocked: None) -> None:
    write()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "whole: 1 lines" in out.getvalue()
    kept = out.getvalue().rpartition(" ")[2].strip()
    call_command("verify_audit", kept=kept, stdout=out)
    for wrong in ("x", "1", "1:", "-1:ab"):
        with pytest.raises(CommandError, match="--kept takes"):
            call_command("verify_audit", kept=wrong)
    with pytest.raises(CommandError, match="Line 2"):
        call_command("verify_audit", kept=f"2{kept[1:]}")
    AuditEvent.objects.update(verb="forged")
    with pytest.raises(CommandError, match="Line 1"):
        call_command("verify_audit")
