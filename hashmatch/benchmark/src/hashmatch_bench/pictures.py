"""The page's pictures, drawn only where matplotlib is installed."""

import importlib
from importlib.util import find_spec
from pathlib import Path

from hashmatch_bench.results import Results

THROUGHPUT, MEMORY = "bench-throughput.svg", "bench-memory.svg"


def can_draw() -> bool:
    """Whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def draw_pictures(results: Results, folder: Path, data: str) -> None:
    """Write both pictures into the folder, from the banks of one kind of hashes."""
    importlib.import_module("hashmatch_bench.plots").draw_plots(results, folder, data)
