"""What a new version would change for the open requests: counted right, cut honestly, the worst first."""

from datetime import timedelta

from leeward.industry.duties.rules import (
    ClockEvent,
    ClockEventKind,
    Element,
    OpenClock,
    PauseReason,
    preview_change,
)
from leeward.industry.duties.rules import previews as module
from tests.industry.duties.conftest import DRAFT, NOW, draft

HELD = frozenset({Element.LOCATION, Element.CONTACT})


def opened(
    reference: str, *, hours_ago: float, held: frozenset[Element] = HELD, more: tuple[ClockEvent, ...] = ()
) -> OpenClock:
    received = ClockEvent(kind=ClockEventKind.RECEIVED, at=NOW - timedelta(hours=hours_ago))
    return OpenClock(
        reference=reference,
        regime=DRAFT,
        events=(received, *more),
        elements=held,
    )


def test_nothing_changes_where_the_draft_says_the_same() -> None:
    found = preview_change(draft=DRAFT, clocks=[opened("a", hours_ago=10)], now=NOW)
    assert not found.changes
    assert (found.looked_at, found.rows, found.is_cut) == (1, (), False)


def test_a_shorter_limit() -> None:
    clocks = [opened("calm", hours_ago=1), opened("late", hours_ago=30), opened("later", hours_ago=60)]
    found = preview_change(draft=draft(limit_hours=24.0), clocks=clocks, now=NOW)
    assert (found.due_changes, found.newly_overdue, found.newly_missing) == (3, 1, 0)
    assert [row.reference for row in found.rows] == ["late", "later", "calm"]
    late = found.rows[0]
    assert late.is_newly_overdue
    assert (late.due_before, late.due_after) == (NOW + timedelta(hours=18), NOW - timedelta(hours=6))
    assert not found.rows[1].is_newly_overdue  # it was overdue before


def test_exactly_at_the_new_limit() -> None:
    clocks = [opened("now", hours_ago=24)]
    found = preview_change(draft=draft(limit_hours=24.0), clocks=clocks, now=NOW)
    assert found.newly_overdue == 1
    assert (
        preview_change(draft=draft(limit_hours=24.0), clocks=clocks, now=NOW - timedelta(microseconds=1)).newly_overdue
        == 0
    )


def test_no_limit_any_more_and_a_limit_at_last() -> None:
    [row] = preview_change(draft=draft(limit_hours=None), clocks=[opened("a", hours_ago=1)], now=NOW).rows
    assert row.due_before is not None
    assert row.due_after is None
    free = OpenClock(
        reference="b",
        regime=draft(limit_hours=None),
        events=opened("b", hours_ago=50).events,
        elements=HELD,
    )
    [row] = preview_change(draft=DRAFT, clocks=[free], now=NOW).rows
    assert (row.due_before, row.is_newly_overdue) == (None, True)


def test_only_what_is_newly_asked_for_is_newly_missing() -> None:
    asks = draft(elements=(Element.SIGNATURE, Element.LOCATION, Element.CONTACT))
    clocks = [
        opened("has it", hours_ago=1, held=HELD | {Element.SIGNATURE}),
        opened("lacks it", hours_ago=1),
        opened("lacks more", hours_ago=1, held=frozenset()),
    ]
    found = preview_change(draft=asks, clocks=clocks, now=NOW)
    assert found.newly_missing == 2
    assert {row.reference: row.newly_missing for row in found.rows} == {
        "lacks it": (Element.SIGNATURE,),
        "lacks more": (Element.SIGNATURE,),
    }


def test_a_pause_that_the_new_version_does_not_know() -> None:
    paused = ClockEvent(kind=ClockEventKind.PAUSED, at=NOW - timedelta(hours=5), reason=PauseReason.MISSING_ELEMENT)
    clocks = [opened("p", hours_ago=60, more=(paused,))]
    found = preview_change(draft=draft(pauses=()), clocks=clocks, now=NOW)
    assert (found.due_changes, found.newly_overdue) == (0, 0)  # it was due before the pause began
    clocks = [opened("p", hours_ago=50, more=(ClockEvent(kind=ClockEventKind.PAUSED, at=NOW - timedelta(hours=9)),))]
    found = preview_change(draft=draft(pauses=()), clocks=clocks, now=NOW)
    assert (found.due_changes, found.newly_overdue) == (1, 1)
    assert found.rows[0].due_before is None


def test_a_pause_that_only_the_new_version_knows() -> None:
    stayed = ClockEvent(kind=ClockEventKind.PAUSED, at=NOW - timedelta(hours=9), reason=PauseReason.STAYED)
    knows = draft(pauses=(PauseReason.MISSING_ELEMENT, PauseReason.STAYED))
    [row] = preview_change(draft=knows, clocks=[opened("p", hours_ago=10, more=(stayed,))], now=NOW).rows
    assert (row.due_before, row.due_after) == (NOW + timedelta(hours=38), None)


def test_many_are_counted_but_few_are_shown() -> None:
    clocks = [opened(f"r{number:04}", hours_ago=30 - number / 1000) for number in range(100)]
    found = preview_change(draft=draft(limit_hours=24.0), clocks=iter(clocks), now=NOW)
    assert (found.looked_at, found.newly_overdue, len(found.rows)) == (100, 100, module.ROWS_MOST)
    assert [row.reference for row in found.rows] == [f"r{number:04}" for number in range(20)]


def test_more_than_can_be_looked_at_is_said() -> None:
    one = opened("a", hours_ago=1)
    found = preview_change(draft=DRAFT, clocks=(one for _ in range(module.CLOCKS_MOST + 7)), now=NOW)
    assert (found.looked_at, found.is_cut) == (module.CLOCKS_MOST, True)
    assert not preview_change(draft=DRAFT, clocks=(one for _ in range(module.CLOCKS_MOST)), now=NOW).is_cut
