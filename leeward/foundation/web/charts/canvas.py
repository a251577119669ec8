"""A drawing: shapes with classes and no style of their own, mirrored for languages that run from right to left.

Distances are given from the side where reading begins; only this file knows which side that is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from django.utils.translation import get_language_bidi
from markupsafe import Markup

from leeward.foundation.web.charts.records import Frame

type Point = tuple[float, float]

SVG = "http://www.w3.org/2000/svg"
LETTER = 14
SMALL = 12
# Widths of letters in parts of their height: enough to know what fits beside what.
NARROW, WIDE, USUAL, FULL = 0.36, 0.78, 0.6, 1.0
FIRST_FULL_WIDTH = 0x2E80


@dataclass(frozen=True, kw_only=True)
class Area:
    """A part of the drawing: from `start` to `end` along the line of reading, `top` to `bottom` down."""

    start: float
    end: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Along the line of reading."""
        return self.end - self.start

    @property
    def height(self) -> float:
        """Down the page."""
        return self.bottom - self.top


class Canvas:
    """One picture with its name and description."""

    def __init__(self, *, frame: Frame, height: float, key: str, title: str, description: str) -> None:
        self.frame, self.height, self.key = frame, height, f"{key}-{frame.name}"
        self.turned = get_language_bidi()
        self.root = ET.Element(
            "svg",
            {
                "xmlns": SVG,
                "class": f"chart-svg chart-svg--{frame.name}",
                "viewBox": f"0 0 {frame.width} {_number(height)}",
                "role": "img",
                "aria-labelledby": f"{self.key}-title {self.key}-desc",
                "direction": "rtl" if self.turned else "ltr",
                "focusable": "false",
            },
        )
        for name, words in (("title", title), ("desc", description)):
            ET.SubElement(self.root, name, {"id": f"{self.key}-{name}"}).text = words
        self._patterns: set[str] = set()

    def rect(self, area: Area, kind: str, *, corner: float = 0, told: str = "") -> None:
        """Draw a box; `told` is shown when a pointer rests on it."""
        start = self.frame.width - area.end if self.turned else area.start
        made = self._add(
            "rect",
            kind,
            x=start,
            y=area.top,
            width=max(area.width, 0),
            height=max(area.height, 0),
            rx=corner,
        )
        if told:
            ET.SubElement(made, "title").text = told

    def line(self, first: Point, last: Point, kind: str) -> None:
        """Draw a straight line."""
        self._add("line", kind, x1=self._x(first[0]), y1=first[1], x2=self._x(last[0]), y2=last[1])

    def path(self, points: Sequence[Point], kind: str, *, closed: bool = False) -> None:
        """Draw a line through points, or the shape that they enclose."""
        ways = " ".join(
            f"{'L' if index else 'M'}{_number(self._x(x))} {_number(y)}" for index, (x, y) in enumerate(points)
        )
        self._add("path", kind).set("d", ways + (" Z" if closed else ""))

    def dot(self, at: Point, kind: str, *, radius: float = 4) -> None:
        """Draw a filled circle."""
        self._add("circle", kind, cx=self._x(at[0]), cy=at[1], r=radius)

    def text(self, at: Point, words: str, kind: str = "", *, anchor: str = "start") -> None:
        """Write words on one line; `anchor` is start, middle or end of the line of reading."""
        made = self._add("text", f"chart-text {kind}".strip(), x=self._x(at[0]), y=at[1])
        made.set("text-anchor", anchor)
        made.text = words

    def pattern(self, name: str) -> str:
        """Return a fill for a shape, so that nothing is told by colour alone.

        The shapes of a pattern carry the classes chart-<name>-ground and chart-<name>-figure.
        """
        made = f"{self.key}-{name}"
        if name not in self._patterns:
            self._patterns.add(name)
            _draw_pattern(self.root, name, made)
        return f"url(#{made})"

    def fill(self, area: Area, pattern: str, kind: str, *, corner: float = 0, told: str = "") -> None:
        """Draw a box filled with a pattern."""
        self.rect(area, kind, corner=corner, told=told)
        self.root[-1].set("fill", self.pattern(pattern))

    def markup(self) -> Markup:
        """Return the whole drawing for a page; every word in it is escaped."""
        return Markup(ET.tostring(self.root, encoding="unicode"))  # noqa: S704  # made of escaped parts alone

    def _add(self, name: str, kind: str, **places: float) -> ET.Element:
        made = ET.SubElement(self.root, name, {"class": kind})
        for key, value in places.items():
            made.set(key, _number(value))
        return made

    def _x(self, along: float) -> float:
        return self.frame.width - along if self.turned else along


# Each level's way of being told apart without colour: size of the tile, then the shapes on its ground.
PATTERNS: dict[str, tuple[int, tuple[tuple[str, dict[str, str]], ...]]] = {
    "dots": (8, (("circle", {"cx": "2", "cy": "2", "r": "1.3"}), ("circle", {"cx": "6", "cy": "6", "r": "1.3"}))),
    "slants": (7, (("path", {"d": "M-1 8 L8 -1 M-1 1 L1 -1 M6 8 L8 6"}),)),
    "grid": (7, (("path", {"d": "M0 3.5 H7 M3.5 0 V7"}),)),
    "gap": (6, (("path", {"d": "M-1 -1 L7 7 M-1 5 L1 7 M5 -1 L7 1"}),)),
}


def _draw_pattern(root: ET.Element, name: str, made: str) -> None:
    size, shapes = PATTERNS[name]
    sides = {"width": str(size), "height": str(size)}
    pattern = ET.SubElement(root, "pattern", {"id": made, "patternUnits": "userSpaceOnUse", **sides})
    ET.SubElement(pattern, "rect", {"class": f"chart-{name}-ground", **sides})
    for shape, places in shapes:
        ET.SubElement(pattern, shape, {"class": f"chart-{name}-figure", **places})


def width_of(words: str, *, size: float = LETTER) -> float:
    """Estimate the length of words. Without the font, it is a little too long rather than too short."""
    return size * sum(_letter_width(letter) for letter in words)


def wrap(words: str, *, width: float, size: float = LETTER, most: int = 3) -> tuple[str, ...]:
    """Break words into lines that fit; the last one ends in an ellipsis if there are too many."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size=size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + "…"]
    return tuple(lines) or ("",)


def spread(wanted: Iterable[float], *, apart: float, top: float, bottom: float) -> list[float]:
    """Return heights for labels, in order: each as near to its wanted height as the others and the edges allow."""
    places = list(wanted)
    order = sorted(range(len(places)), key=lambda index: places[index])
    edge = top
    for index in order:
        places[index] = max(places[index], edge)
        edge = places[index] + apart
    edge = bottom
    for index in reversed(order):
        places[index] = min(places[index], edge)
        edge = places[index] - apart
    return places


def _letter_width(letter: str) -> float:
    if ord(letter) >= FIRST_FULL_WIDTH:
        return FULL
    if letter in " .,:;'|iljtfrI!()":
        return NARROW
    return WIDE if letter.isupper() or letter in "mwMW%" else USUAL


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
