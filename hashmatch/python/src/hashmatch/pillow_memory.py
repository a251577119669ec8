"""Pillow's own pixels as an array, by its Arrow interface: nothing is copied.

The copies would cost more than the hash itself: each needs fresh pages from the system. Pillow shares the pixels of a
picture that lies in one block, which by default it does up to 16 MB.
"""

import ctypes

import numpy as np
import numpy.typing as npt
from PIL import Image

ARRAY_NAME = b"arrow_array"


class ArrowArray(ctypes.Structure):
    """`struct ArrowArray` of the Arrow C data interface, version 1."""

    _fields_ = [
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


class Block:
    """Pillow's memory by NumPy's array interface: an array made of it keeps it, and so Pillow's hold on the memory."""

    def __init__(self, capsule: object, address: int, shape: tuple[int, int]) -> None:
        self.capsule = capsule
        is_readonly = True
        self.__array_interface__ = {"data": (address, is_readonly), "shape": shape, "typestr": "|u1", "version": 3}


_find_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


def view_grey(image: Image.Image) -> npt.NDArray[np.uint8] | None:
    """The pixels of a loaded picture of mode L, uint8[height, width], read-only; None where Pillow does not share them.

    They stay where they are for as long as the array lives, also after the picture was closed.
    """
    export = getattr(image, "__arrow_c_array__", None)
    if image.mode != "L" or export is None:
        return None
    try:
        _schema, capsule = export()
    except ValueError:  # the rows lie in several blocks
        return None
    array = ArrowArray.from_address(_find_pointer(capsule, ARRAY_NAME))
    width, height = image.size
    if (array.length, array.offset, array.n_buffers) != (width * height, 0, 2) or not array.buffers[1]:
        return None
    return np.asarray(Block(capsule, array.buffers[1], (height, width)))
