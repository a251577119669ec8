/* What all kernels share: sizes that the NumPy form has too, and small helpers that are the same for every processor. */
#ifndef HASHMATCH_BASE_H
#define HASHMATCH_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define WORDS 16
#define BUCKETS 65536
#define BOUNDS_A_WORD (BUCKETS + 1)
#define LANES 32 /* so many sketches are read at a time */
#define SKETCH_PADDING (2 * LANES)
#define HASH_BYTES 32
#define LARGEST_TABLE_DISTANCE 31
#define LARGEST_DISTANCE 256
#define DISTANCE_SHIFT 32
#define QUERY_SHIFT 41
#define LARGEST_BATCH (1 << (64 - QUERY_SHIFT))
#define NO_LIMIT (-1)

/* What a search has found: pairs as `query << 41 | distance << 32 | row`, in memory that grows. */
typedef struct {
    uint64_t *pairs;
    size_t stored, room;
    uint32_t *counts; /* for each query: pairs at each distance, and last how many were left out; NULL: no limit */
    int64_t limit;
    int width;   /* of a row of counts */
    int is_full; /* there was no memory */
} Found;

/* A block of rows in the index's bit order, and its tables where it has them. */
typedef struct {
    const uint64_t *rows;
    int64_t count, used;
    const uint8_t *removed;
    const uint32_t *bounds;
    const uint16_t *sketches;
    const uint32_t *postings;
} Rows;

/* The weights of one axis of a picture, see `hashmatch.pdq_folding.Axis`. */
typedef struct {
    const int64_t *starts, *counts;
    const float *multiples; /* of the vertical axis */
    const double *weights;  /* of the horizontal axis */
    int64_t width;          /* of a row of weights */
    double unit;
} Axis;

/* Rows of bytes, and the part of them that is hashed, in pixels. */
typedef struct {
    const uint8_t *bytes;
    int64_t stride, channels, left, top, width;
} Area;

#define PREFETCH(address) __builtin_prefetch((const void *)(address), 0, 3)

static inline int add_pair(Found *found, uint64_t pair) {
    if (found->stored == found->room) {
        size_t room = found->room ? 4 * found->room : 256;
        uint64_t *larger = realloc(found->pairs, room * sizeof *larger);
        if (larger == NULL) {
            found->is_full = 1;
            return 0;
        }
        found->pairs = larger;
        found->room = room;
    }
    found->pairs[found->stored++] = pair;
    return 1;
}

#endif
