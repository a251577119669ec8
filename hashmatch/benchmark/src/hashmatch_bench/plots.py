"""The two plots of the page: throughput and memory against the size of the bank, on log axes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, NullFormatter

from hashmatch_bench.engines import ENGINE_KINDS
from hashmatch_bench.pictures import MEMORY, THROUGHPUT
from hashmatch_bench.results import EngineRun, Results

# Colours that the colour-blind can tell apart, and a marker and a line of its own for each engine beside.
LOOKS = {
    "hashmatch": ("#0072b2", "o", "-"),
    "hashmatch-numpy": ("#56b4e9", "s", "--"),
    "threatexchange": ("#d55e00", "^", "-"),
    "pynear-mih": ("#009e73", "D", "-."),
    "faiss-flat": ("#cc79a7", "v", ":"),
    "numpy-scan": ("#555555", "x", (0, (5, 2, 1, 2))),
}
INK = "#222222"  # of numbers, which the lighter colours would make hard to read
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "hashmatch",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_plots(results: Results, folder: Path, data: str) -> None:
    """Write both files into the folder, from the banks of one kind of hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_throughput(results, folder / THROUGHPUT, data)
    draw_memory(results, folder / MEMORY, data)


def draw_throughput(results: Results, path: Path, data: str) -> None:
    """Queries a second, one at a time on the left and in batches on the right."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(11, 5.2), layout="constrained")
        left, right = drawing.subplots(1, 2, sharey=True)
        draw_lines(left, results, data, lambda run: run.single_rate)
        draw_lines(right, results, data, lambda run: run.batch_rate)
        left.set_title("one query a call", loc="left")
        right.set_title("in batches", loc="left")
        left.set_ylabel("queries a second, one thread")
        drawing.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
        save_drawing(drawing, path, "Queries a second against hashes in the bank")


def draw_memory(results: Results, path: Path, data: str) -> None:
    """Bytes of memory that the bank takes."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(7.5, 5.2), layout="constrained")
        axes = drawing.subplots()
        draw_lines(axes, results, data, lambda run: run.bytes_each * run.size / 1e6)
        axes.set_ylabel("megabytes of memory")
        drawing.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
        save_drawing(drawing, path, "Memory against hashes in the bank")


def draw_lines(axes: Axes, results: Results, data: str, value: Callable[[EngineRun], float]) -> None:
    """One line for each engine, the value written at its end."""
    ends = []
    for kind in ENGINE_KINDS:
        runs = [results.find(kind.name, data, size) for size in results.sizes()]
        points = [(run.size, value(run)) for run in runs if run is not None and value(run) > 0]
        if not points:
            continue
        colour, marker, line = LOOKS[kind.name]
        across, up = zip(*points, strict=True)
        axes.plot(across, up, color=colour, marker=marker, linestyle=line, linewidth=2, markersize=7, label=kind.label)
        ends.append((across[-1], up[-1]))
    axes.set_xscale("log")
    axes.set_yscale("log")
    write_ends(axes, ends)
    axes.set_xlabel("hashes in the bank")
    axes.set_xticks(results.sizes())
    axes.margins(x=0.16)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda number, _: name_number(number)))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)


def write_ends(axes: Axes, ends: list[tuple[int, float]]) -> None:
    """Values at the ends of the lines, moved apart where they would lie on each other."""
    lowest, highest = axes.get_ylim()
    step = (highest / lowest) ** 0.045
    last = 0.0
    for across, up in sorted(ends, key=lambda end: end[1]):
        last = max(up, last * step)
        axes.annotate(
            name_number(up),
            (across, last),
            xytext=(9, 0),
            textcoords="offset points",
            color=INK,
            fontsize=10,
            verticalalignment="center",
        )


def name_number(number: float) -> str:
    """A number of an axis: 0.5, 35, 100k, 10M."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.3g}{unit}"
    return f"{number:.3g}"


def save_drawing(drawing: Drawing, path: Path, title: str) -> None:
    """Write an SVG without a date, so that the same figures give the same file."""
    drawing.savefig(path, format="svg", metadata={"Date": None, "Title": title})
