"""Every limit of the matcher service, in one place."""

import os
from dataclasses import dataclass

from hashmatch.repeats import MOST_COUNTERS
from hashmatch.variants import MATCH_DISTANCE

MEGABYTE = 1 << 20
DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service takes and how long it waits. Sizes in bytes, times in seconds."""

    distance: int = MATCH_DISTANCE  # the most that a request may ask for
    token: str | None = None  # what a caller must show
    repeats_seconds: float | None = None  # for how long it is counted what matched; None for not at all
    most_repeats: int = MOST_COUNTERS  # counters in memory, two for each upload and entry
    forget_seconds: float = 1.0  # how often counters whose window is over are dropped
    file_workers: int = os.cpu_count() or 1
    search_threads: int = os.cpu_count() or 1

    largest_file: int = 64 * MEGABYTE
    file_seconds: float = 30.0  # for hashing one file, decoding included
    body_seconds: float = 60.0  # for a request's body to arrive
    largest_json: int = MEGABYTE
    json_hashes: int = 1000  # hashes in one JSON request
    json_matches: int = 100_000  # hashes times limit in one JSON request
    batch_hashes: int = 10_000  # hashes in one binary request
    batch_matches: int = 1_000_000  # hashes times limit in one binary request
    inline_json: int = 1024  # a JSON request up to this size is answered without a change of thread

    waiting_files: int = 8  # files that may wait for a worker; more are asked to come again
    waiting_searches: int = 64  # searches that may wait for a thread
    watch_seconds: float = 0.25  # how often the bank's file is looked at
    retry_seconds: float = 5.0  # how soon a damaged file is read again if nothing about it changed
    stale_seconds: float = 60.0  # without a successful look at the exchange for so long, the service is degraded
    shutdown_seconds: int = 30  # for requests under way when the service is told to stop
