"""How kernels are compiled: at once for one signature, kept on disk where that is possible, without Python's lock."""

import logging
from collections.abc import Callable
from typing import Any

import numba
from numba import types

LOG = logging.getLogger(__name__)


def readonly(element: Any, dimensions: int) -> Any:
    """The type of a C-ordered array that is only read; arrays that may be written, and maps of files, fit it too."""
    return types.Array(element, dimensions, "C", readonly=True)


def writable(element: Any, dimensions: int) -> Any:
    """The type of a C-ordered array that is written."""
    return types.Array(element, dimensions, "C")


def kernel[**P, R](signature: Any, **options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile a function for exactly this signature when its module is imported.

    `options` are those of `numba.njit`. Indexes are not checked, so callers check shapes.
    """

    def compile_function(function: Callable[P, R]) -> Callable[P, R]:
        settings = {"nogil": True, "error_model": "numpy", **options}
        try:
            compiled: Callable[P, R] = numba.njit(signature, cache=True, **settings)(function)
        except RuntimeError as error:  # numba finds no folder that it may write to
            LOG.info("Compiled code is not kept: %s", error)
            compiled = numba.njit(signature, **settings)(function)
        return compiled

    return compile_function


def inline[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A part of kernels that is written into each place that calls it."""
    made: Callable[P, R] = numba.njit(nogil=True, error_model="numpy", inline="always")(function)
    return made
