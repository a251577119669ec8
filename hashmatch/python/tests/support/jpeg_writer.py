"""Baseline JPEG files from coefficients of one's own, so that a reader meets what no camera writes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image

type Block = npt.NDArray[np.int64]  # 64 coefficients in zigzag order, not yet times the steps
type Sampling = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def segment(marker: int, content: bytes) -> bytes:
    """A marker, its length, its content."""
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def standard_tables() -> dict[int, bytes]:
    """The Huffman tables of Annex K, by class and number: what Pillow writes if it does not optimise."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG")
    data, place, tables = stream.getvalue(), 2, {}
    while data[place + 1] != 0xDA:
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        content = data[place + 4 : end]
        while data[place + 1] == 0xC4 and content:
            length = 17 + sum(content[1:17])
            tables[content[0]] = content[1:length]
            content = content[length:]
        place = end
    return tables


TABLES = standard_tables()


def list_codes(table: bytes) -> dict[int, tuple[int, int]]:
    """Code and length of each symbol."""
    codes, code, place = {}, 0, 16
    for length in range(1, 17):
        for _ in range(table[length - 1]):
            codes[table[place]] = (code, length)
            code, place = code + 1, place + 1
        code <<= 1
    return codes


@dataclass
class Bits:
    """Bits that become bytes, a zero behind each byte of ones."""

    value: int = 0
    count: int = 0
    done: bytearray = field(default_factory=bytearray)

    def add(self, value: int, count: int) -> None:
        self.value, self.count = self.value << count | value, self.count + count
        while self.count >= 8:
            byte = self.value >> (self.count - 8) & 0xFF
            self.done += bytes([byte, 0]) if byte == 0xFF else bytes([byte])
            self.count -= 8
            self.value &= (1 << self.count) - 1

    def close(self) -> None:
        if self.count:
            self.add((1 << (8 - self.count)) - 1, 8 - self.count)


def add_value(bits: Bits, value: int) -> None:
    size = abs(value).bit_length()
    if size:
        bits.add(value if value > 0 else value + (1 << size) - 1, size)


def add_block(
    bits: Bits, block: Block, last: int, dc: dict[int, tuple[int, int]], ac: dict[int, tuple[int, int]]
) -> None:
    change = int(block[0]) - last
    bits.add(*dc[abs(change).bit_length()])
    add_value(bits, change)
    run = 0
    for value in (int(one) for one in block[1:]):
        if value == 0:
            run += 1
            continue
        while run > 15:
            bits.add(*ac[0xF0])
            run -= 16
        bits.add(*ac[run << 4 | abs(value).bit_length()])
        add_value(bits, value)
        run = 0
    if run:
        bits.add(*ac[0])


def write_jpeg(
    size: tuple[int, int],
    sampling: Sampling,
    blocks: Sequence[Sequence[Block]],
    *,
    steps: Sequence[int] = (1,) * 64,
    every: int = 0,
) -> bytes:
    """A file of this width and height; `blocks` are those of each component in the order of the scan.

    `sampling` are blocks of a unit across and down, for each component. `steps` are in zigzag order. With `every`,
    a restart marker stands after so many units.
    """
    width, height = size
    across, down = -(-width // (8 * sampling[0][0])), -(-height // (8 * sampling[0][1]))
    codes = {number: list_codes(table) for number, table in TABLES.items()}
    parts, bits, last, restarts = [], Bits(), [0, 0, 0], 0
    takers = [iter(one) for one in blocks]
    for unit in range(across * down):
        if every and unit and unit % every == 0:
            bits.close()
            parts.append(bytes(bits.done) + bytes([0xFF, 0xD0 + restarts % 8]))
            bits, last, restarts = Bits(), [0, 0, 0], restarts + 1
        for component, (columns, rows) in enumerate(sampling):
            for _ in range(columns * rows):
                block = next(takers[component])
                table = min(component, 1)
                add_block(bits, block, last[component], codes[table], codes[0x10 | table])
                last[component] = int(block[0])
    bits.close()
    frame = bytes([8]) + height.to_bytes(2) + width.to_bytes(2) + bytes([3])
    frame += b"".join(bytes([n + 1, h << 4 | v, min(n, 1)]) for n, (h, v) in enumerate(sampling))
    return b"".join((
        b"\xff\xd8",
        segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        *(segment(0xDB, bytes([number, *steps])) for number in (0, 1)),
        segment(0xC0, frame),
        *(segment(0xC4, bytes([number]) + table) for number, table in TABLES.items()),
        segment(0xDD, every.to_bytes(2)) if every else b"",
        segment(0xDA, b"\3\1\0\2\x11\3\x11\0\x3f\0"),
        *parts,
        bytes(bits.done),
        b"\xff\xd9",
    ))  # fmt: skip


def count_blocks(size: tuple[int, int], sampling: Sampling) -> list[int]:
    """How many blocks each component has."""
    units = -(-size[0] // (8 * sampling[0][0])) * -(-size[1] // (8 * sampling[0][1]))
    return [units * columns * rows for columns, rows in sampling]
