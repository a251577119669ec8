"""Writes docs/benchmarks.md: the machine, the targets, the tables behind the plots, and what figures do not say."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from hashmatch_bench.engines import KIND_BY_NAME
from hashmatch_bench.figures import Row, Standing, say_number, say_ratio
from hashmatch_bench.machine import Machine
from hashmatch_bench.photos import find_photos
from hashmatch_bench.pictures import MEMORY, THROUGHPUT, can_draw, draw_pictures
from hashmatch_bench.plan import Plan
from hashmatch_bench.results import JPEG, EngineRun, Results
from hashmatch_bench.targets import MICRO, MILLI, measure_growth, name_size

PAGE = "benchmarks.md"
PICTURES = "pictures"
GIGA = 1e9
MEGA = 1e6

HEAD = """# Benchmarks

This page is written by `make bench`; change the code in `hashmatch/benchmark`, not the page.
{note}
Everything below was measured in one run on one machine, the engines by turns, each in a process of its own and
with one thread unless said otherwise. Compare the ratios; the absolute figures belong to this machine.
"""

METHOD = """## How it is measured

- **Banks.** *Random* hashes, and *realistic* ones: crops of {photos} photos that come with scikit-image and
  scikit-learn, in all eight orientations, are taken through PDQ up to its median; the coefficients of three
  crops of quality 50 or more are blended and cut at their median. PDQ is linear up to there, so the bits depend
  on each other as those of real pictures do.
- **Queries.** {queries} in turn, one in ten of them planted near a row of the bank, the others new.
- **Rounds.** After all engines are built, {rounds} rounds: each engine answers single queries for {budget} s
  and batches for {budget} s, then the next one. Rates are those of the middle round, p50 and p99 are over all
  single calls. What disturbs the machine so disturbs all alike. An engine that is too slow for batches of
  {batch} in {batch_budget} s gets shorter ones; the table says how long.
- **Each in its own form.** Hexadecimal text for threatexchange and arrays for the others are prepared before
  the clock starts, and answers are read after it stops.
- **Memory** is the growth of the process's own memory while building, after what is free was given back to the
  system; libraries are loaded before, and told beside.
- **Correctness.** {planted} queries planted at 0, 1, ... 32 bits, equally many at each distance. Those up to 31
  must be found, those at 32 not; every id that is given is measured against the query; for {scanned} of them
  the answer must be the same as that of a scan of the whole bank. A peer gets as many of them as it can answer
  in {check_budget} s.
- **Two threads** share each batch.
- **Pictures** are photos of the same packages, cut and enlarged, with grain so that their files are as large as a
  phone's; both sides hash the same pixels or bytes, by turns and each all of them in a row, as a service does with
  uploads; the best of {hash_rounds} rounds counts for each picture.
- **The service** runs as a process of its own; batches of {batch} go through its binary form on one connection, beside
  the same batches asked of the index.

To repeat: `make bench` (about 25 minutes on two cores, 16 GB of free memory for ten million). Options go in `BENCH`:
`make bench BENCH="--no-10m"` needs 4 GB, `--quick` gives a first look in two minutes, `--only hashing` measures one
part, `--resume` goes on after an interruption.
"""

LIMITS = """## What these figures do not say

- They say nothing about how well PDQ recognises a changed picture, only how quickly a hash is made and its
  neighbours are found; see [matching](matching.md) for false alarms.
- The realistic hashes come from few photos. They have the dependences between bits that slow indexes down, not
  the variety of an upload stream, and near-copies are rarer or more frequent than on any given platform.
- A query with very many matches takes as long as its answer; banks here hold few near-copies.
- pynear returns the {nearest} nearest only; where a query has more neighbours, its recall is below 1.
- threatexchange's batches go through the matcher behind its index, which is quicker than its public call; a
  user of the public call sees the single rate.
- Most of the time of a JPEG is its decoder's, libjpeg-turbo's, see
  [decision 0032](decisions/0032-the-decoder-that-others-keep.md).
- A single query waits for memory most of its time. Its p50 moves by a third with what the neighbours on a shared
  machine do, and so does its ratio to a peer that reads its memory in order.
- A machine with other caches, memory or vector instructions gives other ratios. Virtual machines share caches
  with strangers.
"""


def write_page(folder: Path, results: Results, rows: Sequence[Row], machine: Machine, plan: Plan, *, note: str) -> Path:
    """Write the page and its pictures into a folder; `note` is put at the top of a run that was no full one."""
    data = results.kinds()[0] if results.engines else ""
    parts = [HEAD.format(note=note), describe_machine_table(machine)]
    parts.append(describe_targets(rows))
    if results.engines:
        if can_draw():
            draw_pictures(results, folder / PICTURES, data)
            parts.append(describe_plots(results, data))
        parts += [describe_bank(results, kind, size) for kind in results.kinds() for size in results.sizes()]
        parts += [describe_growth(results), describe_start(results), describe_data(results)]
    if results.hashing:
        parts.append(describe_hashing(results))
    if results.skipped:
        parts.append("## Left out\n\n" + "".join(f"- {sentence}\n" for sentence in results.skipped))
    parts.append(fill_method(plan))
    parts.append(LIMITS.format(nearest=20))
    path = folder / PAGE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def fill_method(plan: Plan) -> str:
    """The method with the numbers of this run."""
    return METHOD.format(
        photos=len(find_photos()),
        queries=f"{plan.queries:,}",
        rounds=plan.rounds,
        budget=say_number(plan.budget),
        batch_budget=say_number(plan.batch_budget),
        batch=plan.batch,
        planted=f"{plan.planted_each * 33:,}",
        scanned=plan.scanned,
        check_budget=say_number(plan.check_budget),
        hash_rounds=plan.hash_rounds,
    )


def make_table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table of Markdown: the first column is text, the others are flush right."""
    marks = ["---", *("---:" for _ in head[1:])]
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, marks, *lines])


def describe_machine_table(machine: Machine) -> str:
    """What it ran on."""
    memory = f"{machine.memory_bytes / GIGA:.0f} GB" if machine.memory_bytes else "not told"
    packages = ", ".join(f"{name} {told}" for name, told in machine.packages)
    lines = [
        ("processor", f"{machine.processor}, {machine.cores} cores, vectors {machine.vectors}"),
        ("memory", memory),
        ("system", f"{machine.system}, Python {machine.python}"),
        ("packages", packages),
        ("day", f"{machine.day}, load {machine.load:.1f} at the start"),
    ]
    return "".join(["| | |\n| --- | --- |\n", *(f"| {name} | {value} |\n" for name, value in lines)])


def describe_targets(rows: Sequence[Row]) -> str:
    """The rows that have a target, then how many are reached."""
    aimed = [row for row in rows if row.figure.target is not None]
    if not aimed:
        return "## Targets\n\nNothing that has a target was measured in this run.\n"
    lines = [
        (
            row.figure.name,
            f"{say_number(row.figure.value)} {row.figure.unit}".strip(),
            row.figure.peer or "",
            say_ratio(row.figure.ratio),
            row.figure.target or "",
            f"**{row.standing}**" if row.standing in (Standing.MISSED, Standing.WRONG) else row.standing.value,
        )
        for row in aimed
    ]
    reached = sum(row.standing is Standing.REACHED for row in aimed)
    return (
        f"## Targets\n\n{reached} of {len(aimed)} are reached. The gate is what even a noisy machine must show.\n\n"
        + make_table(("what", "value", "peer", "ratio", "target", ""), lines)
    )


def describe_plots(results: Results, data: str) -> str:
    """Both pictures, with what they show in words."""
    sizes = results.sizes()
    span = f"from {name_size(sizes[0])} to {name_size(sizes[-1])} hashes"
    told = "; ".join(
        f"{run.label} {say_number(run.single_rate)} a second"
        for name in results.names()
        if (run := results.find(name, data, sizes[-1])) is not None
    )
    room = "; ".join(
        f"{run.label} {say_number(run.bytes_each)} bytes a hash"
        for name in results.names()
        if (run := results.find(name, data, sizes[-1])) is not None
    )
    return (
        f"## Throughput and memory\n\n"
        f"![Queries a second against the size of the bank {span}, one query a call and in batches. "
        f"At {name_size(sizes[-1])}, one query a call: {told}.]({PICTURES}/{THROUGHPUT})\n\n"
        f"![Memory against the size of the bank {span}. At {name_size(sizes[-1])}: {room}.]({PICTURES}/{MEMORY})\n\n"
        f"Both show the {data} banks.\n"
    )


def describe_bank(results: Results, data: str, size: int) -> str:
    """All engines on one bank."""
    runs = [run for name in results.names() if (run := results.find(name, data, size)) is not None]
    if not runs:
        return ""
    head = (
        "engine", "one query, q/s", "p50 us", "p99 us", "batch, q/s", "batch", "2 threads, q/s",
        "build s", "B a hash", "recall", "wrong", "checked",
    )  # fmt: skip
    return f"## {name_size(size)} {data} hashes\n\n" + make_table(head, [describe_run(run) for run in runs])


def describe_run(run: EngineRun) -> tuple[str, ...]:
    """One line of such a table."""
    return (
        f"**{run.label}**" if KIND_BY_NAME[run.engine].is_ours else f"{run.label} ({run.version})",
        say_number(run.single_rate),
        say_number(run.single_p50 * MICRO),
        say_number(run.single_p99 * MICRO),
        say_number(run.batch_rate),
        str(run.batch_queries),
        "" if run.threads_rate is None else say_number(run.threads_rate),
        say_number(run.build_seconds),
        say_number(run.bytes_each),
        f"{run.recall:.4f}",
        str(run.extra + run.repeated + run.beyond),
        f"{run.checked} ({run.scanned} by scan)",
    )


def describe_growth(results: Results) -> str:
    """Exponents for all engines."""
    lines = []
    for name in results.names():
        slopes = [measure_growth(results, name, data) for data in results.kinds()]
        if any(slope is not None for slope in slopes):
            told = ["" if slope is None else f"{slope:.2f}" for slope in slopes]
            lines.append((KIND_BY_NAME[name].label, *told))
    if not lines:
        return ""
    return (
        "## Growth\n\nThe slope of log(p50 of one query) over log(size of the bank): 1 is a scan, which takes ten "
        "times as long for ten times the hashes; 0 would not grow at all.\n\n"
        + make_table(("engine", *results.kinds()), lines)
    )


def describe_start(results: Results) -> str:
    """Loading, building, changing."""
    lines = []
    for run in results.engines:
        if run.add_and_find is None and run.join_seconds is None and not KIND_BY_NAME[run.engine].is_ours:
            continue
        lines.append(
            (
                f"{run.label}, {name_size(run.size)} {run.data}",
                say_number(run.load_seconds),
                say_number(run.load_bytes / MEGA),
                say_number(run.build_seconds),
                "" if run.rebuild_seconds is None else say_number(run.rebuild_seconds),
                "" if run.add_and_find is None else say_number(run.add_and_find * MICRO),
                "" if run.remove is None else say_number(run.remove * MICRO),
                "" if run.join_seconds is None else f"{say_number(run.join_seconds)} ({run.join_pairs:,} pairs)",
            )
        )
    first = ""
    if results.first_match is not None:
        first = (
            "\nA fresh process of Python takes "
            f"{say_number(results.first_match)} s of processor time to its first hash of a picture and first match.\n"
        )
    head = ("engine", "load s", "load MB", "build s", "build again s", "add and find us", "remove us", "self-join s")
    return (
        "## Starting and changing\n\nLoading is what a process pays once: imports and their memory. The default index "
        "of threatexchange cannot remove; it has to be built anew.\n\n" + make_table(head, lines) + first
    )


def describe_data(results: Results) -> str:
    """How real the realistic hashes are."""
    lines = [
        (
            facts.data,
            f"{facts.bit_mean_low:.3f} to {facts.bit_mean_high:.3f}",
            f"{facts.correlation_mean:.4f}",
            f"{facts.correlation_most:.3f}",
            f"{facts.candidates:.2f}",
        )
        for facts in results.data
    ]
    head = ("bank", "share of ones, lowest and highest bit", "mean correlation of bits", "strongest", "shared words")
    return (
        "## The banks\n\nShared words: how many rows share a 16-bit word with a query, or all but one bit of it, in "
        "proportion to what chance gives. An index that does not permute the bits has to look at so many more.\n\n"
        + make_table(head, lines)
    )


def describe_hashing(results: Results) -> str:
    """Pictures."""
    lines = [
        (
            f"JPEG bytes to hash, {run.picture} ({run.file_bytes / 1000:,.0f} KB)"
            if run.step == JPEG
            else f"decoded RGB, {run.picture}",
            str(run.pictures),
            say_number(run.ours * MILLI),
            "" if run.decoder is None else say_number(run.decoder * MILLI),
            say_number(run.peers * MILLI),
            say_ratio(run.peers / run.ours),
            "" if run.decoder is None else say_ratio(run.peers / run.decoder),
            str(run.most_bits),
            say_number(run.mean_bits),
        )
        for run in results.hashing
    ]
    head = (
        "what",
        "pictures",
        "hashmatch ms",
        "decoder alone",
        "peer ms",
        "ratio",
        "behind the decoder",
        "most bits off",
        "mean",
    )
    return (
        "## Hashing\n\nThe peer of decoded pixels is pdqhash, that of files is threatexchange. Files are decoded by "
        "simplejpeg. Behind the decoder: the ratio that a hash made in no time would reach.\n\n"
        + make_table(head, lines)
    )
