"""The luma of a JPEG without Pillow, in about half the time: the same pixels, or nothing.

Most of the time of hashing an upload is the decoder's. Of a baseline JPEG, which is what cameras and most sites write,
our own kernels read luma alone and pass over the colours' bits. They answer only for a file that has no flaw; all else
is Pillow's to read or to refuse, so no file is treated otherwise than it would be without them.
"""

import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from hashmatch.kernels import KernelModule

type Pixels = npt.NDArray[np.uint8]

START = b"\xff\xd8"
MOST_BYTES = 64 << 20  # a larger file is read bit by bit, by Pillow
TABLES = 4

KERNELS = KernelModule("hashmatch.jpeg_kernels")


@dataclass(frozen=True, slots=True, eq=False)
class BaselineJpeg:
    """A JPEG of luma and two colours whose header is read; what the scan holds is not known yet."""

    data: Pixels
    facts: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint8]
    symbols: npt.NDArray[np.uint8]
    kernels: Any

    @property
    def width(self) -> int:
        """In pixels."""
        return self._tell(self.kernels.WIDTH)

    @property
    def height(self) -> int:
        """In pixels."""
        return self._tell(self.kernels.HEIGHT)

    @property
    def is_named(self) -> bool:
        """Whether the file says that its first component is luma: by JFIF, or by numbering them 1, 2, 3."""
        return bool(self._tell(self.kernels.IS_NAMED))

    @property
    def has_metadata(self) -> bool:
        """Whether there are application segments besides JFIF: they may turn the picture, or give colours a meaning."""
        return bool(self._tell(self.kernels.HAS_METADATA))

    @property
    def coarsest(self) -> float:
        """The mean step of the coarsest quantization table."""
        return self._tell(self.kernels.COARSEST) / int(self.kernels.PLACES)

    def decode_luma(self) -> Pixels | None:
        """uint8[height, width], pixel by pixel those of libjpeg; None where the scan has a flaw or is unusual."""
        pixels = np.empty((self.height, self.width), np.uint8)
        is_whole: int = self.kernels.decode_luma(self.data, self.facts, self.steps, self.counts, self.symbols, pixels)
        return pixels if is_whole else None

    def _tell(self, place: int) -> int:
        return int(self.facts[place])


def open_jpeg(stream: BinaryIO) -> BaselineJpeg | None:
    """Read the header of the JPEG that a seekable stream holds from its start.

    None where it is none of the kind, where it is unusual or damaged, and while the kernels are not ready.
    """
    kernels: Any = KERNELS.start()
    if kernels is None or sys.byteorder != "little":
        return None
    stream.seek(0)
    if stream.read(len(START)) != START:
        return None
    stream.seek(0)
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return None
    facts, steps = np.zeros(kernels.HEADER_LENGTH, np.int64), np.zeros((TABLES, kernels.PLACES), np.int32)
    counts, symbols = np.zeros((TABLES, kernels.LONGEST_CODE + 1), np.uint8), np.zeros((TABLES, 256), np.uint8)
    jpeg = BaselineJpeg(np.frombuffer(data, np.uint8), facts, steps, counts, symbols, kernels)
    return jpeg if kernels.read_header(jpeg.data, facts, steps, counts, symbols) else None
