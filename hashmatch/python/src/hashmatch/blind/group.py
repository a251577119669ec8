"""The group ristretto255 (RFC 9496), as libsodium has it: points and scalars are byte strings of 32.

libsodium comes with the package rbcl, or is the system's own where rbcl is not there or cannot be used. Lengths are
checked here, before anything is handed to it.
"""

import ctypes
import ctypes.util
import functools
import importlib
import os
from pathlib import Path

from hashmatch.errors import BlindValueError, MissingPackageError

SIZE = 32
WIDE = 64
IDENTITY = bytes(SIZE)
ORDER = 2**252 + 27742317777372353535851937790883648493


def check_library() -> None:
    """Raise MissingPackageError, which says how to get it, where there is no libsodium."""
    _library()


def from_uniform(text: bytes) -> bytes:
    """The point to which 64 uniform bytes are mapped (element derivation of RFC 9496, 4.3.4)."""
    return _call("crypto_core_ristretto255_from_hash", _sized(text, WIDE))


def check_point(point: bytes) -> bytes:
    """The same point. Raises BlindValueError unless it is the canonical text of one, and not the identity."""
    if len(point) != SIZE:
        raise BlindValueError(f"A point has {SIZE} bytes; this one has {len(point)}.")
    if point == IDENTITY:
        raise BlindValueError("The identity is not a point that may be sent.")
    # The library does not look at the highest bit, which RFC 9496 (4.3.1) wants to be 0.
    if point[-1] >> 7 or _library().crypto_core_ristretto255_is_valid_point(point) != 1:
        raise BlindValueError("These bytes are not the canonical text of a point.")
    return point


def multiply(scalar: bytes, point: bytes) -> bytes:
    """A point times a scalar. Raises BlindValueError for a point that is none, or where the identity comes out."""
    return _call("crypto_scalarmult_ristretto255", _sized(scalar, SIZE), _sized(point, SIZE))


def multiply_base(scalar: bytes) -> bytes:
    """The generator times a scalar. Raises BlindValueError where that is the identity."""
    return _call("crypto_scalarmult_ristretto255_base", _sized(scalar, SIZE))


def add(first: bytes, second: bytes) -> bytes:
    """The sum of two points; the identity is one of them here."""
    return _call("crypto_core_ristretto255_add", _sized(first, SIZE), _sized(second, SIZE))


def invert(scalar: bytes) -> bytes:
    """One divided by a scalar. Raises BlindValueError for nothing."""
    return _call("crypto_core_ristretto255_scalar_invert", _sized(scalar, SIZE))


def reduce_wide(text: bytes) -> bytes:
    """The scalar that 64 bytes are, little-endian, modulo the order of the group."""
    return _call("crypto_core_ristretto255_scalar_reduce", _sized(text, WIDE))


def multiply_scalars(first: bytes, second: bytes) -> bytes:
    """The product of two scalars."""
    return _call("crypto_core_ristretto255_scalar_mul", _sized(first, SIZE), _sized(second, SIZE))


def subtract_scalars(first: bytes, second: bytes) -> bytes:
    """The difference of two scalars."""
    return _call("crypto_core_ristretto255_scalar_sub", _sized(first, SIZE), _sized(second, SIZE))


def check_scalar(scalar: bytes) -> bytes:
    """The same scalar. Raises BlindValueError unless it is the canonical text of one."""
    if len(scalar) != SIZE or int.from_bytes(scalar, "little") >= ORDER:
        raise BlindValueError("These bytes are not the canonical text of a scalar.")
    return scalar


def random_scalar() -> bytes:
    """A scalar other than nothing that nobody can foretell."""
    while (scalar := reduce_wide(os.urandom(WIDE))) == bytes(SIZE):
        pass
    return scalar


def _sized(text: bytes, length: int) -> bytes:
    if len(text) != length:
        raise BlindValueError(f"{length} bytes are needed here, not {len(text)}.")
    return bytes(text)


def _call(name: str, *texts: bytes) -> bytes:
    result = ctypes.create_string_buffer(SIZE)
    # Some functions give nothing back and cannot fail; those say so by None.
    if getattr(_library(), name)(result, *texts):
        raise BlindValueError("A point or scalar was given that this cannot be done with.")
    return result.raw


@functools.cache
def _library() -> ctypes.CDLL:
    library = _packaged() or _of_system()
    if library is None:
        raise MissingPackageError(
            "Checking blind needs libsodium: install 'hashmatch[blind]', or on Linux the system's own package "
            "(libsodium23 of Debian)."
        )
    if library.sodium_init() < 0:
        raise MissingPackageError("libsodium is here, but cannot be used: it finds no source of random numbers.")
    point, wide, result = ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_char)
    for name, takes in {
        "crypto_core_ristretto255_from_hash": [result, wide],
        "crypto_core_ristretto255_is_valid_point": [point],
        "crypto_core_ristretto255_add": [result, point, point],
        "crypto_core_ristretto255_scalar_invert": [result, point],
        "crypto_core_ristretto255_scalar_reduce": [result, wide],
        "crypto_core_ristretto255_scalar_mul": [result, point, point],
        "crypto_core_ristretto255_scalar_sub": [result, point, point],
        "crypto_scalarmult_ristretto255": [result, point, point],
        "crypto_scalarmult_ristretto255_base": [result, point],
    }.items():
        function = getattr(library, name)
        function.argtypes = takes
        gives_nothing = name.rpartition("_")[2] in ("reduce", "mul", "sub")
        function.restype = None if gives_nothing else ctypes.c_int
    return library


def _packaged() -> ctypes.CDLL | None:
    """The library that rbcl brings. It loads it from a temporary file, which it would leave there for good."""
    try:
        loader = importlib.import_module("rbcl._sodium")
    except (ImportError, OSError):  # not installed, or no folder for temporary files that may be run from
        return None
    if os.name == "posix":  # what is loaded stays loaded
        Path(loader.lib_path).unlink(missing_ok=True)
    library: ctypes.CDLL = loader._sodium  # noqa: SLF001
    return library


def _of_system() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("sodium")
    return ctypes.CDLL(name) if name else None
