"""The index's hot loops, compiled: order bits, sort rows into buckets, search and join buckets, scan rows.

Each does what `tables` does with NumPy, on the same arrays. Only `hashmatch.index.segments` calls these, through a
`KernelModule`, and it checks the shapes first. The types are those of each kernel's signature: numba checks
them when it compiles, so type checkers leave this module alone.

A bucket is read 32 sketches at a time by one vector instruction, for which there is no loop that numba would compile as
well; hence the few intrinsics at the top. LLVM turns them into what the processor has. A found pair is one 64-bit
number, `query << 41 | distance << 32 | row`, so that sorting the numbers sorts by query, distance and row; of a join
two rows beside their distance.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from hashmatch.index.layout import BUCKETS, DISTANCE_SHIFT, LANES, NO_LIMIT, QUERY_SHIFT, WORDS
from hashmatch.jit import inline, kernel, readonly, writable

BOUNDS_A_WORD = BUCKETS + 1
STRETCH = 4096  # passed sketches that are kept until their rows are compared
BATCH_STRETCH = 1 << 16
COARSE = 6
AHEAD_IDS = 32
AHEAD_ROWS = 16
AHEAD_BUCKETS = 28
FETCHED_SKETCHES = 32 * LANES  # so many of a bucket are asked for ahead; the processor guesses the rest itself


@intrinsic
def count_bits(typing, value):
    """How many bits of a whole number are set."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return value(value), generate


@intrinsic
def lowest_bit(typing, value):
    """The place of the lowest bit that is set; the number must not be 0."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return value(value), generate


@intrinsic
def fetch_soon(typing, array, place):
    """Ask for the memory of a flat array at a place, without waiting; a place outside does no harm."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        arguments_kind = [address.type, word, word, word]
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), arguments_kind), "llvm.prefetch.p0"
        )
        builder.call(function, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


@intrinsic
def near_sketches(typing, sketches, place, wanted, allowed):
    """Which of the 32 sketches from a place on differ in at most the allowed bits: one bit for each."""

    def generate(context, builder, signature, arguments):
        short, word = ir.IntType(16), ir.IntType(32)
        vector, choice = ir.VectorType(short, LANES), ir.VectorType(word, LANES)
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), vector.as_pointer())
        block = builder.load(address, align=2)

        def spread(value):
            one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, word(0))
            return builder.shuffle_vector(
                one, ir.Constant(vector, ir.Undefined), ir.Constant(choice, [word(0)] * LANES)
            )

        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector]), f"llvm.ctpop.v{LANES}i16"
        )
        differing = builder.call(function, [builder.xor(block, spread(arguments[2]))])
        return builder.bitcast(builder.icmp_unsigned("<=", differing, spread(arguments[3])), word)

    return types.uint32(sketches, types.int64, types.uint16, types.uint16), generate


@intrinsic
def item(typing, array, place):
    """One element of a flat array, without numba's test for a negative place."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load(builder.gep(data, [arguments[1]]))

    return array.dtype(array, types.int64), generate


@inline
def fetch_bucket(sketches, first, last):
    """Ask for the sketches of a bucket. One of a small bank mostly lies in a line or two, of a large one in several."""
    fetch_soon(sketches, first)
    fetch_soon(sketches, first + LANES - 1)
    if last - first > LANES:
        place, stop = first + 2 * LANES, min(last, first + FETCHED_SKETCHES)
        while place < stop:
            fetch_soon(sketches, place)
            place += LANES
        fetch_soon(sketches, stop - 1)


@inline
def word_of(hash_words, word):
    """One of the 16 words of a hash that is four 64-bit numbers."""
    return np.int64((hash_words[word >> 2] >> np.uint64(16 * (word & 3))) & np.uint64(0xFFFF))


@inline
def order_bits(table, row, ordered):
    """Put the bits of one hash of 32 bytes into the index's order."""
    a = b = c = d = np.uint64(0)
    for place in range(32):
        value = np.int64(row[place])
        a |= table[place, value, 0]
        b |= table[place, value, 1]
        c |= table[place, value, 2]
        d |= table[place, value, 3]
    ordered[0], ordered[1], ordered[2], ordered[3] = a, b, c, d


@inline
def measure_distance(rows, row, wanted):
    """The bits in which a row differs from the query."""
    return (
        np.int64(count_bits(rows[row, 0] ^ wanted[0]))
        + np.int64(count_bits(rows[row, 1] ^ wanted[1]))
        + np.int64(count_bits(rows[row, 2] ^ wanted[2]))
        + np.int64(count_bits(rows[row, 3] ^ wanted[3]))
    )


@inline
def is_removed(removed, row):
    """Whether the row's mark is set."""
    return (np.int64(removed[row >> 3]) >> (row & 7)) & 1


@inline
def was_seen_before(rows, row, wanted, word, near, near_two):
    """Whether an earlier word has found this row already: each row is reported from the first word that can."""
    previous = np.int64(0)
    for place in range(word + 1):
        quarter = place >> 2
        differing = (rows[row, quarter] ^ wanted[quarter]) >> np.uint64(16 * (place & 3))
        present = np.int64(count_bits(np.uint16(differing & np.uint64(0xFFFF))))
        if place and previous <= near and previous + present <= near_two:
            return True
        previous = present
    return False


@inline
def keep(found, stored, counts, query, distance, row, limit):
    """Store a pair unless `limit` pairs at least as near are kept for its query; how many pairs there are now.

    Past the end of `found` pairs are only counted: the caller makes room and searches again. `counts` holds for each
    query how many pairs there are at each distance, and last how many were left out.
    """
    last = counts.shape[1] - 1
    if limit != NO_LIMIT:
        nearer = np.int64(0)
        for one in range(distance + 1):
            nearer += np.int64(counts[query, one])
        if nearer >= limit:
            counts[query, last] += np.uint32(1)
            return stored
        counts[query, distance] += np.uint32(1)
    if stored < found.shape[0]:
        found[stored] = (
            (np.uint64(query) << np.uint64(QUERY_SHIFT))
            | (np.uint64(distance) << np.uint64(DISTANCE_SHIFT))
            | np.uint64(row)
        )
    return stored + 1


@inline
def weigh(rows, removed, wanted, query, row, word, reach, near, near_two, found, stored, counts, limit):
    """Compare one candidate in full and keep it if it matches; how many pairs there are now."""
    distance = measure_distance(rows, row, wanted)
    if distance > reach or is_removed(removed, row) or was_seen_before(rows, row, wanted, word, near, near_two):
        return stored
    return keep(found, stored, counts, query, distance, row, limit)


ROWS = readonly(types.uint64, 2)
BYTES = readonly(types.uint8, 2)
BITS = readonly(types.uint8, 1)
TABLE = readonly(types.uint64, 3)
SHORTS = readonly(types.uint16, 1)
NUMBERS = readonly(types.uint32, 1)
FOUND = writable(types.uint64, 1)
COUNTS = writable(types.uint32, 2)
PROGRESS = writable(types.int64, 1)
DISTANCES = writable(types.uint16, 1)


@kernel(types.void(TABLE, BYTES, writable(types.uint64, 2)))
def permute(table, rows, ordered):
    """Put the bits of many hashes into the index's order."""
    for row in range(rows.shape[0]):
        order_bits(table, rows[row], ordered[row])


@kernel(types.void(ROWS, writable(types.uint32, 1), writable(types.uint16, 1), writable(types.uint32, 1)))
def fill_tables(rows, bounds, sketches, postings):
    """Sort the rows into the buckets of each word; within a bucket they keep their order.

    By the lower and then by the upper byte of the word: to 256 places in turn memory is written well, to 65,536 not.
    """
    count = rows.shape[0]
    sizes = np.empty(BUCKETS, np.int64)
    lower, upper = np.empty(257, np.int64), np.empty(257, np.int64)
    half_sorted = np.empty(count, np.uint64)  # word, next word, row
    for word in range(WORDS):
        quarter, shift = word >> 2, np.uint64(16 * (word & 3))
        following = (word + 1) & (WORDS - 1)
        next_quarter, next_shift = following >> 2, np.uint64(16 * (following & 3))
        sizes[:] = 0
        for row in range(count):
            sizes[np.int64((rows[row, quarter] >> shift) & np.uint64(0xFFFF))] += 1
        lower[:] = 0
        upper[:] = 0
        start, total = word * BOUNDS_A_WORD, np.int64(0)
        for bucket in range(BUCKETS):
            bounds[start + bucket] = total
            total += sizes[bucket]
            lower[(bucket & 255) + 1] += sizes[bucket]
            upper[(bucket >> 8) + 1] += sizes[bucket]
        bounds[start + BUCKETS] = total
        for byte in range(256):
            lower[byte + 1] += lower[byte]
            upper[byte + 1] += upper[byte]
        for row in range(count):
            key = (rows[row, quarter] >> shift) & np.uint64(0xFFFF)
            sketch = (rows[row, next_quarter] >> next_shift) & np.uint64(0xFFFF)
            byte = np.int64(key & np.uint64(255))
            half_sorted[lower[byte]] = (key << np.uint64(48)) | (sketch << np.uint64(32)) | np.uint64(row)
            lower[byte] += 1
        base = word * count
        for number in range(count):
            entry = half_sorted[number]
            byte = np.int64(entry >> np.uint64(56))
            place = base + upper[byte]
            upper[byte] += 1
            sketches[place] = np.uint16((entry >> np.uint64(32)) & np.uint64(0xFFFF))
            postings[place] = np.uint32(entry & np.uint64(0xFFFFFFFF))


@inline
def compare_stretch(
    rows,
    removed,
    postings,
    wanted,
    query,
    passed,
    words,
    start,
    end,
    reach,
    near,
    near_two,
    found,
    stored,
    counts,
    limit,
):
    """Compare the candidates from `start` to `end`; how many pairs there are now."""
    for number in range(start, end):
        row = np.int64(item(postings, passed[number]))
        stored = weigh(
            rows, removed, wanted, query, row, words[number], reach, near, near_two, found, stored, counts, limit
        )
    return stored


@kernel(types.int64(TABLE, ROWS, NUMBERS, SHORTS, NUMBERS, BITS, BYTES, types.int64, types.int64, FOUND, COUNTS))
def probe_one_by_one(table, rows, bounds, sketches, postings, removed, queries, reach, limit, found, counts):
    """Search the tables for each query in turn, with memory asked for well before it is read; how many pairs there are.

    `queries` are hashes of 32 bytes in their own bit order.
    """
    stored = np.int64(0)
    count = np.int64(rows.shape[0])
    flat_rows = rows.reshape(rows.size)
    near, near_two = reach // WORDS, 2 * reach // WORDS
    probes = 1 + WORDS * near
    starts, ends = np.empty((2, 17), np.int64), np.empty((2, 17), np.int64)
    passed, words = np.empty(STRETCH, np.int64), np.empty(STRETCH, np.int64)
    wanted = np.empty(4, np.uint64)
    for query in range(queries.shape[0]):
        order_bits(table, queries[query], wanted)
        if limit != NO_LIMIT:
            counts[query, :] = 0
        passes = done = 0
        # Three steps follow each other two words apart: ask for bounds, read them and ask for sketches, read those.
        for step in range(-2, WORDS):
            if step + 2 < WORDS:
                ahead = step + 2
                key = word_of(wanted, ahead)
                fetch_soon(bounds, ahead * BOUNDS_A_WORD + key)
                if probes > 1:
                    for bit in range(4, WORDS):  # the lower four bits lie in the same line of memory
                        fetch_soon(bounds, ahead * BOUNDS_A_WORD + (key ^ (1 << bit)))
            if -1 <= step < WORDS - 1:
                ahead = step + 1
                key, half = word_of(wanted, ahead), ahead & 1
                for probe in range(probes):
                    bucket = ahead * BOUNDS_A_WORD + (key ^ (1 << (probe - 1)) if probe else key)
                    first = ahead * count + np.int64(item(bounds, bucket))
                    last = ahead * count + np.int64(item(bounds, bucket + 1))
                    starts[half, probe], ends[half, probe] = first, last
                    fetch_bucket(sketches, first, last)
            if step < 0:
                continue
            sketch = np.uint16(word_of(wanted, (step + 1) & (WORDS - 1)))
            before = passes
            for probe in range(probes):
                place, last = starts[step & 1, probe], ends[step & 1, probe]
                allowed = np.uint16(near_two - (1 if probe else 0))
                while place < last:
                    mask = near_sketches(sketches, place, sketch, allowed)
                    if mask != 0:
                        if last - place < LANES:
                            mask &= np.uint32((1 << (last - place)) - 1)
                        while mask != 0:
                            if passes == STRETCH:
                                stored = compare_stretch(
                                    rows, removed, postings, wanted, query, passed, words, done, passes,
                                    reach, near, near_two, found, stored, counts, limit,
                                )  # fmt: skip
                                passes = done = before = 0
                            passed[passes] = place + np.int64(lowest_bit(mask))
                            words[passes] = step
                            fetch_soon(postings, passed[passes])
                            passes += 1
                            mask &= np.uint32(mask - np.uint32(1))
                    place += LANES
            for number in range(done, before):
                fetch_soon(flat_rows, np.int64(item(postings, passed[number])) * 4)
            if (step & 3) == 3:
                stored = compare_stretch(
                    rows, removed, postings, wanted, query, passed, words, done, before,
                    reach, near, near_two, found, stored, counts, limit,
                )  # fmt: skip
                done = before
        stored = compare_stretch(
            rows, removed, postings, wanted, query, passed, words, done, passes,
            reach, near, near_two, found, stored, counts, limit,
        )  # fmt: skip
    return stored


@inline
def compare_batch(
    rows, flat_rows, removed, postings, wanted, owners, passed, passes, word, reach, near, near_two, found, stored,
    counts, limit,
):  # fmt: skip
    """Compare the candidates of one word; how many pairs there are now."""
    for number in range(passes):
        if number + AHEAD_IDS < passes:
            fetch_soon(postings, passed[number + AHEAD_IDS])
        if number + AHEAD_ROWS < passes:
            fetch_soon(flat_rows, np.int64(item(postings, passed[number + AHEAD_ROWS])) * 4)
        query, row = owners[number], np.int64(item(postings, passed[number]))
        stored = weigh(
            rows, removed, wanted[query], query, row, word, reach, near, near_two, found, stored, counts, limit
        )
    return stored


@kernel(types.int64(TABLE, ROWS, NUMBERS, SHORTS, NUMBERS, BITS, BYTES, types.int64, types.int64, FOUND, COUNTS))
def probe_by_word(table, rows, bounds, sketches, postings, removed, queries, reach, limit, found, counts):
    """Search the tables for many queries, word by word in the order of their keys: each table stays in the cache.

    Takes and gives the same as `probe_one_by_one`.
    """
    stored = np.int64(0)
    count, asked = np.int64(rows.shape[0]), queries.shape[0]
    flat_rows = rows.reshape(rows.size)
    near, near_two = reach // WORDS, 2 * reach // WORDS
    probes = 1 + WORDS * near
    wanted = np.empty((asked, 4), np.uint64)
    for query in range(asked):
        order_bits(table, queries[query], wanted[query])
        if limit != NO_LIMIT:
            counts[query, :] = 0
    # Coarsely sorted is sorted enough: what matters is that neighbours lie near each other.
    places = np.empty((BUCKETS >> COARSE) + 1, np.int64)
    order = np.empty(asked, np.int64)
    starts, ends = np.zeros(asked + AHEAD_BUCKETS, np.int64), np.zeros(asked + AHEAD_BUCKETS, np.int64)
    owners, passed = np.empty(BATCH_STRETCH, np.int64), np.empty(BATCH_STRETCH, np.int64)
    for word in range(WORDS):
        places[:] = 0
        for query in range(asked):
            places[(word_of(wanted[query], word) >> COARSE) + 1] += 1
        for bucket in range(BUCKETS >> COARSE):
            places[bucket + 1] += places[bucket]
        for query in range(asked):
            key = word_of(wanted[query], word) >> COARSE
            order[places[key]] = query
            places[key] += 1
        base, following, passes = word * count, (word + 1) & (WORDS - 1), 0
        for probe in range(probes):
            flip = 1 << (probe - 1) if probe else 0
            allowed = np.uint16(near_two - (1 if probe else 0))
            for number in range(asked):
                bucket = word * BOUNDS_A_WORD + (word_of(wanted[order[number]], word) ^ flip)
                starts[number] = base + np.int64(item(bounds, bucket))
                ends[number] = base + np.int64(item(bounds, bucket + 1))
            for number in range(asked):
                fetch_bucket(sketches, starts[number + AHEAD_BUCKETS], ends[number + AHEAD_BUCKETS])
                query = order[number]
                sketch = np.uint16(word_of(wanted[query], following))
                place, last = starts[number], ends[number]
                while place < last:
                    mask = near_sketches(sketches, place, sketch, allowed)
                    if mask != 0:
                        if last - place < LANES:
                            mask &= np.uint32((1 << (last - place)) - 1)
                        while mask != 0:
                            if passes == BATCH_STRETCH:
                                stored = compare_batch(
                                    rows, flat_rows, removed, postings, wanted, owners, passed, passes, word,
                                    reach, near, near_two, found, stored, counts, limit,
                                )  # fmt: skip
                                passes = 0
                            owners[passes], passed[passes] = query, place + np.int64(lowest_bit(mask))
                            passes += 1
                            mask &= np.uint32(mask - np.uint32(1))
                    place += LANES
        stored = compare_batch(
            rows, flat_rows, removed, postings, wanted, owners, passed, passes, word,
            reach, near, near_two, found, stored, counts, limit,
        )  # fmt: skip
    return stored


@inline
def compare_pairs(
    rows, flat_rows, removed, postings, lefts, rights, passes, word, reach, near, near_two, pairs, distances, stored
):
    """Compare the candidate pairs of one word in full; how many pairs there are now."""
    for number in range(passes):
        if number + AHEAD_IDS < passes:
            fetch_soon(postings, rights[number + AHEAD_IDS])
        if number + AHEAD_ROWS < passes:
            fetch_soon(flat_rows, np.int64(item(postings, lefts[number + AHEAD_ROWS])) * 4)
            fetch_soon(flat_rows, np.int64(item(postings, rights[number + AHEAD_ROWS])) * 4)
        left, right = np.int64(item(postings, lefts[number])), np.int64(item(postings, rights[number]))
        wanted = rows[left]
        distance = measure_distance(rows, right, wanted)
        if distance > reach or is_removed(removed, left) or is_removed(removed, right):
            continue
        if was_seen_before(rows, right, wanted, word, near, near_two):
            continue
        pairs[stored] = (np.uint64(left) << np.uint64(32)) | np.uint64(right)
        distances[stored] = distance
        stored += 1
    return stored


@kernel(types.int64(ROWS, NUMBERS, SHORTS, NUMBERS, BITS, types.int64, PROGRESS, FOUND, DISTANCES))
def join_with_itself(rows, bounds, sketches, postings, removed, reach, progress, pairs, distances):
    """Find all pairs of rows, each once, bucket against bucket; how many pairs were stored.

    A bucket is compared with itself and with the buckets that have one bit more: the others come from the other side.
    Stops where `pairs` might not hold what comes next. `progress` says where: word, bucket, neighbour (0 is the bucket
    itself, then the bits) and place in the bucket; the next call goes on from there. At the end the word is 16.
    `pairs` must be at least as long as the largest bucket; each is `row << 32 | row`.
    """
    stored = np.int64(0)
    count, room = np.int64(rows.shape[0]), pairs.shape[0]
    flat_rows = rows.reshape(rows.size)
    near, near_two = reach // WORDS, 2 * reach // WORDS
    probes = 1 + WORDS * near
    lefts, rights = np.empty(BATCH_STRETCH, np.int64), np.empty(BATCH_STRETCH, np.int64)
    word, bucket, probe, place = progress[0], progress[1], progress[2], progress[3]
    while word < WORDS:
        base, start, passes = word * count, word * BOUNDS_A_WORD, 0
        while bucket < BUCKETS:
            first = base + np.int64(item(bounds, start + bucket))
            last = base + np.int64(item(bounds, start + bucket + 1))
            while first < last and probe < probes:
                flip = np.int64(1) << (probe - 1) if probe else np.int64(0)
                if bucket & flip:
                    probe += 1
                    continue
                other = start + (bucket | flip)
                begin, end = base + np.int64(item(bounds, other)), base + np.int64(item(bounds, other + 1))
                allowed = np.uint16(near_two - (1 if probe else 0))
                left = first + place
                while left < last and begin < end:
                    if passes + end - begin > BATCH_STRETCH or stored + passes + end - begin > room:
                        stored = compare_pairs(
                            rows, flat_rows, removed, postings, lefts, rights, passes, word,
                            reach, near, near_two, pairs, distances, stored,
                        )  # fmt: skip
                        passes = 0
                        if stored and stored + end - begin > room:
                            progress[0], progress[1], progress[2], progress[3] = word, bucket, probe, left - first
                            return stored
                    sketch = item(sketches, left)
                    right = begin if probe else left + 1
                    while right < end:
                        mask = near_sketches(sketches, right, sketch, allowed)
                        if end - right < LANES:
                            mask &= np.uint32((1 << (end - right)) - 1)
                        while mask != 0:
                            if passes == BATCH_STRETCH:
                                stored = compare_pairs(
                                    rows, flat_rows, removed, postings, lefts, rights, passes, word,
                                    reach, near, near_two, pairs, distances, stored,
                                )  # fmt: skip
                                passes = 0
                            lefts[passes], rights[passes] = left, right + np.int64(lowest_bit(mask))
                            passes += 1
                            mask &= np.uint32(mask - np.uint32(1))
                        right += LANES
                    left += 1
                place = 0
                probe += 1
            probe = 0
            bucket += 1
        stored = compare_pairs(
            rows, flat_rows, removed, postings, lefts, rights, passes, word,
            reach, near, near_two, pairs, distances, stored,
        )  # fmt: skip
        bucket = 0
        word += 1
    progress[0] = word
    return stored


@kernel(types.int64(TABLE, ROWS, types.int64, BITS, BYTES, types.int64, types.int64, FOUND, COUNTS))
def scan(table, rows, used, removed, queries, reach, limit, found, counts):
    """Compare the first `used` rows with each query; how many pairs there are."""
    stored = np.int64(0)
    wanted = np.empty(4, np.uint64)
    for query in range(queries.shape[0]):
        order_bits(table, queries[query], wanted)
        if limit != NO_LIMIT:
            counts[query, :] = 0
        a, b, c, d = wanted[0], wanted[1], wanted[2], wanted[3]
        for row in range(used):
            distance = (
                np.int64(count_bits(rows[row, 0] ^ a))
                + np.int64(count_bits(rows[row, 1] ^ b))
                + np.int64(count_bits(rows[row, 2] ^ c))
                + np.int64(count_bits(rows[row, 3] ^ d))
            )
            if distance <= reach and not is_removed(removed, row):
                stored = keep(found, stored, counts, query, distance, row, limit)
    return stored
