"""Charts: what is drawn is what the table says, nothing is hidden behind colour, and nothing hidden is drawn."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.protection.printed import Doubt, PrintedNumber, exact
from leeward.foundation.protection.tables import Status
from leeward.foundation.web import charts
from leeward.foundation.web.charts import (
    COLUMN,
    PAGE,
    PHONE,
    Aside,
    Bar,
    Bars,
    Chart,
    Frame,
    Levels,
    Mark,
    PeriodName,
    Spark,
    Stack,
    Trend,
    TrendLine,
    Unit,
)
from leeward.foundation.web.charts.canvas import spread, width_of, wrap
from leeward.foundation.web.charts.describing import describe_trend
from leeward.foundation.web.charts.drawing import draw_in
from leeward.foundation.web.charts.numbers import say, say_amount, say_short
from leeward.foundation.web.charts.scales import from_nothing, of_durations
from leeward.foundation.web.charts.tables import table_of
from leeward.foundation.web.charts.trends import scale_for
from leeward.policy.statistics.dashboard.charting import is_hidden, trend
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.records import Frequency, Point, Series

HIDDEN = PrintedNumber(value=None, status=Status.CONFIDENTIAL)
STYLES = Path(charts.__file__).parents[1] / "static/web/charts.css"
SVG = "{http://www.w3.org/2000/svg}"
FRAMES = (PHONE, COLUMN, PAGE)


def amounts(*values: float | None) -> tuple[PrintedNumber, ...]:
    return tuple(HIDDEN if value is None else exact(value) for value in values)


def periods(number: int) -> tuple[PeriodName, ...]:
    return tuple(PeriodName(name=f"month {n}", short=f"m{n}", year=str(2024 + n // 12)) for n in range(number))


def hours() -> Trend:
    return Trend(
        key="hours",
        title="How soon & well",
        periods=periods(6),
        lines=(
            TrendLine(name="half", amounts=amounts(30, 24, None, None, 14, 12)),
            TrendLine(name="nine in ten", amounts=amounts(400, 380, None, None, 300, 290), outer=True),
        ),
        unit=Unit.HOURS,
        sentence="Half within 12 hours.",
        marks=(Mark(name="the law", value=48),),
    )


def lone() -> Trend:
    line = TrendLine(name="taken down", amounts=amounts(80, 85, None, None, 90, 92))
    return Trend(key="lone", title="Taken down", periods=periods(6), lines=(line,), unit=Unit.PERCENT, sentence="")


def shares() -> Bars:
    bars = (("Lantern", 96.0), ("A <b>bold</b> name", 40.5), ("Old Harbour", None), ("Walls", 0.0))
    return Bars(
        key="shares",
        title="By platform",
        of="Platform",
        measure="Removed",
        unit=Unit.PERCENT,
        sentence="Lantern removed most.",
        bars=tuple(Bar(name=name, amount=amounts(value)[0]) for name, value in bars),
    )


def counts(*values: float | None) -> Bars:
    return Bars(
        key="counts",
        title="Counts",
        of="Thing",
        measure="Number",
        unit=Unit.COUNT,
        sentence="",
        bars=tuple(Bar(name=f"thing {n}", amount=amounts(value)[0]) for n, value in enumerate(values)),
    )


def levels() -> Levels:
    return Levels(
        key="levels",
        title="Where the nation stands",
        of="Area",
        names=("absent", "started", "essential", "best practice", "outcome shown"),
        sentence="Two are shown.",
        stacks=(
            Stack(name="Policy", counts=(0, 1, 1, 1, 1), aside=(1, 0)),
            Stack(name="Media", counts=(2, 0, 0, 0, 1)),
        ),
        aside=(Aside(name="not known", sign="?"), Aside(name="does not apply", sign="–")),
    )


def measured() -> Bars:
    """Shares with the interval of each, and one that is hidden."""
    return replace(
        shares(),
        key="measured",
        bars=(
            Bar(name="2023-Q1", amount=PrintedNumber(value=24.4, low=19, high=30.7)),
            Bar(name="2023-Q2", amount=amounts(None)[0]),
        ),
    )


EVERY: tuple[Chart, ...] = (hours(), lone(), shares(), counts(20, 40, None), measured(), levels())


def drawn(chart: Chart, frame: Frame) -> ET.Element:
    return ET.fromstring(draw_in(chart, frame).markup())  # noqa: S314  # our own


def every_drawing() -> Iterator[ET.Element]:
    for chart in EVERY:
        for frame in FRAMES:
            yield drawn(chart, frame)


def words_of(root: ET.Element) -> set[str]:
    return {each.text or "" for each in root.iter(f"{SVG}text")}


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in root.iter() if name in (each.get("class") or "").split()]


# --- what everybody gets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_drawing_is_a_named_and_described_image(language: str) -> None:
    with translation.override(language):
        for root in every_drawing():
            assert root.get("role") == "img"
            named = {each.get("id"): each.text for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
            asked = (root.get("aria-labelledby") or "").split()
            assert asked == list(named)
            assert all(named.values())
            assert root.get("direction") == ("rtl" if language == "ar" else "ltr")


def test_no_drawing_holds_style_script_or_anything_from_elsewhere() -> None:
    for root in every_drawing():
        for each in root.iter():
            assert each.tag.removeprefix(SVG) not in ("style", "script", "image", "use", "a", "foreignObject")
            assert not [name for name in each.attrib if name == "style" or name.startswith("on") or "href" in name]
            assert (each.get("fill") or "url(#").startswith("url(#")
            assert each.get("stroke") is None


def test_every_class_has_its_look() -> None:
    styled = set(re.findall(r"\.(chart-[\w-]+)", STYLES.read_text(encoding="utf-8")))
    used = {name for root in every_drawing() for each in root.iter() for name in (each.get("class") or "").split()}
    assert used <= styled


def test_patterns_are_found_where_they_are_asked_for_and_names_stand_once() -> None:
    for chart in EVERY:
        found = [each.get("id") for frame in FRAMES for each in drawn(chart, frame).iter() if each.get("id")]
        assert len(found) == len(set(found))
        for frame in FRAMES:
            root = drawn(chart, frame)
            asked = {(each.get("fill") or "").removeprefix("url(#").removesuffix(")") for each in root.iter()} - {""}
            assert asked <= {each.get("id") for each in root.iter(f"{SVG}pattern")}


def test_everything_stays_inside_its_frame() -> None:
    for root in every_drawing():
        _left, _top, width, height = (float(each) for each in (root.get("viewBox") or "").split())
        for each in root.iter():
            for name, most in (
                ("x", width),
                ("x1", width),
                ("x2", width),
                ("cx", width),
                ("y", height),
                ("cy", height),
            ):
                if (place := each.get(name)) and each not in of_class(root, "chart-told"):
                    assert -0.5 <= float(place) <= most + 0.5, ET.tostring(each)


def test_what_somebody_called_a_platform_is_written_not_run() -> None:
    whole = str(charts.draw(shares()).wide)
    assert "<b>" not in whole
    assert "&lt;b&gt;bold" in whole


def test_a_drawing_is_turned_round_and_nothing_else() -> None:
    straight = drawn(counts(20, 40), COLUMN)
    with translation.override("ar"):
        turned = drawn(counts(20, 40), COLUMN)
    for one, other in zip(of_class(straight, "chart-bar"), of_class(turned, "chart-bar"), strict=True):
        start, width = (float(one.get(name) or 0) for name in ("x", "width"))
        assert float(other.get("width") or 0) == pytest.approx(width)
        assert float(other.get("x") or 0) == pytest.approx(COLUMN.width - start - width, abs=0.2)


# --- the table and the picture say the same ---------------------------------------------------------------------------


def test_tables_hold_every_number_once() -> None:
    assert table_of(hours()).rows[0] == ("month 0", "30 hours", "17 days")
    assert table_of(hours()).rows[2] == ("month 2", "not shown, to protect people", "not shown, to protect people")
    assert [row[1] for row in table_of(shares()).rows] == ["96%", "40.5%", "not shown, to protect people", "0%"]
    assert table_of(levels()).rows == (
        ("Policy", "0", "1", "1", "1", "1", "1", "0"),
        ("Media", "2", "0", "0", "0", "1", "0", "0"),
    )


@given(st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=10**6)), min_size=1, max_size=12))
def test_bars_are_as_long_as_their_numbers(values: list[int | None]) -> None:
    root = drawn(counts(*values), COLUMN)
    known = [value for value in values if value is not None]
    lengths = [float(bar.get("width") or 0) for bar in of_class(root, "chart-bar")]
    assert len(lengths) == len(known)
    assert len(of_class(root, "chart-gap")) == len(values) - len(known)
    longest = max(lengths, default=0)
    for value, length in zip(known, lengths, strict=True):
        assert length == pytest.approx(longest * value / (max(known) or 1), abs=0.15)
    assert {say_short(value, Unit.COUNT) for value in known} <= words_of(root)


def test_all_bars_begin_at_the_same_place() -> None:
    for frame in FRAMES:
        assert len({bar.get("x") for bar in of_class(drawn(shares(), frame), "chart-bar")}) == 1


def test_a_line_stands_where_its_numbers_do() -> None:
    trend = hours()
    root, scale = drawn(trend, COLUMN), scale_for(trend)
    grid = {say_short(tick, Unit.HOURS): tick for tick in scale.ticks}
    assert set(grid) <= words_of(root)
    heights = sorted(float(each.get("y1") or 0) for each in of_class(root, "chart-grid") + of_class(root, "chart-base"))
    top, bottom = heights[0], heights[-1]
    points = [
        float(y)
        for path in of_class(root, "chart-line--main")
        for _x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path.get("d") or "")
    ]
    expected = [bottom - scale.part(amount.value) * (bottom - top) for amount in trend.lines[0].amounts if amount.value]
    assert points == pytest.approx(expected, abs=0.2)


def test_lines_break_where_nothing_is_shown() -> None:
    root = drawn(hours(), COLUMN)
    assert len(of_class(root, "chart-line--main")) == 2
    assert len(of_class(root, "chart-band")) == 2
    assert len(of_class(root, "chart-gap")) == 1
    drawn_for = charts.draw(hours())
    assert any("Hatched" in note for note in drawn_for.notes)
    assert not any("Dashed" in note for note in drawn_for.notes)


def test_what_still_changes_is_dashed_and_said_so() -> None:
    newest = PrintedNumber(value=12, status=Status.ESTIMATE, why=frozenset({Doubt.LATE}))
    trend = Trend(
        key="open",
        title="Open",
        periods=periods(3),
        lines=(TrendLine(name="half", amounts=(*amounts(30, 20), newest)),),
        unit=Unit.HOURS,
        sentence="",
    )
    root = drawn(trend, PHONE)
    assert len(of_class(root, "chart-line--open")) == 1
    assert len(of_class(root, "chart-dot--open")) == 1
    # Strong is the newest number that is final, with its period; the one that still changes is none of it.
    assert [each.text for each in of_class(root, "chart-text--number")] == ["20 hr"]
    assert "m1" in {each.text for each in of_class(root, "chart-text--small")}
    all_open = replace(trend, lines=(TrendLine(name="half", amounts=(newest,) * 3),))
    root = drawn(all_open, COLUMN)
    assert of_class(root, "chart-text--number") == []
    assert [each.text for each in of_class(root, "chart-text--open")] == ["12 hr"]
    assert any("Dashed" in note for note in charts.draw(trend).notes)
    assert say_amount(newest, Unit.HOURS) == "12 hours, still changing"


def test_an_interval_is_drawn_where_it_lies_and_told_in_words_and_in_the_table() -> None:
    for frame in FRAMES:
        root = drawn(measured(), frame)
        (bar,), (track, _hidden) = of_class(root, "chart-bar"), of_class(root, "chart-track")
        start, whole = (float(track.get(name) or 0) for name in ("x", "width"))
        line, *stops = of_class(root, "chart-whisker")
        for name, share in (("x1", 0.19), ("x2", 0.307)):
            assert float(line.get(name) or 0) == pytest.approx(start + share * whole, abs=0.2)
        assert len(stops) == 2
        assert (bar.findtext(f"{SVG}title") or "").endswith("24.4% (19 to 30.7)")
        assert "2023-Q1: 24.4% (19 to 30.7)." in (root.findtext(f"{SVG}desc") or "")
    table = table_of(measured())
    assert [row[1] for row in table.rows] == ["24.4% (19 to 30.7)", "not shown, to protect people"]


def test_the_range_of_a_line_is_tinted_above_its_ground_wherever_both_ends_are_known() -> None:
    rounded = [
        PrintedNumber(value=each, low=each - 5, high=each + 5, why=frozenset({Doubt.ROUNDED})) for each in (40, 60)
    ]
    late = PrintedNumber(value=70, status=Status.ESTIMATE, low=65, why=frozenset({Doubt.ROUNDED, Doubt.LATE}))
    line = TrendLine(name="gone", amounts=(*rounded, late))
    made = Trend(key="t", title="t", periods=periods(3), lines=(line,), unit=Unit.PERCENT, sentence="")
    for frame in FRAMES:
        root = drawn(made, frame)
        (band,) = of_class(root, "chart-range")
        assert (band.get("d") or "").count("L") == 3  # two months, and back along their lower ends
        order = [each.get("class") for each in root.iter()]
        assert order.index("chart-under") < order.index("chart-range") < order.index("chart-line chart-line--main")
    assert any("The tint along a line" in note for note in charts.draw(made).notes)


def test_a_bar_that_still_changes_is_not_strong() -> None:
    bars = Bars(
        key="bars",
        title="Bars",
        of="Who",
        measure="Gone",
        bars=(
            Bar(name="final", amount=PrintedNumber(value=40)),
            Bar(name="open", amount=PrintedNumber(value=60, status=Status.ESTIMATE)),
        ),
        unit=Unit.PERCENT,
        sentence="",
    )
    root = drawn(bars, COLUMN)
    assert [each.text for each in of_class(root, "chart-text--number")] == ["40%"]
    assert [each.text for each in of_class(root, "chart-text--open")] == ["60%"]


@pytest.mark.parametrize("frame", FRAMES)
def test_the_name_of_a_bar_is_whole_and_stands_above_no_other(frame: Frame) -> None:
    name = "You can tell me what happened, and nobody here will ask you why you ever sent the picture to somebody."
    bars = tuple(Bar(name=each, amount=PrintedNumber(value=40)) for each in (name, "Short", name))
    root = drawn(replace(shares(), bars=bars), frame)
    lines = [each for each in root.iter(f"{SVG}text") if each.text != "40%"]
    assert " ".join(each.text or "" for each in lines) == f"{name} Short {name}"
    heights = [float(each.get("y", "0")) for each in lines]
    assert all(after - before >= 15 for before, after in itertools.pairwise(heights))
    boxes = [each for each in root.iter(f"{SVG}rect") if each.get("class") == "chart-bar"]
    tops = [float(each.get("y", "0")) for each in boxes]
    assert tops == sorted(tops)
    bottom = tops[-1] + float(boxes[-1].get("height", "0"))
    assert bottom <= float((root.get("viewBox") or "").split()[-1])


def test_each_thing_has_a_square_and_its_level_in_it() -> None:
    root = drawn(levels(), PAGE)
    digits = sorted(word for word in words_of(root) if word.isdigit())
    assert digits == ["0", "1", "2", "3", "4"]
    squares = of_class(root, "chart-level")
    assert len(squares) == 7 + 8  # the key's, then one for each
    assert sum(each.text == "?" for each in root.iter(f"{SVG}text")) == 2
    by_level = {each.find(f"{SVG}title").text for each in squares}  # type: ignore[union-attr]
    assert by_level == set(levels().all_names)


def test_two_levels_never_look_alike_without_colour() -> None:
    root = drawn(levels(), PAGE)
    looks = {
        (each.find(f"{SVG}title").text, each.get("fill"), each.get("class"))  # type: ignore[union-attr]
        for each in of_class(root, "chart-level")
    }
    assert len({look[1:] for look in looks}) == len(levels().names) + 1  # those at no level have their sign


def test_a_chart_without_numbers_says_so() -> None:
    empty = Trend(
        key="none", title="None", periods=(), lines=(TrendLine(name="n", amounts=()),), unit=Unit.COUNT, sentence=""
    )
    assert "No numbers yet" in words_of(drawn(empty, PHONE))
    hidden = Trend(
        key="all",
        title="All",
        periods=periods(2),
        lines=(TrendLine(name="n", amounts=amounts(None, None)),),
        unit=Unit.PERCENT,
        sentence="",
    )
    assert "No numbers yet" in words_of(drawn(hidden, COLUMN))
    assert "no number can be shown" in str(charts.draw(hidden).wide)


def test_a_spark_is_described() -> None:
    small = charts.draw_small(
        Spark(key="s", title="Reports", periods=periods(3), amounts=amounts(20, 40, 35), unit=Unit.COUNT)
    )
    assert "Reports: 35 in month 2; lowest 20 in month 0, highest 40 in month 1." in small


# --- numbers and scales -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours_long", "said"),
    [(1, "1 hour"), (14.2, "14 hours"), (48, "48 hours"), (60, "2.5 days"), (264, "11 days"), (1344, "8 weeks")],
)
def test_durations_are_said_as_people_say_them(hours_long: float, said: str) -> None:
    assert say(hours_long, Unit.HOURS) == said


def test_numbers_are_written_in_the_readers_language() -> None:
    assert say(1250, Unit.COUNT) == "1,250"
    assert say(91.5, Unit.PERCENT) == "91.5%"
    assert say(100, Unit.PERCENT) == "100%"
    with translation.override("ar"):
        assert say(14, Unit.HOURS) == "14 ساعة"
        assert say(240, Unit.HOURS) == "10 أيام"
        assert say(2016, Unit.HOURS) == "12 أسبوعًا"
    with translation.override("de"):
        assert say(1250, Unit.COUNT) == "1.250"
        assert say(91.5, Unit.PERCENT) == "91,5\xa0%"


@given(st.lists(st.floats(min_value=0, max_value=1e7), min_size=1, max_size=30))
def test_a_scale_begins_at_nothing_and_holds_everything(values: list[float]) -> None:
    scale = from_nothing(values)
    assert scale.low == scale.ticks[0] == 0
    assert scale.high >= max(values)
    assert scale.high == pytest.approx(scale.ticks[-1])
    assert 1 <= len(scale.ticks) <= 6
    assert all(0 <= scale.part(value) <= 1 for value in values)


@given(st.lists(st.floats(min_value=0, max_value=20_000), max_size=30))
def test_durations_are_drawn_by_ratio_between_times_that_have_a_name(values: list[float]) -> None:
    scale = of_durations(values)
    assert 0 < scale.low < scale.high
    assert 1 <= len(scale.ticks) <= 7
    assert all(0 <= scale.part(value) <= 1 for value in values)
    assert scale.part(scale.low) == 0
    assert scale.part(scale.high) == 1


@given(st.lists(st.floats(min_value=0, max_value=200), max_size=5))
def test_labels_do_not_cover_each_other(wanted: list[float]) -> None:
    placed = sorted(spread(wanted, apart=30, top=0, bottom=200))
    assert all(later - earlier >= 30 - 1e-6 for earlier, later in itertools.pairwise(placed))


def test_long_names_are_broken_and_never_grow_without_end() -> None:
    assert wrap("half were gone", width=60) == ("half", "were", "gone")
    assert wrap("a b c d e f", width=10, most=2)[-1].endswith("…")
    assert wrap("", width=10) == ("",)


# --- levels across ----------------------------------------------------------------------------------------------------


def test_levels_stand_where_they_belong_and_are_named_clear_of_the_lines() -> None:
    trend = replace(hours(), marks=(Mark(name="a law: 24 hours", value=24), Mark(name="another: 48 hours", value=48)))
    scale = scale_for(trend)
    for frame in FRAMES:
        root = drawn(trend, frame)
        grid = [float(each.get("y1") or 0) for each in of_class(root, "chart-grid") + of_class(root, "chart-base")]
        top, bottom = min(grid), max(grid)
        levels_drawn = [float(each.get("y1") or 0) for each in of_class(root, "chart-mark")]
        expected = [bottom - scale.part(mark.value) * (bottom - top) for mark in trend.marks]
        assert levels_drawn == pytest.approx(expected, abs=0.2)
        names = of_class(root, "chart-text--mark")
        assert [each.text for each in names] == [mark.name for mark in trend.marks]
        for each in names:
            start, base = float(each.get("x") or 0), float(each.get("y") or 0)
            assert top < base < bottom
            wide = width_of(each.text or "", size=12)
            begin = start - wide if each.get("text-anchor") == "end" else start
            assert 0 <= begin < begin + wide <= frame.width
    told = describe_trend(trend)
    assert "A level across the chart: a law: 24 hours, 24 hours." in told
    assert "A level across the chart: another: 48 hours, 48 hours." in told


def test_a_level_beyond_every_number_is_still_in_the_picture() -> None:
    trend = replace(hours(), marks=(Mark(name="long", value=52 * 7 * 24), Mark(name="short", value=2)))
    scale = scale_for(trend)
    assert scale.low <= 2
    assert scale.high >= 52 * 7 * 24
    assert len(of_class(drawn(trend, PHONE), "chart-mark")) == 2


# --- how a line is drawn ----------------------------------------------------------------------------------------------


def test_under_a_line_that_is_alone_the_ground_is_tinted_and_broken_where_nothing_is_shown() -> None:
    for frame in FRAMES:
        grounds = of_class(drawn(lone(), frame), "chart-under")
        assert len(grounds) == 2
        assert all((each.get("d") or "").endswith(" Z") for each in grounds)
        assert not of_class(drawn(hours(), frame), "chart-under")


def test_on_a_phone_names_stand_above_and_leave_their_room_to_the_lines() -> None:
    narrow, wide = drawn(hours(), PHONE), drawn(hours(), COLUMN)
    plots = [
        [float(each.get(name) or 0) for name in ("x1", "x2")]
        for root in (narrow, wide)
        for each in of_class(root, "chart-base")
    ]
    assert plots[0][1] - plots[0][0] > 0.55 * PHONE.width
    assert {"half", "nine in ten"} <= words_of(narrow)
    top = min(float(each.get("y1") or 0) for each in of_class(narrow, "chart-grid"))
    for each in narrow.iter(f"{SVG}text"):
        if each.text in ("half", "nine in ten"):
            assert float(each.get("y") or 0) < top
    assert {"12 hr", "12 days"} <= words_of(narrow)  # the newest numbers stay at the ends of their lines


def test_every_drawings_letters_are_large_enough_on_the_smallest_phone() -> None:
    page, tile, border = 15, 14, 1  # what lies at each side of a picture at 320 pixels
    room = 320 - 2 * (page + tile + border)
    smallest = min(int(size) for size in re.findall(r"font-size: (\d+)px", STYLES.read_text(encoding="utf-8")))
    assert smallest * room / PHONE.width >= 11.5


def test_a_line_whose_main_one_is_hidden_is_the_main_one_itself() -> None:
    def told(name: str, *values: float | None) -> Series:
        start = date(2026, 1, 1)
        points = tuple(
            Point(
                period=f"2026-{n:02}",
                start=start.replace(month=n),
                end=start.replace(month=n + 1),
                printed=HIDDEN if value is None else exact(value),
            )
            for n, value in enumerate(values, start=1)
        )
        return Series(indicator=find_indicator(name), step=Frequency.MONTH, points=points)

    hidden, known = told("accepted-first-time", None, None), told("answered", 90, 92)
    made = trend(key="k", title="t", sentence="", lines=[("agreed", hidden), ("answered", known)], outer="answered")
    assert made is not None
    assert [(line.name, line.outer) for line in made.lines] == [("answered", False)]
    assert is_hidden(hidden)
    assert not is_hidden(known)
    assert not is_hidden(None)
    assert not is_hidden(told("answered", None, 90))
