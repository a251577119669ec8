"""hashmatch hashes pictures, finds every match in a bank, follows a hash exchange and answers it."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashmatch.bank import Bank
    from hashmatch.pdq import hash_image

__all__ = ["Bank", "__version__", "hash_image"]
__version__ = "0.2.0"

HOMES = {"Bank": "hashmatch.bank", "hash_image": "hashmatch.pdq"}  # loaded when first asked for


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)
