"""With how many examples a property is tried: with as many as it says in a deep run, else with a third of them."""

import os

DEEP = os.environ.get("LEEWARD_DEEP") == "1"


def examples(most: int) -> int:
    """So many, others in each run."""
    return most if DEEP else most // 3
