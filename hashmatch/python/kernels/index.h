/* The index's hot loops: order bits, sort rows into buckets, search and join buckets, scan rows.
 *
 * Included once for each kind of processor: LEVEL(name) gives the functions their names, TARGET lets them use the
 * instructions. Each does what `hashmatch.index.tables` does with NumPy, on the same arrays. Whatever the arrays hold,
 * nothing outside them is read or written: bounds of buckets are cut to the number of rows, and so are row numbers.
 */

/* How many bits are set. Without an instruction for it, compilers call a function; the sums are quicker. */
TARGET static inline int LEVEL(bits)(uint64_t value) {
#if VECTORS == 128 && defined(__x86_64__)
    value -= (value >> 1) & 0x5555555555555555;
    value = (value & 0x3333333333333333) + ((value >> 2) & 0x3333333333333333);
    return (int)((((value + (value >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101) >> 56);
#else
    return __builtin_popcountll(value);
#endif
}

/* Which of the 32 sketches from a place on differ in at most the allowed bits: one bit for each. */
TARGET static inline uint32_t LEVEL(near_sketches)(const uint16_t *sketches, uint16_t wanted, uint16_t allowed) {
#if VECTORS == 512
    __m512i differing = _mm512_xor_si512(_mm512_loadu_si512(sketches), _mm512_set1_epi16((short)wanted));
    return _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(differing), _mm512_set1_epi16((short)allowed));
#elif VECTORS == 256
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2,
                                             3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi8(1);
    const __m256i limit = _mm256_set1_epi16((short)(allowed + 1)), spread = _mm256_set1_epi16((short)wanted);
    __m256i near[2];
    for (int half = 0; half < 2; half++) {
        __m256i one = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(sketches + 16 * half)), spread);
        __m256i under = _mm256_shuffle_epi8(nibbles, _mm256_and_si256(one, low));
        __m256i over = _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(one, 4), low));
        near[half] = _mm256_cmpgt_epi16(limit, _mm256_maddubs_epi16(_mm256_add_epi8(under, over), ones));
    }
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi16(near[0], near[1]), 0xD8);
    return (uint32_t)_mm256_movemask_epi8(packed);
#elif defined(__x86_64__)
    const __m128i spread = _mm_set1_epi16((short)wanted), limit = _mm_set1_epi16((short)(allowed + 1));
    const __m128i fives = _mm_set1_epi16(0x5555), threes = _mm_set1_epi16(0x3333), bytes = _mm_set1_epi16(0x0F0F);
    uint32_t mask = 0;
    for (int half = 0; half < 2; half++) {
        __m128i near[2];
        for (int part = 0; part < 2; part++) {
            __m128i one = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(sketches + 16 * half + 8 * part)), spread);
            one = _mm_sub_epi16(one, _mm_and_si128(_mm_srli_epi16(one, 1), fives));
            one = _mm_add_epi16(_mm_and_si128(one, threes), _mm_and_si128(_mm_srli_epi16(one, 2), threes));
            one = _mm_and_si128(_mm_add_epi16(one, _mm_srli_epi16(one, 4)), bytes);
            one = _mm_and_si128(_mm_add_epi16(one, _mm_srli_epi16(one, 8)), _mm_set1_epi16(0x1F));
            near[part] = _mm_cmpgt_epi16(limit, one);
        }
        mask |= (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(near[0], near[1])) << (16 * half);
    }
    return mask;
#elif defined(__aarch64__)
    const uint16x8_t spread = vdupq_n_u16(wanted), limit = vdupq_n_u16(allowed);
    const uint8x8_t places = {1, 2, 4, 8, 16, 32, 64, 128};
    uint32_t mask = 0;
    for (int part = 0; part < 4; part++) {
        uint16x8_t one = veorq_u16(vld1q_u16(sketches + 8 * part), spread);
        uint16x8_t count = vpaddlq_u8(vcntq_u8(vreinterpretq_u8_u16(one)));
        mask |= (uint32_t)vaddv_u8(vand_u8(vmovn_u16(vcleq_u16(count, limit)), places)) << (8 * part);
    }
    return mask;
#else
    uint32_t mask = 0;
    for (int lane = 0; lane < LANES; lane++)
        mask |= (uint32_t)(LEVEL(bits)((uint16_t)(sketches[lane] ^ wanted)) <= allowed) << lane;
    return mask;
#endif
}

/* Ask for the sketches of a bucket. One of a small bank mostly lies in a line or two, of a large one in several;
 * 32 times 32 are asked for, the processor guesses the rest itself. */
TARGET static inline void LEVEL(fetch_bucket)(const uint16_t *sketches, int64_t first, int64_t last) {
    PREFETCH(sketches + first);
    PREFETCH(sketches + first + LANES - 1);
    if (last - first > LANES) {
        int64_t stop = first + 32 * LANES < last ? first + 32 * LANES : last;
        for (int64_t place = first + 2 * LANES; place < stop; place += LANES) PREFETCH(sketches + place);
        PREFETCH(sketches + stop - 1);
    }
}

/* One of the 16 words of a hash that is four 64-bit numbers. */
TARGET static inline uint16_t LEVEL(word_of)(const uint64_t *hash, int word) {
    return (uint16_t)(hash[word >> 2] >> (16 * (word & 3)));
}

/* Put the bits of one hash of 32 bytes into the index's order; `table` is uint64[32, 256, 4]. */
TARGET static inline void LEVEL(order_bits)(const uint64_t *table, const uint8_t *hash, uint64_t *ordered) {
    uint64_t all[4] = {0, 0, 0, 0};
    for (int place = 0; place < HASH_BYTES; place++) {
        const uint64_t *entry = table + (256 * place + hash[place]) * 4;
        for (int part = 0; part < 4; part++) all[part] |= entry[part];
    }
    memcpy(ordered, all, sizeof all);
}

TARGET static inline int LEVEL(distance)(const uint64_t *one, const uint64_t *other) {
    return LEVEL(bits)(one[0] ^ other[0]) + LEVEL(bits)(one[1] ^ other[1]) + LEVEL(bits)(one[2] ^ other[2]) +
           LEVEL(bits)(one[3] ^ other[3]);
}

static inline int LEVEL(is_removed)(const uint8_t *removed, int64_t row) { return (removed[row >> 3] >> (row & 7)) & 1; }

/* Whether an earlier word has found this row already: each row is reported from the first word that can. */
TARGET static inline int LEVEL(was_seen)(const uint64_t *row, const uint64_t *wanted, int word, int near, int near_two) {
    int previous = 0;
    for (int place = 0; place <= word; place++) {
        int present = LEVEL(bits)(LEVEL(word_of)(row, place) ^ LEVEL(word_of)(wanted, place));
        if (place && previous <= near && previous + present <= near_two) return 1;
        previous = present;
    }
    return 0;
}

/* Store a pair unless `limit` pairs at least as near are kept for its query. */
TARGET static inline void LEVEL(keep)(Found *found, int64_t query, int distance, int64_t row) {
    if (found->counts != NULL) {
        uint32_t *counts = found->counts + query * found->width;
        int64_t nearer = 0;
        for (int one = 0; one <= distance; one++) nearer += counts[one];
        if (nearer >= found->limit) {
            counts[found->width - 1]++;
            return;
        }
        counts[distance]++;
    }
    add_pair(found, (uint64_t)query << QUERY_SHIFT | (uint64_t)distance << DISTANCE_SHIFT | (uint64_t)row);
}

/* Compare one candidate in full and keep it if it matches. */
TARGET static inline void LEVEL(weigh)(const Rows *block, const uint64_t *wanted, int64_t query, int64_t row, int word,
                                       int reach, Found *found) {
    if (row >= block->count) return; /* no table that we made */
    const uint64_t *there = block->rows + 4 * row;
    int distance = LEVEL(distance)(there, wanted);
    if (distance > reach || LEVEL(is_removed)(block->removed, row)) return;
    if (LEVEL(was_seen)(there, wanted, word, reach / WORDS, 2 * reach / WORDS)) return;
    LEVEL(keep)(found, query, distance, row);
}

TARGET static void LEVEL(permute)(const uint64_t *table, const uint8_t *rows, int64_t count, uint64_t *ordered) {
    for (int64_t row = 0; row < count; row++) LEVEL(order_bits)(table, rows + HASH_BYTES * row, ordered + 4 * row);
}

/* Sort the rows into the buckets of each word; within a bucket they keep their order. Whether there was memory.
 *
 * By the lower and then by the upper byte of the word: to 256 places in turn memory is written well, to 65,536 not. */
TARGET static int LEVEL(fill_tables)(const uint64_t *rows, int64_t count, uint32_t *bounds, uint16_t *sketches,
                                     uint32_t *postings) {
    int64_t lower[257], upper[257];
    uint32_t *sizes = malloc(BUCKETS * sizeof *sizes);
    uint64_t *half_sorted = malloc((size_t)(count ? count : 1) * sizeof *half_sorted); /* word, next word, row */
    if (sizes == NULL || half_sorted == NULL) {
        free(sizes);
        free(half_sorted);
        return 0;
    }
    for (int word = 0; word < WORDS; word++) {
        int following = (word + 1) & (WORDS - 1);
        memset(sizes, 0, BUCKETS * sizeof *sizes);
        memset(lower, 0, sizeof lower);
        memset(upper, 0, sizeof upper);
        for (int64_t row = 0; row < count; row++) sizes[LEVEL(word_of)(rows + 4 * row, word)]++;
        uint32_t *start = bounds + word * BOUNDS_A_WORD, total = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            start[bucket] = total;
            total += sizes[bucket];
            lower[(bucket & 255) + 1] += sizes[bucket];
            upper[(bucket >> 8) + 1] += sizes[bucket];
        }
        start[BUCKETS] = total;
        for (int byte = 0; byte < 256; byte++) {
            lower[byte + 1] += lower[byte];
            upper[byte + 1] += upper[byte];
        }
        for (int64_t row = 0; row < count; row++) {
            uint64_t key = LEVEL(word_of)(rows + 4 * row, word), sketch = LEVEL(word_of)(rows + 4 * row, following);
            half_sorted[lower[key & 255]++] = key << 48 | sketch << 32 | (uint64_t)row;
        }
        for (int64_t number = 0; number < count; number++) {
            uint64_t entry = half_sorted[number];
            int64_t place = word * count + upper[entry >> 56]++;
            sketches[place] = (uint16_t)(entry >> 32);
            postings[place] = (uint32_t)entry;
        }
    }
    free(sizes);
    free(half_sorted);
    return 1;
}

/* The bounds of a bucket among all sketches. */
TARGET static inline void LEVEL(read_bounds)(const Rows *block, int word, int key, int64_t *first, int64_t *last) {
    const uint32_t *pair = block->bounds + word * BOUNDS_A_WORD + key;
    int64_t base = word * block->count, end = pair[1];
    *first = base + pair[0];
    *last = base + (end < block->count ? end : block->count);
}

#define STRETCH 4096 /* passed sketches that are kept until their rows are compared */

TARGET static inline void LEVEL(compare_stretch)(const Rows *block, const uint64_t *wanted, int64_t query,
                                                 const int64_t *passed, const uint8_t *words, int start, int end, int reach,
                                                 Found *found) {
    for (int number = start; number < end; number++)
        LEVEL(weigh)(block, wanted, query, block->postings[passed[number]], words[number], reach, found);
}

/* Search the tables for each query in turn, with memory asked for well before it is read. */
TARGET static int LEVEL(probe_one_by_one)(const Rows *block, const uint64_t *table, const uint8_t *queries, int64_t asked,
                                          int reach, Found *found) {
    const int near = reach / WORDS, near_two = 2 * reach / WORDS, probes = 1 + WORDS * near;
    int64_t starts[2][17], ends[2][17], passed[STRETCH];
    uint8_t words[STRETCH];
    uint64_t wanted[4];
    for (int64_t query = 0; query < asked; query++) {
        LEVEL(order_bits)(table, queries + HASH_BYTES * query, wanted);
        int passes = 0, done = 0;
        /* Three steps follow each other two words apart: ask for bounds, read them and ask for sketches, read those. */
        for (int step = -2; step < WORDS; step++) {
            if (step + 2 < WORDS) {
                int key = LEVEL(word_of)(wanted, step + 2);
                const uint32_t *bounds = block->bounds + (step + 2) * BOUNDS_A_WORD;
                PREFETCH(bounds + key);
                if (probes > 1) /* the lower four bits lie in the same line of memory */
                    for (int bit = 4; bit < WORDS; bit++) PREFETCH(bounds + (key ^ 1 << bit));
            }
            if (step >= -1 && step < WORDS - 1) {
                int ahead = step + 1, key = LEVEL(word_of)(wanted, ahead);
                int64_t *first = starts[ahead & 1], *last = ends[ahead & 1];
                for (int probe = 0; probe < probes; probe++) {
                    LEVEL(read_bounds)(block, ahead, probe ? key ^ 1 << (probe - 1) : key, first + probe, last + probe);
                    LEVEL(fetch_bucket)(block->sketches, first[probe], last[probe]);
                }
            }
            if (step < 0) continue;
            uint16_t sketch = LEVEL(word_of)(wanted, (step + 1) & (WORDS - 1));
            int before = passes;
            for (int probe = 0; probe < probes; probe++) {
                int64_t place = starts[step & 1][probe], last = ends[step & 1][probe];
                uint16_t allowed = (uint16_t)(near_two - (probe ? 1 : 0));
                for (; place < last; place += LANES) {
                    uint32_t mask = LEVEL(near_sketches)(block->sketches + place, sketch, allowed);
                    if (mask == 0) continue;
                    if (last - place < LANES) mask &= ((uint32_t)1 << (last - place)) - 1;
                    for (; mask != 0; mask &= mask - 1) {
                        if (passes == STRETCH) {
                            LEVEL(compare_stretch)(block, wanted, query, passed, words, done, passes, reach, found);
                            passes = done = before = 0;
                        }
                        passed[passes] = place + __builtin_ctz(mask);
                        words[passes] = (uint8_t)step;
                        PREFETCH(block->postings + passed[passes]);
                        passes++;
                    }
                }
            }
            for (int number = done; number < before; number++)
                PREFETCH(block->rows + 4 * (int64_t)block->postings[passed[number]]);
            if ((step & 3) == 3) {
                LEVEL(compare_stretch)(block, wanted, query, passed, words, done, before, reach, found);
                done = before;
            }
        }
        LEVEL(compare_stretch)(block, wanted, query, passed, words, done, passes, reach, found);
    }
    return 1;
}

#define BATCH_STRETCH 65536
#define COARSE 6
#define AHEAD_IDS 32
#define AHEAD_ROWS 16
#define AHEAD_BUCKETS 28

/* Compare the candidates of one word. */
TARGET static inline void LEVEL(compare_batch)(const Rows *block, const uint64_t *wanted, const int32_t *owners,
                                               const int64_t *passed, int64_t passes, int word, int reach, Found *found) {
    for (int64_t number = 0; number < passes; number++) {
        if (number + AHEAD_IDS < passes) PREFETCH(block->postings + passed[number + AHEAD_IDS]);
        if (number + AHEAD_ROWS < passes)
            PREFETCH(block->rows + 4 * (int64_t)block->postings[passed[number + AHEAD_ROWS]]);
        int64_t query = owners[number];
        LEVEL(weigh)(block, wanted + 4 * query, query, block->postings[passed[number]], word, reach, found);
    }
}

/* Search the tables for many queries, word by word in the order of their keys: each table stays in the cache. */
TARGET static int LEVEL(probe_by_word)(const Rows *block, const uint64_t *table, const uint8_t *queries, int64_t asked,
                                       int reach, Found *found) {
    const int near = reach / WORDS, near_two = 2 * reach / WORDS, probes = 1 + WORDS * near;
    int64_t places[(BUCKETS >> COARSE) + 1];
    size_t room = (size_t)asked + AHEAD_BUCKETS;
    uint64_t *wanted = malloc((size_t)asked * 4 * sizeof *wanted);
    int32_t *order = malloc((size_t)asked * sizeof *order), *owners = malloc(BATCH_STRETCH * sizeof *owners);
    int64_t *starts = calloc(room, sizeof *starts), *ends = calloc(room, sizeof *ends);
    int64_t *passed = malloc(BATCH_STRETCH * sizeof *passed);
    int is_roomy = wanted && order && owners && starts && ends && passed;
    if (is_roomy)
        for (int64_t query = 0; query < asked; query++)
            LEVEL(order_bits)(table, queries + HASH_BYTES * query, wanted + 4 * query);
    for (int word = 0; is_roomy && word < WORDS; word++) {
        /* Coarsely sorted is sorted enough: what matters is that neighbours lie near each other. */
        memset(places, 0, sizeof places);
        for (int64_t query = 0; query < asked; query++) places[(LEVEL(word_of)(wanted + 4 * query, word) >> COARSE) + 1]++;
        for (int bucket = 0; bucket < BUCKETS >> COARSE; bucket++) places[bucket + 1] += places[bucket];
        for (int64_t query = 0; query < asked; query++)
            order[places[LEVEL(word_of)(wanted + 4 * query, word) >> COARSE]++] = (int32_t)query;
        int following = (word + 1) & (WORDS - 1);
        int64_t passes = 0;
        for (int probe = 0; probe < probes; probe++) {
            int flip = probe ? 1 << (probe - 1) : 0;
            uint16_t allowed = (uint16_t)(near_two - (probe ? 1 : 0));
            for (int64_t number = 0; number < asked; number++)
                LEVEL(read_bounds)(block, word, LEVEL(word_of)(wanted + 4 * (int64_t)order[number], word) ^ flip,
                                   starts + number, ends + number);
            for (int64_t number = 0; number < asked; number++) {
                LEVEL(fetch_bucket)(block->sketches, starts[number + AHEAD_BUCKETS], ends[number + AHEAD_BUCKETS]);
                int32_t query = order[number];
                uint16_t sketch = LEVEL(word_of)(wanted + 4 * (int64_t)query, following);
                int64_t last = ends[number];
                for (int64_t place = starts[number]; place < last; place += LANES) {
                    uint32_t mask = LEVEL(near_sketches)(block->sketches + place, sketch, allowed);
                    if (mask == 0) continue;
                    if (last - place < LANES) mask &= ((uint32_t)1 << (last - place)) - 1;
                    for (; mask != 0; mask &= mask - 1) {
                        if (passes == BATCH_STRETCH) {
                            LEVEL(compare_batch)(block, wanted, owners, passed, passes, word, reach, found);
                            passes = 0;
                        }
                        owners[passes] = query;
                        passed[passes++] = place + __builtin_ctz(mask);
                    }
                }
            }
        }
        LEVEL(compare_batch)(block, wanted, owners, passed, passes, word, reach, found);
    }
    free(wanted);
    free(order);
    free(owners);
    free(starts);
    free(ends);
    free(passed);
    return is_roomy;
}

/* Compare the candidate pairs of one word in full; how many pairs there are now. */
TARGET static inline int64_t LEVEL(compare_pairs)(const Rows *block, const int64_t *lefts, const int64_t *rights,
                                                  int64_t passes, int word, int reach, uint64_t *pairs, uint16_t *distances,
                                                  int64_t stored) {
    for (int64_t number = 0; number < passes; number++) {
        if (number + AHEAD_IDS < passes) PREFETCH(block->postings + rights[number + AHEAD_IDS]);
        if (number + AHEAD_ROWS < passes) {
            PREFETCH(block->rows + 4 * (int64_t)block->postings[lefts[number + AHEAD_ROWS]]);
            PREFETCH(block->rows + 4 * (int64_t)block->postings[rights[number + AHEAD_ROWS]]);
        }
        int64_t left = block->postings[lefts[number]], right = block->postings[rights[number]];
        if (left >= block->count || right >= block->count) continue; /* no table that we made */
        const uint64_t *one = block->rows + 4 * left, *other = block->rows + 4 * right;
        int distance = LEVEL(distance)(one, other);
        if (distance > reach || LEVEL(is_removed)(block->removed, left) || LEVEL(is_removed)(block->removed, right)) continue;
        if (LEVEL(was_seen)(other, one, word, reach / WORDS, 2 * reach / WORDS)) continue;
        pairs[stored] = (uint64_t)left << 32 | (uint64_t)right;
        distances[stored++] = (uint16_t)distance;
    }
    return stored;
}

/* Find all pairs of rows, each once, bucket against bucket; how many pairs were stored, -1 where there is no memory.
 *
 * A bucket is compared with itself and with the buckets that have one bit more: the others come from the other side.
 * Stops where `pairs` might not hold what comes next. `progress` says where: word, bucket, neighbour (0 is the bucket
 * itself, then the bits) and place in the bucket; the next call goes on from there. At the end the word is 16. */
TARGET static int64_t LEVEL(join)(const Rows *block, int reach, int64_t *progress, uint64_t *pairs, uint16_t *distances,
                                  int64_t room) {
    const int near = reach / WORDS, near_two = 2 * reach / WORDS, probes = 1 + WORDS * near;
    int64_t *lefts = malloc(BATCH_STRETCH * sizeof *lefts), *rights = malloc(BATCH_STRETCH * sizeof *rights);
    int64_t stored = lefts && rights ? 0 : -1;
    int word = stored < 0 ? WORDS : (int)progress[0], bucket = (int)progress[1], probe = (int)progress[2];
    int64_t place = progress[3];
    for (; word < WORDS; word++, bucket = 0) {
        int64_t passes = 0;
        for (; bucket < BUCKETS; bucket++, probe = 0) {
            int64_t first, last, begin, end;
            LEVEL(read_bounds)(block, word, bucket, &first, &last);
            for (; first < last && probe < probes; probe++, place = 0) {
                int flip = probe ? 1 << (probe - 1) : 0;
                if (bucket & flip) continue;
                LEVEL(read_bounds)(block, word, bucket | flip, &begin, &end);
                uint16_t allowed = (uint16_t)(near_two - (probe ? 1 : 0));
                for (int64_t left = first + place; left < last && begin < end; left++) {
                    int64_t more = end - begin;
                    if (passes + more > BATCH_STRETCH || stored + passes + more > room) {
                        stored = LEVEL(compare_pairs)(block, lefts, rights, passes, word, reach, pairs, distances, stored);
                        passes = 0;
                        if (stored + more > room) {
                            progress[0] = word, progress[1] = bucket, progress[2] = probe, progress[3] = left - first;
                            free(lefts);
                            free(rights);
                            return stored;
                        }
                    }
                    uint16_t sketch = block->sketches[left];
                    for (int64_t right = probe ? begin : left + 1; right < end; right += LANES) {
                        uint32_t mask = LEVEL(near_sketches)(block->sketches + right, sketch, allowed);
                        if (end - right < LANES) mask &= ((uint32_t)1 << (end - right)) - 1;
                        for (; mask != 0; mask &= mask - 1) {
                            if (passes == BATCH_STRETCH) {
                                stored =
                                    LEVEL(compare_pairs)(block, lefts, rights, passes, word, reach, pairs, distances, stored);
                                passes = 0;
                            }
                            lefts[passes] = left;
                            rights[passes++] = right + __builtin_ctz(mask);
                        }
                    }
                }
            }
            place = 0;
        }
        stored = LEVEL(compare_pairs)(block, lefts, rights, passes, word, reach, pairs, distances, stored);
    }
    free(lefts);
    free(rights);
    progress[0] = WORDS;
    return stored;
}

/* Compare the first rows of a block with each query. */
TARGET static int LEVEL(scan)(const Rows *block, const uint64_t *table, const uint8_t *queries, int64_t asked, int reach,
                              Found *found) {
    uint64_t wanted[4];
    for (int64_t query = 0; query < asked; query++) {
        LEVEL(order_bits)(table, queries + HASH_BYTES * query, wanted);
        int64_t row = 0;
#if VECTORS == 512
        const __m512i two = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)wanted));
        const __m512i most = _mm512_set1_epi64(reach);
        static const uint8_t lanes[8] = {0, 2, 1, 3, 4, 6, 5, 7}; /* in which order the sums of eight rows come */
        for (; row + 8 <= block->used; row += 8) {
            __m512i part[4];
            for (int one = 0; one < 4; one++)
                part[one] = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(block->rows + 4 * row + 8 * one), two));
            __m512i low = _mm512_add_epi64(_mm512_unpacklo_epi64(part[0], part[1]), _mm512_unpackhi_epi64(part[0], part[1]));
            __m512i high = _mm512_add_epi64(_mm512_unpacklo_epi64(part[2], part[3]), _mm512_unpackhi_epi64(part[2], part[3]));
            __m512i sums = _mm512_add_epi64(_mm512_shuffle_i64x2(low, high, 0x88), _mm512_shuffle_i64x2(low, high, 0xDD));
            unsigned mask = _mm512_cmple_epu64_mask(sums, most);
            for (; mask != 0; mask &= mask - 1) {
                int64_t there = row + lanes[__builtin_ctz(mask)];
                if (!LEVEL(is_removed)(block->removed, there))
                    LEVEL(keep)(found, query, LEVEL(distance)(block->rows + 4 * there, wanted), there);
            }
        }
#endif
        for (; row < block->used; row++) {
            int distance = LEVEL(distance)(block->rows + 4 * row, wanted);
            if (distance <= reach && !LEVEL(is_removed)(block->removed, row)) LEVEL(keep)(found, query, distance, row);
        }
    }
    return 1;
}
