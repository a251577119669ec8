"""What the figures were measured on."""

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hashmatch_bench.processes import read_total_memory

PROCESSOR = Path("/proc/cpuinfo")
PACKAGES = ("hashmatch", "numpy", "faiss-cpu", "threatexchange", "pynear", "pdqhash", "pillow")
VECTOR_FLAGS = ("avx512_bitalg", "avx512bw", "avx2", "sse4_2", "asimd")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and its software, as a page tells them."""

    processor: str
    vectors: str
    cores: int
    memory_bytes: int | None
    system: str
    python: str
    packages: tuple[tuple[str, str], ...]
    day: str
    load: float


def describe_machine() -> Machine:
    """This machine, today."""
    told = PROCESSOR.read_text(encoding="utf-8") if PROCESSOR.exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    family = re.search(r"^cpu family\s*:\s*(\d+)$", told, re.MULTILINE)
    number = re.search(r"^model\s*:\s*(\d+)$", told, re.MULTILINE)
    flags = set(told.split())
    name = model[1] if model else platform.machine()
    if family and number:
        name += f" (family {family[1]}, model {number[1]})"
    return Machine(
        processor=name,
        vectors=next((flag for flag in VECTOR_FLAGS if flag in flags), "none known"),
        cores=os.cpu_count() or 1,
        memory_bytes=read_total_memory(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        packages=tuple((package, find_version(package)) for package in PACKAGES),
        day=datetime.now(UTC).date().isoformat(),
        load=os.getloadavg()[0],
    )


def find_version(package: str) -> str:
    """The version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
