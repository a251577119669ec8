"""Hashes that take no time, for passphrases that guard nothing: everybody may read them at /demo."""

from collections.abc import Iterator
from contextlib import contextmanager

from leeward.foundation.accounts.hashers import Argon2idPasswordHasher
from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules.seals import WorkFactor

QUICK = WorkFactor(memory_kib=64, passes=1, lanes=1)


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Hash so until the end; to found the made-up nation in earnest would take ten seconds more."""
    hasher = Argon2idPasswordHasher
    earnest = slow.WORK_FACTOR, hasher.memory_cost, hasher.time_cost
    slow.WORK_FACTOR, hasher.memory_cost, hasher.time_cost = QUICK, QUICK.memory_kib, QUICK.passes
    try:
        yield
    finally:
        slow.WORK_FACTOR, hasher.memory_cost, hasher.time_cost = earnest
