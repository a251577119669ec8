"""Takes places for slow hashes as somebody else would, until the block ends; nobody is patient meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules.lanes import Lane


@contextmanager
def others_hash(*lanes: Lane, patience: float = 0) -> Iterator[None]:
    """Every place of these lanes (of all, where none is named) is taken; who asks waits no longer than `patience`."""
    held = []
    for lane in lanes or Lane:
        while (place := slow.take_place(lane)) is not None:
            held.append(place)
    assert held
    try:
        with patch.object(slow, "PATIENCE_SECONDS", patience):
            yield
    finally:
        for place in held:
            os.close(place)
