"""Batches: done in pieces, once each, by their owner alone, and taken up again where something broke."""

from datetime import UTC, datetime, timedelta

import pytest

from leeward.foundation.work.batches import KEPT, Result, begin_batch, forget_batches, go_on, read_batch
from leeward.foundation.work.errors import BatchUnknown
from leeward.foundation.work.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def works(item: str) -> Result:
    return {"item": item, "said": "done"}


def begun(*items: str) -> Batch:
    return Batch.objects.get(reference=begin_batch(kind="test", items=items, owner="me", now=NOW))


def press(batch: Batch, do: object = works, *, seconds: float = 60) -> list[str]:
    assert callable(do)
    done = go_on(batch.reference, kind="test", owner="me", do=do, now=NOW, seconds=seconds).done
    return [each["item"] for each in done]


def test_each_item_is_done_once_and_in_order() -> None:
    batch, seen = begun("b", "a", "b", "c"), []

    def do(item: str) -> Result:
        seen.append(item)
        return works(item)

    assert press(batch, do) == ["b", "a", "c"]
    assert press(batch, do) == ["b", "a", "c"]
    assert seen == ["b", "a", "c"]


def test_a_press_does_at_least_one_item_however_little_time_it_has() -> None:
    batch = begun("a", "b")
    assert press(batch, seconds=0) == ["a"]
    assert read_batch(batch.reference, kind="test", owner="me", now=NOW).waiting == 1
    assert press(batch, seconds=0) == ["a", "b"]


def test_what_breaks_waits_and_what_was_done_before_it_is_kept() -> None:
    batch, broken = begun("a", "b", "c"), [True]

    def do(item: str) -> Result:
        if item == "b" and broken:
            raise ZeroDivisionError
        return works(item)

    with pytest.raises(ZeroDivisionError):
        press(batch, do)
    progress = read_batch(batch.reference, kind="test", owner="me", now=NOW)
    assert (progress.waiting, len(progress.done), progress.total) == (2, 1, 3)
    broken.clear()
    assert press(batch, do) == ["a", "b", "c"]


@pytest.mark.parametrize("other", [{"owner": "you"}, {"kind": "else"}, {"now": NOW + KEPT}])
def test_another_and_a_later_day_find_nothing(other: dict[str, object]) -> None:
    batch = begun("a")
    asked = {"kind": "test", "owner": "me", "now": NOW, **other}
    with pytest.raises(BatchUnknown):
        read_batch(batch.reference, **asked)  # type: ignore[arg-type]  # a table of values
    with pytest.raises(BatchUnknown):
        go_on(batch.reference, do=works, **asked)  # type: ignore[arg-type]


def test_they_are_forgotten_after_a_day() -> None:
    begun("a")
    assert forget_batches(now=NOW + KEPT - timedelta(seconds=1), limit=10) == 0
    assert forget_batches(now=NOW + KEPT, limit=10) == 1
