"""Takes places for slow hashes as somebody else would, until the block ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from leeward.foundation.vault.operations import slow


@contextmanager
def others_hash(count: int = slow.RUNS_AT_ONCE) -> Iterator[None]:
    """`count` slow hashes of others are under way."""
    held = [place for _ in range(count) if (place := slow.take_place()) is not None]
    assert len(held) == count
    try:
        yield
    finally:
        for place in held:
            os.close(place)
