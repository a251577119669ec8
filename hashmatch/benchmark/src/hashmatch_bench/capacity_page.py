"""The page on capacity: what was measured, what follows from it, and what is only extrapolated."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.machine import Machine

# What is computed for.
ARCHIVE_PICTURES = 1_000_000_000
BANK_SIZE = 10_000_000
UPLOADS_PER_SECOND = 100_000
SCAN_DAYS = 7
CORES_PER_MACHINE = 32
SHARE_USED = 0.6  # of a machine's cores; the rest is for peaks, for other work, and for one machine in repair
SECONDS_PER_DAY = 86_400
FEW, MANY = 1, 1_000
WIDTH, HEIGHT = 1920, 1080


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, what it is of, and where it comes from."""

    value: float
    unit: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures that the page is computed from; rates are of one core."""

    shard_rows: int
    hash_rate: Measured  # JPEG bytes to PDQ, a second
    scan_rate: Measured  # the same through `scan`: read, digests, hash, match
    picture_bytes: Measured
    match_rate: Measured  # queries a second, in batches, at the size of the bank
    row_rate: Measured  # hashes of Parquet through `scan`, a second
    index_bytes: Measured  # of memory, for one hash
    bank_bytes: Measured  # of the bank's file, for one hash
    add_rate: Measured  # rows a second into an archive
    archive_bytes: Measured  # on disk, for one row
    few_seconds: Measured  # to ask one shard for FEW hashes
    many_seconds: Measured  # and for MANY

    def all(self) -> Iterator[Measured]:
        """Each figure."""
        values = (getattr(self, name) for name in self.__slots__)
        yield from (value for value in values if isinstance(value, Measured))


def name_count(count: int) -> str:
    """10M, 100k."""
    if count % 1_000_000 == 0:
        return f"{count // 1_000_000}M"
    return f"{count // 1000}k" if count % 1000 == 0 else f"{count:,}"


def say(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.2g}"


def say_duration(seconds: float) -> str:
    """Seconds in the unit that a person would use."""
    for unit, length in (("days", SECONDS_PER_DAY), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{say(seconds / length)} {unit}"
    return f"{say(seconds)} s"


def say_bytes(size: float) -> str:
    """Bytes in the unit that a person would use."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size >= length:
            return f"{say(size / length)} {unit}"
    return f"{say(size)} bytes"


PAGE = """# Capacity

How many machines it takes to match everything: 1 billion stored pictures, a bank of 10 million hashes, and {uploads}
uploads a second. This page is written by a command; run it on a machine like yours to get yours:

    {command}

## Measured

On one core of: {where}; {day}.
The load when it began was {load}; above 1, other work took part of the machine, and the figures are too low.

{measured}

The pictures are enlarged photos, {picture}. The hashes are random, but for the figure of queries from `make bench`,
which comes from hashes of photos: those crowd together more and take up to twice the time on a bank of this size.

## Computed

A machine has {cores} cores like the one above, of which {share} are used; the rest is for peaks and for a machine in
repair. Machines = cores / ({cores} x {share}), rounded up. Rates are of one core.

{answers}

## What is extrapolated

- **Cores to machines.** One core was measured and multiplied. Workers share nothing but the mapped bank, so this holds
  until the bandwidth of memory or network ends first; it was not measured on more than one core.
- **Pictures.** Time grows with pixels and bytes: a photo of 12 megapixels takes about six times as long as these.
- **The network and the store.** Files were read from this machine's memory. A bucket adds waiting, which the workers'
  reading ahead hides, and bytes, which the second result counts.
- **1 billion rows of archive.** One shard of {shard} rows was asked and multiplied. All shards together must fit the
  memory of the machines for these times; from disk, one hash costs some tens of milliseconds a shard.
- **The engine `ray`.** It runs the same code. What it adds, to start workers and to carry results, was not measured on
  a cluster.

## How an archive is asked

Always through the tables of the index, for any number of new hashes up to distance {distance}. Measured at 1 and 4
million rows in memory, they were 10 to 400 times as quick as a scan of all rows. On a cold file one new hash took half
the time of a scan once the system was told not to read ahead; for many, the file is read from end to end. A scan was
quicker only for about ten new hashes on a cold file, and by less than three times: not worth a second way.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of results: a question, how it is computed, and what comes out."""

    question: str
    formula: str
    result: str


def count_machines(cores: float) -> int:
    """Whole machines for so many cores that work all the time."""
    return max(1, math.ceil(cores / (CORES_PER_MACHINE * SHARE_USED)))


def say_machines(cores: float) -> str:
    """Cores and machines in words."""
    machines = count_machines(cores)
    return f"{say(cores)} cores, {machines:,} machine{'s' if machines > 1 else ''}"


def compute(figures: Figures) -> list[Answer]:
    """The results for the platform that the goal names."""
    scan_cores = ARCHIVE_PICTURES / figures.scan_rate.value / (SCAN_DAYS * SECONDS_PER_DAY)
    hash_cores = UPLOADS_PER_SECOND / figures.hash_rate.value
    match_cores = UPLOADS_PER_SECOND / figures.match_rate.value
    machine_cores = CORES_PER_MACHINE * SHARE_USED
    shards = ARCHIVE_PICTURES / figures.shard_rows
    network = ARCHIVE_PICTURES * figures.picture_bytes.value / (SCAN_DAYS * SECONDS_PER_DAY)
    return [
        Answer(
            f"Match an archive of 1 billion pictures within {SCAN_DAYS} days",
            "pictures / scan rate / seconds",
            say_machines(scan_cores),
        ),
        Answer(
            "What the pictures' store must give meanwhile",
            "pictures x bytes / seconds",
            f"{say_bytes(network)} a second",
        ),
        Answer(
            "The same where the hashes are stored already, on one machine",
            "hashes / row rate / cores in use",
            say_duration(ARCHIVE_PICTURES / figures.row_rate.value / machine_cores),
        ),
        Answer(f"Hash {UPLOADS_PER_SECOND:,} uploads a second", "uploads / hash rate", say_machines(hash_cores)),
        Answer(
            f"Match {UPLOADS_PER_SECOND:,} uploads a second against 10M",
            "uploads / match rate",
            say_machines(match_cores),
        ),
        Answer("Both, on the same machines", "sum of the two", say_machines(hash_cores + match_cores)),
        Answer(
            "Memory for the index of 10M, once a machine",
            "hashes x bytes",
            say_bytes(BANK_SIZE * figures.index_bytes.value),
        ),
        Answer(
            "The bank's whole file of 10M, mapped; only matches read more than the index",
            "hashes x bytes",
            say_bytes(BANK_SIZE * figures.bank_bytes.value),
        ),
        Answer(
            "Disk for an archive of 1 billion hashes",
            "rows x bytes",
            say_bytes(ARCHIVE_PICTURES * figures.archive_bytes.value),
        ),
        Answer(
            "Making that archive, on one core",
            "rows / add rate",
            say_duration(ARCHIVE_PICTURES / figures.add_rate.value),
        ),
        Answer(
            f"Looking for {FEW} new hash in all of it, in memory, one core",
            f"{shards:,.0f} shards x seconds",
            say_duration(shards * figures.few_seconds.value),
        ),
        Answer(
            f"Looking for {MANY:,} new hashes in all of it, in memory, one core",
            f"{shards:,.0f} shards x seconds",
            say_duration(shards * figures.many_seconds.value),
        ),
    ]


def render(figures: Figures, machine: Machine, command: str) -> str:
    """The page."""
    memory = "unknown memory" if machine.memory_bytes is None else f"{machine.memory_bytes / 1e9:.0f} GB of memory"
    measured = [(one.what, f"{say(one.value)} {one.unit}", one.source) for one in figures.all()]
    answers = [(one.question, one.formula, one.result) for one in compute(figures)]
    where = f"{machine.processor}, {machine.cores} cores, {memory}, {machine.system}, Python {machine.python}"
    return PAGE.format(
        command=command,
        uploads=f"{UPLOADS_PER_SECOND:,}",
        where=where,
        day=machine.day,
        load=f"{machine.load:.1f}",
        measured=table(("what", "figure", "from"), measured),
        picture=f"{WIDTH} x {HEIGHT}, {say_bytes(figures.picture_bytes.value)} each",
        cores=CORES_PER_MACHINE,
        share=f"{SHARE_USED:.0%}",
        answers=table(("question", "formula", "result"), answers),
        shard=name_count(figures.shard_rows),
        distance=MATCH_DISTANCE,
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
