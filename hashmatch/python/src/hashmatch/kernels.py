"""Which form of the arithmetic is at work: kernels that were compiled when hashmatch was, or NumPy.

The compiled module (`kernels/` beside `src/`) holds the hot loops for several kinds of processor and takes the best
that this one can run. Where it is missing, because hashmatch was installed from source without a compiler, the NumPy
form of the same arithmetic answers: the same results, more slowly. HASHMATCH_KERNELS=off does without, and the name of
a kind (avx512, avx2, sse2, neon) takes that one.
"""

import importlib
import logging
import os
from types import ModuleType

LOG = logging.getLogger(__name__)
SWITCH = "HASHMATCH_KERNELS"
NUMPY = "numpy"


def load(wanted: str) -> ModuleType | None:
    """The compiled module, or None where NumPy answers. ValueError for kernels that this processor cannot run."""
    if wanted == "off":
        return None
    try:
        module = importlib.import_module("hashmatch._kernels")
    except ImportError as error:
        LOG.warning("There are no compiled kernels (%s); the slower NumPy form answers instead.", error)
        return None
    if wanted:
        module.use(wanted)
    return module


KERNELS = load(os.environ.get(SWITCH, ""))


def name_form() -> str:
    """What is at work: the kind of the compiled kernels, or `numpy`."""
    return NUMPY if KERNELS is None else str(KERNELS.level())
