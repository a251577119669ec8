"""The package's PDQ signal with this library's index and hasher: same name, same hashes, same matches, sooner."""

import io

import numpy as np
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes
from threatexchange.signal_type.pdq.signal import PdqSignal

from hashmatch.pdq import hash_pixels
from hashmatch.threatexchange.index import PdqRingIndex

PLAIN_MODES = frozenset({"RGB", "L"})
SMALLEST_EXACT_SIDE = 17  # of smaller pictures rounding decides bits, so the package's own hasher must do it


class RingPdqSignal(PdqSignal):  # type: ignore[misc, unused-ignore]
    """`PdqSignal` by another index and hasher, for code that builds its own list of signal types.

    `tx` and HMA compare signal types by identity in places (the NCMEC exchange passes PDQ on only if `PdqSignal` itself
    is installed), so for them `quicken_stock_pdq` changes that class instead.
    """

    @classmethod
    def get_name(cls) -> str:
        """The name under which exchanges deliver PDQ."""
        return "pdq"

    @classmethod
    def get_index_cls(cls) -> type[PdqRingIndex]:  # type: ignore[type-arg, override, unused-ignore]
        """The index that is built of these signals."""
        return PdqRingIndex

    @classmethod
    def hash_from_bytes(cls, bytes_: bytes) -> str:
        """The PDQ of a picture file, or the empty text where its quality is too low: bit for bit the package's own."""
        text, quality = hash_as_package(bytes_)
        return text if quality >= cls.QUALITY_THRESHOLD else ""


def hash_as_package(data: bytes) -> tuple[str, int]:
    """Hash and quality as `pdq_from_bytes` gives them, which turns no picture upright and lays none on black.

    Plain RGB and grey go through this library's hasher. Everything else is left to the package, whatever it does.
    """
    image = Image.open(io.BytesIO(data))
    if image.mode in PLAIN_MODES and min(image.size) >= SMALLEST_EXACT_SIDE:
        pixels = np.asarray(image)
        found = hash_pixels(np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels)
        return found.hash.hex, found.quality
    text, quality = pdq_from_bytes(data)
    return str(text), int(quality)


def quicken_stock_pdq() -> type[PdqSignal]:
    """Give the package's own `PdqSignal` this index and hasher, in this process; the class stays the same object."""
    for name in ("get_index_cls", "hash_from_bytes"):
        setattr(PdqSignal, name, vars(RingPdqSignal)[name])
    return PdqSignal
