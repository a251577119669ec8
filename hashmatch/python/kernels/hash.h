/* What PDQ's kernels share: sizes, and how frequencies become a hash. */
#ifndef HASHMATCH_HASH_H
#define HASHMATCH_HASH_H

#include <math.h>

#include "base.h"

#define GRID 64
#define FREQUENCIES 16
#define RED 0.299
#define GREEN 0.587
#define BLUE 0.114
#define MEDIAN_PLACE 127
#define ALL_FREQUENCIES (FREQUENCIES * FREQUENCIES)
#define MOST_STEP 1e6
#define BESIDE 4 /* rows that are blurred side by side */

/* The value that would stand at place k in ascending order; what is no smaller stands behind it afterwards. */
static double select_place(double *values, int count, int k) {
    int low = 0, high = count - 1;
    while (low < high) {
        const double pivot = values[k];
        int i = low, j = high;
        do {
            while (i < high && values[i] < pivot) i++;
            while (j > low && pivot < values[j]) j--;
            if (i <= j) {
                const double moved = values[i];
                values[i++] = values[j];
                values[j--] = moved;
            }
        } while (i <= j);
        if (j < k) low = i;
        if (k < i) high = j;
    }
    return values[k];
}

/* The hash: which frequencies are larger than the lower median. And the gap above it, and the spread. */
static void compare_frequencies(const double *frequencies, double *traits, uint8_t *packed) {
    double sorted[ALL_FREQUENCIES];
    memcpy(sorted, frequencies, sizeof sorted);
    const double median = select_place(sorted, ALL_FREQUENCIES, MEDIAN_PLACE);
    double above = sorted[MEDIAN_PLACE + 1];
    for (int i = MEDIAN_PLACE + 2; i < ALL_FREQUENCIES; i++) above = sorted[i] < above ? sorted[i] : above;
    memset(packed, 0, HASH_BYTES);
    for (int place = 0; place < ALL_FREQUENCIES; place++) {
        const double one = frequencies[ALL_FREQUENCIES - 1 - place];
        packed[place >> 3] |= (uint8_t)((one > median) << (7 - (place & 7)));
        sorted[place] = fabs(one - median);
    }
    traits[2] = above - median;
    traits[3] = select_place(sorted, ALL_FREQUENCIES, MEDIAN_PLACE);
}

#endif
