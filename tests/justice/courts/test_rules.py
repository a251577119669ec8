"""Numbers that find slips, types that are off until read, and where a target stands, as properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.foundation.references import SYMBOLS
from leeward.justice.courts.errors import TypesMalformed
from leeward.justice.courts.management.commands.load_orders import SHIPPED
from leeward.justice.courts.rules.numbers import (
    SLIP_LENGTH,
    NumberMalformed,
    NumberMistyped,
    draw_number,
    read_number,
    slip_as_id,
    slip_of,
    write_number,
)
from leeward.justice.courts.rules.targets import DONE, OVER, Standing, TargetEvent, covers, stand
from leeward.justice.courts.rules.terms import Effect, Happening, TargetState
from leeward.justice.courts.rules.types import TypeState, read_types, state_of

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, THERE = frozenset({"GB", "IE"}), frozenset({"GB"})
H, S = Happening, TargetState


class TestNumbers:
    def test_it_is_read_however_it_was_typed(self) -> None:
        number = draw_number()
        assert read_number(f" {write_number(number).lower().replace('0', 'o').replace('1', 'l')} ") == number
        assert [len(part) for part in write_number(number).split("-")] == [4, 4, 4, 2]

    def test_any_one_or_two_wrong_symbols_and_neighbours_that_changed_places_are_found(self) -> None:
        number = draw_number()
        for first, second in combinations(range(len(number)), 2):
            wrong = list(number)
            wrong[first] = SYMBOLS[(SYMBOLS.index(wrong[first]) + 7) % 32]
            for typed in ("".join(wrong), "".join([*wrong[:second], SYMBOLS[(SYMBOLS.index(wrong[second]) + 3) % 32],
                                                   *wrong[second + 1 :]])):  # fmt: skip
                with pytest.raises(NumberMistyped):
                    read_number(typed)
        for place in range(len(number) - 1):
            if number[place] != number[place + 1]:
                with pytest.raises(NumberMistyped):
                    read_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])

    @pytest.mark.parametrize("typed", ["", "K7M2", "K7M2-4QXD-9ABC-7Z1", "K7M2-4QXD-9AB!-7Z"])
    def test_what_is_no_number_is_told_from_a_slip_of_the_pen(self, typed: str) -> None:
        with pytest.raises(NumberMalformed):
            read_number(typed)

    def test_a_slip_goes_into_an_id_and_comes_back(self) -> None:
        for _number in range(20):
            slip = draw_number(length=SLIP_LENGTH)
            assert slip_of(slip_as_id(slip)) == slip


class TestTypes:
    def test_all_that_ship_are_off_but_the_plain_one(self) -> None:
        types = read_types(SHIPPED.read_text(encoding="utf-8"))
        states = {each.code: state_of(each, is_switched_on=each.is_switched_on, on=START.date()) for each in types}
        assert states.pop("plain-devices") is TypeState.IN_USE
        assert set(states.values()) == {TypeState.UNREAD}
        assert len(states) == 6
        assert all(each.unverified for each in types if each.code != "plain-devices")

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ("is_switched_on: true", "types[0]"),
            ("commencement: soon", "types[0].commencement"),
            ("hours: 0", "types[0].hours"),
            ("surprise: 1", "types[0].surprise"),
            ("ways: []", "types[0].ways"),
        ],
    )
    def test_a_file_that_is_wrong_is_refused_by_the_place(self, change: str, place: str, tmp_path: Path) -> None:
        del tmp_path
        text = SHIPPED.read_text(encoding="utf-8")
        entry = text[text.index("- code: stay-away") :]
        name = change.partition(":")[0]
        lines = [each for each in entry.splitlines() if not each.startswith(f"  {name}:")]
        with pytest.raises(TypesMalformed) as refused:
            read_types("types:\n" + "\n".join([lines[0], f"  {change}", *lines[1:]]))
        assert any(each[0].startswith(place) for each in refused.value.problems)


def event(kind: Happening, day: float, ordinal: int = 0, **more: object) -> TargetEvent:
    return TargetEvent(kind=kind, at=START + day * DAY, ordinal=ordinal or int(day * 10) + 1, **more)  # type: ignore[arg-type]


def told(*events: TargetEvent, **more: object) -> Standing:
    return stand(events, **{"territory": HERE, **more})  # type: ignore[arg-type]


FULL = {"effect": Effect.FULL, "territory": frozenset({"*"})}
KINDS = st.sampled_from([kind for kind in H if kind is not H.VOIDED])
EVENTS = st.lists(
    st.builds(
        lambda kind, hour, effect, territory: (kind, hour, effect, territory),
        KINDS,
        st.integers(0, 400),
        st.sampled_from(Effect),
        st.sampled_from([frozenset({"*"}), HERE, THERE, frozenset[str]()]),
    ),
    max_size=8,
).map(
    lambda made: [
        TargetEvent(
            kind=kind,
            at=START + timedelta(hours=hour),
            ordinal=place + 1,
            effect=effect if kind is H.EFFECT else None,
            territory=territory if kind is H.EFFECT else frozenset(),
        )
        for place, (kind, hour, effect, territory) in enumerate(made)
    ]
)


class TestTargets:
    def test_received_is_not_served_and_served_is_not_obeyed(self) -> None:
        assert told(event(H.RECEIVED, 1)).state is S.ISSUED
        assert told(event(H.TRIED, 1)).state is S.ISSUED
        assert told(event(H.SERVED, 1)).state is S.SERVED
        assert told(event(H.SERVED, 1), event(H.RECEIVED, 2)).state is S.RECEIVED
        done = [event(H.SERVED, 1), event(H.EFFECT, 2, **FULL)]
        assert told(*done).state is S.GIVEN_EFFECT
        assert told(*done, event(H.SEEN_DONE, 3)).state is S.SEEN_DONE
        assert told(*done, event(H.SEEN_UP, 3)).state is S.CONTRADICTED

    def test_it_is_due_at_the_very_instant_and_a_stay_stands_still(self) -> None:
        limit = timedelta(hours=24)
        served = event(H.SERVED, 0)
        due = told(served, limit=limit)
        assert due.due_at == START + limit
        assert not due.is_overdue(START + limit - timedelta(microseconds=1))
        assert due.is_overdue(START + limit)
        stayed = told(served, event(H.STAYED, 0.5, 2), limit=limit)
        assert (stayed.state, stayed.due_at, stayed.is_overdue(START + 9 * DAY)) == (S.STAYED, None, False)
        resumed = told(served, event(H.STAYED, 0.5, 2), event(H.RESUMED, 2.5, 3), limit=limit)
        assert resumed.due_at == START + limit + 2 * DAY
        assert told(served, comply_by=START + 9 * DAY, limit=limit).due_at == START + 9 * DAY

    def test_a_day_that_was_named_ends_at_the_end_of_a_day_after_a_stay_too(self) -> None:
        midnight = datetime(2026, 12, 4, tzinfo=ZoneInfo("Pacific/Auckland"))
        served = event(H.SERVED, 0)
        assert told(served, comply_by=midnight).due_at == midnight
        stay = event(H.STAYED, 1, 2), event(H.RESUMED, 2.25, 3)
        assert told(served, *stay, comply_by=midnight).due_at == midnight + 2 * DAY
        whole = event(H.STAYED, 1, 2), event(H.RESUMED, 2, 3)
        assert told(served, *whole, comply_by=midnight).due_at == midnight + DAY
        assert told(served, *stay, limit=3 * DAY).due_at == START + 4.25 * DAY, "hours stay hours"

    @settings(max_examples=50, deadline=None)
    @given(events=EVENTS, order=st.randoms())
    def test_the_order_of_arrival_changes_nothing_and_what_is_void_was_never_there(
        self, events: list[TargetEvent], order: object
    ) -> None:
        mixed = list(events)
        order.shuffle(mixed)  # type: ignore[attr-defined]
        known = {"territory": HERE, "limit": DAY}
        assert stand(mixed, **known) == stand(events, **known)  # type: ignore[arg-type]
        for each in events:
            voided = [*events, TargetEvent(kind=H.VOIDED, at=each.at, ordinal=99, voids=each.ordinal)]
            without = [other for other in events if other is not each]
            assert stand(voided, **known) == stand(without, **known)  # type: ignore[arg-type]

    @settings(max_examples=50, deadline=None)
    @given(events=EVENTS)
    def test_an_effect_counts_only_where_it_reaches_and_an_end_is_an_end(self, events: list[TargetEvent]) -> None:
        ordered = sorted(events, key=lambda each: (each.at, each.ordinal))
        found = stand(events, territory=HERE)
        effects = [each for each in ordered if each.kind is H.EFFECT]
        if (
            found.state not in OVER
            and effects
            and effects[-1].effect is not Effect.NONE
            and not covers(effects[-1].territory, HERE)
        ):
            assert found.state not in DONE
            assert found.said_at is None
        assert covers(frozenset({"*"}), HERE)
        assert not covers(HERE, frozenset({"*"}))
        if found.state in OVER:
            later = [*events, TargetEvent(kind=H.SEEN_UP, at=START + 99 * DAY, ordinal=99)]
            assert stand(later, territory=HERE).state is found.state
        # Nothing is owed, and so nothing overdue, before it was served.
        assert found.served_at or not replace(found, due_at=START).is_overdue(START + 99 * DAY) or found.state in (
            S.PARTLY, S.CONTRADICTED, S.RECEIVED,
        )  # fmt: skip
