"""A scan from beginning to end: plan, work, write each shard's output exactly once, and go on where a run was stopped.

The output folder holds `scan.json` (what was asked), `plan.jsonl` (which items each shard has), `manifest.jsonl` (which
shards are done, with counts and checksums), `matches/` and `errors/` (a file for each shard that has any), and at the
end `summary.json`. A shard's files are moved to their places before its line is added to the manifest: a shard without
a line is done again and its files are replaced, so no match is ever missing or there twice.
"""

import contextlib
import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hashmatch.container import sync_folder
from hashmatch.errors import BankLockedError, ScanEngineError, ScanOutputError
from hashmatch.locking import lock_for_writing
from hashmatch.older import StrEnum
from hashmatch.scan.archive import find_edition, write_in_one_step
from hashmatch.scan.frozen import FrozenBank, Snapshot, take_snapshot
from hashmatch.scan.ledger import LineLog, PartFile, Receipt, Shard, plan_shards
from hashmatch.scan.pools import OwnProcess, Pool, ProcessPool, run_shards
from hashmatch.scan.settings import Kind, Settings
from hashmatch.scan.sources import open_source
from hashmatch.scan.work import ShardResult

SCAN_FILE, PLAN_FILE, MANIFEST_FILE, SUMMARY_FILE = "scan.json", "plan.jsonl", "manifest.jsonl", "summary.json"
MATCHES, ERRORS = "matches", "errors"
BANK_COPY = ".bank"
VERSION = 1


class Engine(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who does the work: how many workers (None: one a core; 0, locally: this process alone), and which cluster."""

    engine: Engine = Engine.LOCAL
    workers: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class FailedShard:
    """A shard that could not be done, and the items among which the reason lies."""

    shard: int
    first: str
    last: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a scan has done, all runs together; `seconds` and `items_per_second` are of this run alone.

    `plain` counts the items with a quality so low that they were not compared by PDQ: they would match by chance.
    """

    source: str
    kind: str
    bank_entries: int
    distance: int
    shards: int
    items: int
    plain: int
    matches: int
    errors: int
    failed: tuple[FailedShard, ...]
    worker_seconds: float
    seconds: float
    items_per_second: float

    def to_json(self) -> dict[str, Any]:
        """The summary as JSON values."""
        return asdict(self)


class Output:
    """The output folder of one scan, held by one run at a time."""

    def __init__(self, folder: Path, identity: dict[str, Any], *, suffix: str) -> None:
        self.folder = folder
        self._suffix = suffix
        open_folder(folder, identity)
        self.plan = LineLog(folder / PLAN_FILE)
        self._manifest = LineLog(folder / MANIFEST_FILE)
        try:
            receipts = {receipt.shard: receipt for receipt in map(Receipt.from_json, self._manifest.read())}
        except ScanOutputError:
            self.close()
            raise
        self.receipts = {
            number: receipt
            for number, receipt in receipts.items()
            if all(part.is_whole(folder) for part in receipt.files)
        }

    def commit(self, result: ShardResult) -> Receipt:
        """Write a shard's files and then its line."""
        contents = {MATCHES: result.match_file, ERRORS: result.error_file}
        files = []
        for kind, content in contents.items():
            path = f"{kind}/{result.shard:08d}.{self._suffix}"
            if content:
                write_in_one_step(self.folder / path, content)
                files.append(PartFile.of(path, content))
            elif (self.folder / path).exists():  # a run that was killed got another result, and no line
                (self.folder / path).unlink()
                sync_folder(self.folder / kind)
        receipt = Receipt(
            shard=result.shard,
            items=result.items,
            plain=result.plain,
            matches=result.matches,
            errors=result.errors,
            seconds=round(result.seconds, 6),
            files=tuple(files),
        )
        self._manifest.append(receipt.to_json())
        self.receipts[receipt.shard] = receipt
        return receipt

    def close(self) -> None:
        """Close the logs."""
        self.plan.close()
        self._manifest.close()


def open_folder(folder: Path, identity: dict[str, Any]) -> None:
    """Make an output folder, or find that the scan in it is this one; take away what a killed run left."""
    path = folder / SCAN_FILE
    if path.exists():
        compare_identity(folder, read_identity(path), identity)
    elif any(
        one.name not in (f"{SCAN_FILE}.lock", BANK_COPY) and not one.name.startswith(".") for one in folder.iterdir()
    ):
        raise ScanOutputError(f"{folder} holds other things. Give --output a folder that is empty or not there yet.")
    else:
        write_in_one_step(path, (json.dumps(identity, indent=1) + "\n").encode())
    for kind in (MATCHES, ERRORS):
        (folder / kind).mkdir(exist_ok=True)
    for left in [folder / BANK_COPY, *folder.glob(".*.new"), *folder.glob("*/.*.new")]:
        left.unlink(missing_ok=True)
    sync_folder(folder)


def read_identity(path: Path) -> dict[str, Any]:
    """What the scan in a folder was asked for."""
    try:
        identity: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScanOutputError(f"{path} cannot be read. Delete the folder and scan anew.") from error
    return identity


def compare_identity(folder: Path, known: dict[str, Any], asked: dict[str, Any]) -> None:
    """Refuse to mix the results of two scans."""
    names = [name for name in asked if asked[name] != known.get(name)]
    if not names:
        return
    told = [
        f"{name.replace('_', ' ')} was {known.get(name)!r} and is {asked[name]!r}"
        if "edition" not in name
        else f"the {name.partition('_')[0]} has changed since"
        for name in names
    ]
    raise ScanOutputError(
        f"{folder} holds a scan that was asked for something else: {'; '.join(told)}. "
        "Give another --output, or delete this folder to scan anew."
    )


def scan(
    settings: Settings,
    bank_file: Path,
    folder: Path,
    *,
    workforce: Workforce,
    on_receipt: Callable[[Receipt], object] = lambda _: None,
) -> Summary:
    """Scan a source against a bank, or what an earlier run has left of it, and write everything into `folder`.

    `on_receipt` is told of each shard that is done, those of earlier runs first. Raises ScanError for what makes the
    whole scan impossible; what is wrong with a single item is a row of the output.
    """
    started = time.monotonic()
    with hold_folder(folder):
        snapshot = take_snapshot(bank_file)
        output = Output(folder, find_identity(settings, snapshot), suffix=settings.format.value)
        failed: list[FailedShard] = []
        earlier = dict(output.receipts)
        try:
            for receipt in earlier.values():
                on_receipt(receipt)
            for outcome in do_shards(settings, snapshot, output, workforce):
                if isinstance(outcome, FailedShard):
                    failed.append(outcome)
                else:
                    on_receipt(output.commit(outcome))
        finally:
            output.close()
        summary = summarise(settings, snapshot, output, earlier, failed, time.monotonic() - started)
        write_in_one_step(folder / SUMMARY_FILE, (json.dumps(summary.to_json(), indent=1) + "\n").encode())
        return summary


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the only run that writes there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock_for_writing(folder / SCAN_FILE):
            yield
    except BankLockedError as error:
        raise ScanOutputError(f"Another run is writing to {folder}. Wait until it has ended.") from error
    except OSError as error:
        raise ScanOutputError(f"{folder} cannot be written: {error.strerror or error}. Mend that and go on.") from error


def find_identity(settings: Settings, snapshot: Snapshot) -> dict[str, Any]:
    """Everything on which the results depend."""
    identity = {"version": VERSION, **settings.to_json(), "bank_edition": snapshot.edition}
    if settings.kind is Kind.ARCHIVE:
        identity["archive_edition"] = find_edition(Path(open_source(settings.source).root))
    return identity


def do_shards(
    settings: Settings, snapshot: Snapshot, output: Output, workforce: Workforce
) -> Iterator[ShardResult | FailedShard]:
    """Have all shards done that are not done yet."""
    done = output.receipts.keys() | set()
    coming = (shard for shard in plan_shards(output.plan, settings) if shard.number not in done)
    first = next(coming, None)
    if first is None:  # no workers for nothing
        return
    with open_pool(settings, snapshot, output.folder, workforce) as pool:
        for outcome in run_shards(pool, put_back(first, coming)):
            if outcome.result is not None:
                yield outcome.result
            else:
                yield name_failure(settings, outcome.shard, outcome.reason)


def put_back(first: Shard, rest: Iterator[Shard]) -> Iterator[Shard]:
    """The shards with the first one in front again."""
    yield first
    yield from rest


def name_failure(settings: Settings, shard: Shard, reason: str) -> FailedShard:
    """A failed shard in words that a person can follow."""
    opened = open_source(settings.source)
    first, last = (
        one.path if settings.kind is Kind.LIST else opened.name(one) for one in (shard.items[0], shard.items[-1])
    )
    return FailedShard(shard.number, first, last, reason)


@contextlib.contextmanager
def open_pool(settings: Settings, snapshot: Snapshot, folder: Path, workforce: Workforce) -> Iterator[Pool]:
    """The workers that were asked for; the copy of the bank that they use is gone afterwards."""
    copy = folder / BANK_COPY
    pool: Pool
    try:
        if workforce.engine is Engine.RAY:
            pool = open_ray_pool(settings, snapshot, workforce)
        else:
            snapshot.write(copy)
            workers = count_cores() if workforce.workers is None else workforce.workers
            pool = (
                ProcessPool(copy, settings, workers=workers) if workers else OwnProcess(FrozenBank.map(copy), settings)
            )
        try:
            yield pool
        finally:
            pool.close()
    finally:
        copy.unlink(missing_ok=True)


def open_ray_pool(settings: Settings, snapshot: Snapshot, workforce: Workforce) -> Pool:
    """Workers on Ray, if it is installed."""
    try:
        module = importlib.import_module("hashmatch.scan.on_ray")
    except ModuleNotFoundError as error:
        raise ScanEngineError(
            f"--engine ray needs the package {error.name}: install 'hashmatch[ray]', or use --engine local."
        ) from error
    pool: Pool = module.RayPool(snapshot, settings, workers=workforce.workers, address=workforce.address)
    return pool


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def summarise(
    settings: Settings,
    snapshot: Snapshot,
    output: Output,
    earlier: dict[int, Receipt],
    failed: list[FailedShard],
    seconds: float,
) -> Summary:
    """The counts of all receipts."""
    receipts = list(output.receipts.values())
    items = sum(one.items for one in receipts)
    new = items - sum(one.items for one in earlier.values())
    return Summary(
        source=settings.source,
        kind=settings.kind.value,
        bank_entries=snapshot.entries,
        distance=settings.distance,
        shards=len(receipts),
        items=items,
        plain=sum(one.plain for one in receipts),
        matches=sum(one.matches for one in receipts),
        errors=sum(one.errors for one in receipts),
        failed=tuple(failed),
        worker_seconds=round(sum(one.seconds for one in receipts), 3),
        seconds=round(seconds, 3),
        items_per_second=round(new / seconds, 1) if seconds else 0.0,
    )
