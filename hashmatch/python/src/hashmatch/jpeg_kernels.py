"""Kernels that read a JPEG's luma: baseline Huffman scans, and the inverse cosine transform of libjpeg to the last bit.

Only files without a flaw are read: whatever is unusual, damaged or cut short is refused with 0, and is left to Pillow.
Files come from strangers, and numba does not check indexes, so each index that a file could move is kept inside by its
type (uint8 into 256 places), by a shift (the bits of a lookup), or by a test beside it; the bits have a margin that no
block can read beyond. The tests run these kernels with checked indexes as well.

Sections and tables are those of ITU-T T.81. The transform is the "islow" one of the Independent JPEG Group: two passes
of 32-bit whole numbers, here over many blocks at a time, so coefficients lie place by place: int16[place, block].
"""

import numpy as np
from numba import types
from numba.extending import intrinsic

from hashmatch.jit import inline, kernel, readonly, writable

# Numba keeps compiled code for as long as this file's text is the same, so constants must be written here.
START, END, FRAME, HUFFMAN, SCAN, QUANTIZATION, INTERVAL = 0xD8, 0xD9, 0xC0, 0xC4, 0xDA, 0xDB, 0xDD
APPLICATION, LAST_APPLICATION, COMMENT, RESTART = 0xE0, 0xEF, 0xFE, 0xD0
# What `read_header` writes: sizes in pixels, blocks of a component in a unit (MCU) across and down, its tables.
WIDTH, HEIGHT, RESTART_EVERY, SCAN_AT, HAS_METADATA, IS_NAMED, COARSEST, LUMA_STEPS = 0, 1, 2, 3, 4, 5, 6, 7
ACROSS, DOWN, DC_TABLE, AC_TABLE, STEPS_SEEN, STEPS_NEEDED = 8, 11, 14, 17, 20, 21
HEADER_LENGTH = 24
COMPONENTS = 3
MOST_BLOCKS = 10  # of a unit, B.2.3
JFIF_LENGTH = 14
PLACES = 64
ZIGZAG = np.array([
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
])  # fmt: skip

LOOK = 10  # bits that one look at a table decodes
LOOKS = 1 << LOOK
LOOK_SHIFT = np.uint64(64 - LOOK)
LONGEST_CODE = 16
LARGEST_AC, LARGEST_DC = 10, 11  # bits of a coefficient, F.1.2
FARTHEST_DC = 2047
RUN_OF_ZEROS, END_OF_BLOCK = 16, 128  # how far they move on; 128 is beyond the block from anywhere in it
LAST = np.uint64(63)
CHUNK = 16
MARGIN = 512  # bytes behind the bits: a block of 64 codes and values, each of 31 bits at most, takes 248
TILE = 64  # blocks that are transformed together
LOOKS_A_FILL = 5  # their bits are there after `fill`, which leaves at least 56

LENGTH_BITS, STEP_BITS = np.uint64(63), np.uint64(255)
BYTES = readonly(types.uint8, 1)
HEADER = writable(types.int64, 1)
STEPS = writable(types.int32, 2)
COUNTS = writable(types.uint8, 2)
SYMBOLS = writable(types.uint8, 2)


def pick(name):
    """An instruction on two 32-bit numbers; numba by itself would make 64-bit ones, which fill twice the register."""

    @intrinsic
    def apply(typing, left, right):
        def generate(context, builder, signature, arguments):
            return getattr(builder, name)(*arguments)

        return types.int32(types.int32, types.int32), generate

    return apply


add, subtract, multiply = pick("add"), pick("sub"), pick("mul")
shift_left, shift_right, either, differ = pick("shl"), pick("ashr"), pick("or_"), pick("xor")


@inline
def read_short(data, place):
    """A number of two bytes."""
    return np.int64(data[place]) << 8 | np.int64(data[place + 1])


@inline
def is_jfif(data, begin, end):
    """Whether an APP0 segment says that the colours are luma and two differences."""
    return (
        end - begin >= JFIF_LENGTH
        and data[begin] == 0x4A
        and data[begin + 1] == 0x46
        and data[begin + 2] == 0x49
        and data[begin + 3] == 0x46
        and data[begin + 4] == 0
    )


@kernel(types.boolean(BYTES, types.int64, types.int64, HEADER, STEPS))
def read_steps(data, begin, end, header, steps):
    """Quantization tables of 8-bit steps (B.2.4.1), each given once."""
    place = begin
    while place + 1 + PLACES <= end:
        table = np.int64(data[place])
        if table > 3 or header[STEPS_SEEN] >> table & 1:
            return False
        header[STEPS_SEEN] |= 1 << table
        total = 0
        for k in range(PLACES):
            step = np.int64(data[place + 1 + k])
            if step == 0:
                return False
            steps[table, ZIGZAG[k]] = step
            total += step
        header[COARSEST] = max(header[COARSEST], total)
        place += 1 + PLACES
    return place == end


@kernel(types.boolean(BYTES, types.int64, types.int64, COUNTS, SYMBOLS))
def read_codes(data, begin, end, counts, symbols):
    """Huffman tables (B.2.4.2); a later one takes the place of an earlier."""
    place = begin
    while place + 1 + LONGEST_CODE <= end:
        kind, number = data[place] >> 4, data[place] & 15
        if kind > 1 or number > 1:
            return False
        table = np.int64(2 * kind + number)
        total = 0
        for length in range(1, LONGEST_CODE + 1):
            counts[table, length] = data[place + length]
            total += data[place + length]
        place += 1 + LONGEST_CODE
        if total > 256 or place + total > end:
            return False
        for k in range(total):
            symbols[table, k] = data[place + k]
        place += total
    return place == end


@kernel(types.boolean(BYTES, types.int64, types.int64, HEADER, writable(types.int64, 1)))
def read_frame(data, begin, end, header, identities):
    """The frame of a baseline picture of luma and two colours that are sampled no finer (B.2.2); only one of them."""
    if end - begin != 6 + 3 * COMPONENTS or header[WIDTH] != 0:
        return False
    if data[begin] != 8 or data[begin + 5] != COMPONENTS:
        return False
    header[HEIGHT], header[WIDTH] = read_short(data, begin + 1), read_short(data, begin + 3)
    blocks = 0
    for c in range(COMPONENTS):
        place = begin + 6 + 3 * c
        across, down = np.int64(data[place + 1] >> 4), np.int64(data[place + 1] & 15)
        if not (1 <= across <= 4 and 1 <= down <= 4 and data[place + 2] <= 3):
            return False
        identities[c] = data[place]
        header[ACROSS + c], header[DOWN + c] = across, down
        if across > header[ACROSS] or down > header[DOWN]:
            return False
        blocks += across * down
        header[STEPS_NEEDED] |= 1 << np.int64(data[place + 2])
        if c == 0:
            header[LUMA_STEPS] = data[place + 2]
    if identities[0] == 1 and identities[1] == 2 and identities[2] == 3:
        header[IS_NAMED] = 1
    elif identities[0] == identities[1] or identities[1] == identities[2] or identities[0] == identities[2]:
        return False
    return blocks <= MOST_BLOCKS and header[WIDTH] > 0 and header[HEIGHT] > 0


@kernel(types.boolean(BYTES, types.int64, types.int64, HEADER, writable(types.int64, 1)))
def read_scan(data, begin, end, header, identities):
    """The header of the only scan (B.2.3): all components in the frame's order, and all coefficients at once."""
    if end - begin != 4 + 2 * COMPONENTS or data[begin] != COMPONENTS or header[WIDTH] == 0:
        return False
    for c in range(COMPONENTS):
        place = begin + 1 + 2 * c
        dc, ac = data[place + 1] >> 4, data[place + 1] & 15
        if data[place] != identities[c] or dc > 1 or ac > 1:
            return False
        header[DC_TABLE + c], header[AC_TABLE + c] = dc, ac
    header[SCAN_AT] = end
    is_whole = data[end - 3] == 0 and data[end - 2] == 63 and data[end - 1] == 0
    return is_whole and header[STEPS_SEEN] & header[STEPS_NEEDED] == header[STEPS_NEEDED]


@kernel(types.int64(BYTES, HEADER, STEPS, COUNTS, SYMBOLS))
def read_header(data, header, steps, counts, symbols):
    """Read all segments up to the scan (B.2). 1, or 0 where the file is none that `decode_luma` reads.

    `header` int64[24] by the places above; `steps` int32[4, 64] are the quantization tables in rows of a block;
    `counts` uint8[4, 17] and `symbols` uint8[4, 256] are Huffman tables: DC 0 and 1, AC 0 and 1.
    """
    header[:] = 0
    size = data.shape[0]
    if size < 4 or data[0] != 0xFF or data[1] != START:
        return 0
    place, identities = 2, np.zeros(COMPONENTS, np.int64)
    while place + 4 <= size:
        marker = np.int64(data[place + 1])
        begin, end = place + 4, place + 2 + read_short(data, place + 2)
        if data[place] != 0xFF or end < begin or end > size:
            return 0
        if marker == QUANTIZATION:
            is_read = read_steps(data, begin, end, header, steps)
        elif marker == HUFFMAN:
            is_read = read_codes(data, begin, end, counts, symbols)
        elif marker == FRAME:
            is_read = read_frame(data, begin, end, header, identities)
        elif marker == INTERVAL:
            is_read = end - begin == 2
            header[RESTART_EVERY] = read_short(data, begin) if is_read else 0
        elif marker == SCAN:
            return np.int64(read_scan(data, begin, end, header, identities))
        elif APPLICATION <= marker <= LAST_APPLICATION:
            is_read = True
            if marker == APPLICATION and is_jfif(data, begin, end):
                header[IS_NAMED] = 1
            else:
                header[HAS_METADATA] = 1
        else:
            is_read = marker == COMMENT
        if not is_read:
            return 0
        place = end
    return 0


@kernel(types.int64(BYTES, types.int64, writable(types.uint8, 1), writable(types.int64, 1)))
def unstuff(data, begin, bits, ends):
    """Copy the scan's bits without the zeros that follow each 0xFF (F.1.2.3), up to the end of the picture.

    `bits` uint8[len(data) + MARGIN]; `ends` int64[intervals] tells where each restart interval ends. How many bytes, or
    -1 where markers are missing or others than restarts in their order stand between.
    """
    size, place, written, interval = data.shape[0], begin, 0, 0
    last = ends.shape[0] - 1
    while place < size - 1:
        if place + CHUNK < size:
            marked = 0
            for k in range(CHUNK):
                byte = data[np.uint64(place + k)]
                bits[np.uint64(written + k)] = byte
                marked |= byte == 0xFF
            if not marked:
                place += CHUNK
                written += CHUNK
                continue
        stop = min(place + CHUNK, size - 1)
        while place < stop:
            byte = data[np.uint64(place)]
            if byte != 0xFF:
                bits[np.uint64(written)] = byte
                written += 1
                place += 1
                continue
            marker = data[np.uint64(place + 1)]
            place += 2
            if marker == 0:
                bits[np.uint64(written)] = byte
                written += 1
            elif marker == END:
                bits[written : written + MARGIN] = 0
                ends[interval] = written
                return written if interval == last else -1
            elif marker == RESTART + (interval & 7) and interval < last:
                ends[interval] = written
                interval += 1
            else:
                return -1
    return -1


@inline
def plan_look(length, size, run, rest, free, is_ac):
    """The entry of `looks` for a code whose value, of `size` bits, begins at the first of `free` bits."""
    if is_ac and size == 0:
        return np.int64((RUN_OF_ZEROS if run == 15 else END_OF_BLOCK) << 8 | length)
    if size > free:
        return np.int64(size << 24 | length << 16 | (run + 1) << 8)
    value = rest >> (free - size)
    if size > 0 and value < 1 << (size - 1):
        value -= (1 << size) - 1
    return np.int64(value << 16 | (run + 1) << 8 | (length + size))


@kernel(types.boolean(
    readonly(types.uint8, 2), readonly(types.uint8, 2), types.int64, writable(types.int64, 2),
    writable(types.int64, 2), writable(types.int64, 2),
))  # fmt: skip
def plan_codes(counts, symbols, table, looks, limits, shifts):
    """Make one Huffman table quick to read (C.2): what the next bits mean, for each value of so many of them.

    `looks` int64[4, LOOKS]: length of code and value together, or 0 where they are longer than a look; from bit 8 on
    how far the code moves on among the coefficients; from bit 16 on the value, or where length is 0, the code's length,
    and from bit 24 on its value's. A code longer than a look is all zeros there; `limits` int64[4, 17] are the first
    codes too large for their length, `shifts` int64[4, 17] what makes the place of the symbol out of a code.
    """
    is_ac = table >= 2
    looks[table, :] = 0
    code = place = 0
    for length in range(1, LONGEST_CODE + 1):
        shifts[table, length] = place - code
        for _ in range(counts[table, length]):
            if code >= 1 << length or place > 255:
                return False
            symbol = np.int64(symbols[table, place])
            size, run = symbol & 15, symbol >> 4
            is_strange = (size == 0 and run not in (0, 15)) or size > LARGEST_AC if is_ac else symbol > LARGEST_DC
            if is_strange:
                return False
            if length <= LOOK:
                free = LOOK - length
                for rest in range(1 << free):
                    looks[table, code << free | rest] = plan_look(length, size, run, rest, free, is_ac)
            code += 1
            place += 1
        limits[table, length] = code
        code <<= 1
    return True


@kernel(types.void(readonly(types.int64, 2), types.int64, writable(types.uint64, 2)))
def pair_codes(looks, table, pairs):
    """What the next bits mean when two codes may be read at one look.

    `pairs` uint64[2, LOOKS], by the number of the AC table: the length of both; from bit 8 on how far the first moves
    on, from bit 16 on the second, or 0 where there is none; values from bits 32 and 48 on. Length 0 as in `looks`.
    """
    for look in range(LOOKS):
        first = looks[2 + table, look]
        length, moved, value = first & 63, first >> 8 & 255, first >> 16
        if length == 0:
            pairs[table, look] = np.uint64(first)
            continue
        moved_more = value_more = 0
        if moved != END_OF_BLOCK:
            second = looks[2 + table, look << length & LOOKS - 1]
            if second & 63 != 0 and length + (second & 63) <= LOOK:
                moved_more, value_more = second >> 8 & 255, second >> 16
                length += second & 63
        values = (value & 0xFFFF) << 32 | (value_more & 0xFFFF) << 48
        pairs[table, look] = np.uint64(values | moved_more << 16 | moved << 8 | length)


@inline
def take_eight(bits, place):
    """Eight bytes from a place on, the first of them highest: one instruction."""
    value = np.uint64(bits[place]) << np.uint64(56) | np.uint64(bits[place + np.uint64(1)]) << np.uint64(48)
    value |= np.uint64(bits[place + np.uint64(2)]) << np.uint64(40)
    value |= np.uint64(bits[place + np.uint64(3)]) << np.uint64(32)
    value |= np.uint64(bits[place + np.uint64(4)]) << np.uint64(24)
    value |= np.uint64(bits[place + np.uint64(5)]) << np.uint64(16)
    value |= np.uint64(bits[place + np.uint64(6)]) << np.uint64(8)
    return value | np.uint64(bits[place + np.uint64(7)])


@inline
def fill(bits, place, buffer, left):
    """At least 56 bits in the buffer, the next of them highest; `left` are valid, and `place` is where more are."""
    buffer |= take_eight(bits, place) >> left
    more = (np.uint64(63) - left) >> np.uint64(3)
    return place + more, buffer, left + (more << np.uint64(3))


@kernel(types.UniTuple(types.int64, 2)(
    types.uint64, readonly(types.int64, 2), readonly(types.int64, 2), readonly(types.uint8, 2), types.int64
))  # fmt: skip
def find_long_code(buffer, limits, shifts, symbols, table):
    """Length and symbol of a code that is longer than a look (F.2.2.3); length 0 where there is no such code."""
    for length in range(LOOK + 1, LONGEST_CODE + 1):
        code = np.int64(buffer >> np.uint64(64 - length))
        if code < limits[table, length]:
            return length, np.int64(symbols[table, np.uint8(code + shifts[table, length])])
    return 0, 0


@inline
def take_value(buffer, length, size):
    """The value of `size` bits behind a code (F.2.2.1)."""
    if size == 0:
        return np.int64(0)
    value = np.int64(buffer << np.uint64(length) >> np.uint64(64 - size))
    return value - ((1 << size) - 1) if value < 1 << (size - 1) else value


@inline
def read_beyond_look(look, buffer, limits, shifts, symbols, table):
    """Length, size of value and move of an AC code too long for a look, alone or with its value; length 0: none."""
    length, size, moved = np.int64(look >> np.uint64(16) & np.uint64(255)), np.int64(look >> np.uint64(24)), np.int64(0)
    if length != 0:
        moved = np.int64(look >> np.uint64(8) & STEP_BITS)
    else:
        length, symbol = find_long_code(buffer, limits, shifts, symbols, table)
        size = symbol & 15
        moved = np.int64(END_OF_BLOCK) if symbol == 0 else (symbol >> 4) + 1
    return length, size, moved


@inline
def is_used_up(place, left, end):
    """Whether all bits of an interval were read but for those that fill its last byte."""
    remaining = 8 * end - (8 * np.int64(place) - np.int64(left))
    return 0 <= remaining < 8


@kernel(types.UniTuple(types.int64[::1], 3)(HEADER))
def list_members(header):
    """The blocks of a unit in their order (A.2.3): of which component, in which of its rows and columns."""
    members = np.empty(MOST_BLOCKS, np.int64)
    rows, columns = np.empty(MOST_BLOCKS, np.int64), np.empty(MOST_BLOCKS, np.int64)
    count = 0
    for component in range(COMPONENTS):
        for row in range(header[DOWN + component]):
            for column in range(header[ACROSS + component]):
                members[count], rows[count], columns[count] = component, row, column
                count += 1
    return members[:count], rows[:count], columns[:count]


@inline
def magnitude(value):
    """The value's bits, for a negative one of its complement: small for small numbers of either sign."""
    return differ(value, shift_right(value, np.int32(31)))


@inline
def gather(x0, x1, x2, x3, x4, x5, x6, x7):
    """All bits that occur in the eight magnitudes."""
    even = either(either(magnitude(x0), magnitude(x2)), either(magnitude(x4), magnitude(x6)))
    odd = either(either(magnitude(x1), magnitude(x3)), either(magnitude(x5), magnitude(x7)))
    return either(even, odd)


@inline
def transform_eight(x0, x1, x2, x3, x4, x5, x6, x7, rounding):
    """The inverse transform of eight numbers, times 2^13 and the root of 8 (Loeffler, Ligtenberg and Moschytz 1989)."""
    turned = multiply(add(x2, x6), np.int32(4433))
    low, high = subtract(turned, multiply(x6, np.int32(15137))), add(turned, multiply(x2, np.int32(6270)))
    total = add(shift_left(add(x0, x4), np.int32(13)), rounding)
    difference = add(shift_left(subtract(x0, x4), np.int32(13)), rounding)
    e0, e1, e2, e3 = add(total, high), add(difference, low), subtract(difference, low), subtract(total, high)
    z3, z4 = add(x7, x3), add(x5, x1)
    z5 = multiply(add(z3, z4), np.int32(9633))
    z1, z2 = multiply(add(x7, x1), np.int32(-7373)), multiply(add(x5, x3), np.int32(-20995))
    z3, z4 = add(multiply(z3, np.int32(-16069)), z5), add(multiply(z4, np.int32(-3196)), z5)
    o3, o2 = add(multiply(x7, np.int32(2446)), add(z1, z3)), add(multiply(x5, np.int32(16819)), add(z2, z4))
    o1, o0 = add(multiply(x3, np.int32(25172)), add(z2, z3)), add(multiply(x1, np.int32(12299)), add(z1, z4))
    return (
        add(e0, o0), add(e1, o1), add(e2, o2), add(e3, o3),
        subtract(e3, o3), subtract(e2, o2), subtract(e1, o1), subtract(e0, o0),
    )  # fmt: skip


@inline
def make_pixel(value):
    """0 to 255; the rounding of the second pass has the 128 in it."""
    return min(max(shift_right(value, np.int32(18)), np.int32(0)), np.int32(255))


@inline
def pack(first, second, third, fourth):
    """Four pixels in the order of memory."""
    low = either(make_pixel(first), shift_left(make_pixel(second), np.int32(8)))
    high = either(shift_left(make_pixel(third), np.int32(16)), shift_left(make_pixel(fourth), np.int32(24)))
    return np.uint32(either(low, high))


@kernel(types.int64(
    writable(types.int16, 1), types.int64, types.int64, writable(types.int32, 1), types.int64, types.int64,
    writable(types.int32, 1), writable(types.uint8, 2), writable(types.uint8, 2),
))  # fmt: skip
def transform_blocks(coefficients, base, stride, steps, blocks, top, once, lines, pixels):
    """Eight rows of pixels out of a row of blocks. Not 0 where a number was too large to be sure of libjpeg's answer.

    libjpeg's vector instructions hold what goes into each pass, and sums of two of them, in 16 bits. Here steps times
    coefficients stay below 2^13 and what the first pass gives below 2^14, so nothing of it is cut off there, nor are 32
    bits too few here. `once` int32[64 * TILE] and `lines` uint8[8, 8 * TILE] are room to work in.
    """
    height, width = pixels.shape
    words = lines.view(np.uint32)
    bits_in, bits_between = np.int32(0), np.int32(0)
    eight_rows, row_of_once = np.uint64(8 * stride), np.uint64(8 * TILE)
    for first in range(0, blocks, TILE):
        for column in range(8):
            s0, s1, s2, s3 = steps[column], steps[8 + column], steps[16 + column], steps[24 + column]
            s4, s5, s6, s7 = steps[32 + column], steps[40 + column], steps[48 + column], steps[56 + column]
            start, to = np.uint64(base + column * stride + first), np.uint64(column * TILE)
            for block in range(TILE):
                a, t = start + np.uint64(block), to + np.uint64(block)
                x0 = multiply(np.int32(coefficients[a]), s0)
                x1 = multiply(np.int32(coefficients[a + eight_rows]), s1)
                x2 = multiply(np.int32(coefficients[a + np.uint64(2) * eight_rows]), s2)
                x3 = multiply(np.int32(coefficients[a + np.uint64(3) * eight_rows]), s3)
                x4 = multiply(np.int32(coefficients[a + np.uint64(4) * eight_rows]), s4)
                x5 = multiply(np.int32(coefficients[a + np.uint64(5) * eight_rows]), s5)
                x6 = multiply(np.int32(coefficients[a + np.uint64(6) * eight_rows]), s6)
                x7 = multiply(np.int32(coefficients[a + np.uint64(7) * eight_rows]), s7)
                bits_in = either(bits_in, gather(x0, x1, x2, x3, x4, x5, x6, x7))
                y = transform_eight(x0, x1, x2, x3, x4, x5, x6, x7, np.int32(1 << 10))
                once[t] = shift_right(y[0], np.int32(11))
                once[t + row_of_once] = shift_right(y[1], np.int32(11))
                once[t + np.uint64(2) * row_of_once] = shift_right(y[2], np.int32(11))
                once[t + np.uint64(3) * row_of_once] = shift_right(y[3], np.int32(11))
                once[t + np.uint64(4) * row_of_once] = shift_right(y[4], np.int32(11))
                once[t + np.uint64(5) * row_of_once] = shift_right(y[5], np.int32(11))
                once[t + np.uint64(6) * row_of_once] = shift_right(y[6], np.int32(11))
                once[t + np.uint64(7) * row_of_once] = shift_right(y[7], np.int32(11))
        for line in range(8):
            start = np.uint64(line) * row_of_once
            for block in range(TILE):
                t = start + np.uint64(block)
                x0, x1 = once[t], once[t + np.uint64(TILE)]
                x2, x3 = once[t + np.uint64(2 * TILE)], once[t + np.uint64(3 * TILE)]
                x4, x5 = once[t + np.uint64(4 * TILE)], once[t + np.uint64(5 * TILE)]
                x6, x7 = once[t + np.uint64(6 * TILE)], once[t + np.uint64(7 * TILE)]
                bits_between = either(bits_between, gather(x0, x1, x2, x3, x4, x5, x6, x7))
                y = transform_eight(x0, x1, x2, x3, x4, x5, x6, x7, np.int32((1 << 17) + (128 << 18)))
                words[np.uint64(line), np.uint64(2 * block)] = pack(y[0], y[1], y[2], y[3])
                words[np.uint64(line), np.uint64(2 * block + 1)] = pack(y[4], y[5], y[6], y[7])
        begin, end = 8 * first, min(width, 8 * (first + TILE))
        for line in range(min(8, height - top)):
            for x in range(begin, end):
                pixels[np.uint64(top + line), np.uint64(x)] = lines[np.uint64(line), np.uint64(x - begin)]
    return np.int64(bits_in >> 13 | bits_between >> 14)


@kernel(types.int64(BYTES, HEADER, STEPS, COUNTS, SYMBOLS, writable(types.uint8, 2)))
def decode_luma(data, header, steps, counts, symbols, pixels):
    """Decode luma into uint8[height, width], from what `read_header` read. 1, or 0 where the file has a flaw.

    Of colours only the lengths of their codes are read. Numbers that libjpeg's vector instructions would cut off are
    taken for a flaw.
    """
    across, down, every = header[ACROSS], header[DOWN], header[RESTART_EVERY]
    units, rows = -(-header[WIDTH] // (8 * across)), -(-header[HEIGHT] // (8 * down))
    looks, pairs = np.empty((4, LOOKS), np.int64), np.empty((2, LOOKS), np.uint64)
    limits, shifts = np.zeros((4, LONGEST_CODE + 1), np.int64), np.zeros((4, LONGEST_CODE + 1), np.int64)
    for table in range(4):
        if not plan_codes(counts, symbols, table, looks, limits, shifts):
            return 0
    for table in range(2):
        pair_codes(looks, table, pairs)
    intervals = 1 if every == 0 else -(-units * rows // every)
    if intervals > data.shape[0]:
        return 0
    bits, ends = np.empty(data.shape[0] + MARGIN, np.uint8), np.zeros(intervals, np.int64)
    if unstuff(data, header[SCAN_AT], bits, ends) < 0:
        return 0

    # One row of units: coefficients of all its blocks, and one place more, where what is no coefficient is written.
    blocks = units * across
    stride = -(-blocks // TILE) * TILE + TILE // 2
    plane = (PLACES + 1) * stride
    coefficients = np.empty(down * plane, np.int16)
    offsets = np.full(256, PLACES * stride, np.uint64)
    for k in range(PLACES):
        offsets[k] = ZIGZAG[k] * stride
    once, lines = np.empty(PLACES * TILE, np.int32), np.empty((8, 8 * TILE), np.uint8)
    members, member_rows, member_columns = list_members(header)
    last_dc = np.zeros(COMPONENTS, np.int64)

    place, buffer, left = np.uint64(0), np.uint64(0), np.uint64(0)
    interval, until_restart, too_large = 0, every, 0
    for row in range(rows):
        coefficients[:] = 0
        for unit in range(units):
            if every > 0 and until_restart == 0:
                if not is_used_up(place, left, ends[interval]):
                    return 0
                place, buffer, left = np.uint64(ends[interval]), np.uint64(0), np.uint64(0)
                interval += 1
                until_restart = every
                last_dc[:] = 0
            until_restart -= 1
            for member in range(members.shape[0]):
                component = members[member]
                dc, ac = header[DC_TABLE + component], header[AC_TABLE + component]
                place, buffer, left = fill(bits, place, buffer, left)
                look = looks[np.uint64(dc), buffer >> LOOK_SHIFT]
                length, value = look & 63, look >> 16
                if length == 0:
                    code, size = look >> 16 & 255, look >> 24
                    if code == 0:
                        code, size = find_long_code(buffer, limits, shifts, symbols, dc)
                        if code == 0:
                            return 0
                    value = take_value(buffer, code, size)
                    length = code + size
                buffer <<= np.uint64(length)
                left -= np.uint64(length)
                value += last_dc[component]
                last_dc[component] = value
                if not -FARTHEST_DC <= value <= FARTHEST_DC:
                    return 0
                k, table = np.uint64(0), np.uint64(ac)
                if component == 0:
                    block = np.uint64(member_rows[member] * plane + unit * across + member_columns[member])
                    coefficients[block] = value
                    while k < LAST:
                        place, buffer, left = fill(bits, place, buffer, left)
                        for _ in range(LOOKS_A_FILL):
                            two = pairs[table, buffer >> LOOK_SHIFT]
                            used = two & LENGTH_BITS
                            if used == 0:
                                place, buffer, left = fill(bits, place, buffer, left)
                                code, size, moved = read_beyond_look(two, buffer, limits, shifts, symbols, 2 + ac)
                                if code == 0:
                                    return 0
                                k += np.uint64(moved)
                                coefficients[block + offsets[np.uint8(k)]] = take_value(buffer, code, size)
                                buffer <<= np.uint64(code + size)
                                left -= np.uint64(code + size)
                                break
                            k += two >> np.uint64(8) & STEP_BITS
                            if k == LAST:  # a second code would be the next block's
                                one = looks[np.uint64(2) + table, buffer >> LOOK_SHIFT]
                                coefficients[block + offsets[np.uint8(k)]] = one >> 16
                                buffer <<= np.uint64(one & 63)
                                left -= np.uint64(one & 63)
                                break
                            both = k + (two >> np.uint64(16) & STEP_BITS)
                            coefficients[block + offsets[np.uint8(both)]] = np.int64(two) >> 48
                            coefficients[block + offsets[np.uint8(k)]] = np.int64(two) >> 32
                            k = both
                            buffer <<= used
                            left -= used
                            if k >= LAST:
                                break
                else:
                    while k < LAST:
                        place, buffer, left = fill(bits, place, buffer, left)
                        for _ in range(LOOKS_A_FILL):
                            look = looks[np.uint64(2) + table, buffer >> LOOK_SHIFT]
                            used = np.uint64(look & 63)
                            if used == 0:
                                place, buffer, left = fill(bits, place, buffer, left)
                                code, size, moved = read_beyond_look(
                                    np.uint64(look), buffer, limits, shifts, symbols, 2 + ac
                                )
                                if code == 0:
                                    return 0
                                k += np.uint64(moved)
                                buffer <<= np.uint64(code + size)
                                left -= np.uint64(code + size)
                                break
                            k += np.uint64(look >> 8 & 255)
                            buffer <<= used
                            left -= used
                            if k >= LAST:
                                break
                is_whole = k == LAST or np.uint64(END_OF_BLOCK) <= k < np.uint64(END_OF_BLOCK) + LAST
                if not is_whole or np.int64(place) > ends[interval] + 8:
                    return 0
        for line in range(down):
            top = 8 * (row * down + line)
            if top < pixels.shape[0]:
                too_large |= transform_blocks(
                    coefficients, line * plane, stride, steps[header[LUMA_STEPS]], blocks, top, once, lines, pixels
                )
    return np.int64(too_large == 0 and is_used_up(place, left, ends[interval]))
