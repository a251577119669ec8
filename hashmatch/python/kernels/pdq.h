/* PDQ's hot loops: the folded sums straight from 8-bit pixels.
 *
 * Included once for each kind of processor, as `index.h` is. The sums may be rounded in any order: `hashmatch.pdq_pixels`
 * knows how much that can matter. Sums of one column are always added in the same order, so that a grid is the same
 * however many lines of it are made at a time.
 */

#if FUSED
#define MULTIPLY_ADD_F(a, b, c) __builtin_fmaf(a, b, c)
#define MULTIPLY_ADD(a, b, c) __builtin_fma(a, b, c)
#else
#define MULTIPLY_ADD_F(a, b, c) ((a) * (b) + (c))
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* Add four rows of bytes, each times its weight, to sums. Compilers do not see how to widen bytes in one step. */
TARGET static inline void LEVEL(add_rows)(const uint8_t *restrict row, int64_t stride, const float *weights, float *restrict sums,
                                          int64_t size) {
    const uint8_t *restrict row1 = row + stride, *restrict row2 = row1 + stride, *restrict row3 = row2 + stride;
    int64_t c = 0;
#if VECTORS == 512
#define WIDEN(from) _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(from))))
    const __m512 w0 = _mm512_set1_ps(weights[0]), w1 = _mm512_set1_ps(weights[1]);
    const __m512 w2 = _mm512_set1_ps(weights[2]), w3 = _mm512_set1_ps(weights[3]);
    for (; c + 16 <= size; c += 16) {
        __m512 one = _mm512_fmadd_ps(w0, WIDEN(row + c), _mm512_loadu_ps(sums + c)), other = _mm512_mul_ps(w1, WIDEN(row1 + c));
        one = _mm512_fmadd_ps(w2, WIDEN(row2 + c), one), other = _mm512_fmadd_ps(w3, WIDEN(row3 + c), other);
        _mm512_storeu_ps(sums + c, _mm512_add_ps(one, other));
    }
#undef WIDEN
#elif VECTORS == 256
#define WIDEN(from) _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(from))))
    const __m256 w0 = _mm256_set1_ps(weights[0]), w1 = _mm256_set1_ps(weights[1]);
    const __m256 w2 = _mm256_set1_ps(weights[2]), w3 = _mm256_set1_ps(weights[3]);
    for (; c + 8 <= size; c += 8) {
        __m256 one = _mm256_fmadd_ps(w0, WIDEN(row + c), _mm256_loadu_ps(sums + c)), other = _mm256_mul_ps(w1, WIDEN(row1 + c));
        one = _mm256_fmadd_ps(w2, WIDEN(row2 + c), one), other = _mm256_fmadd_ps(w3, WIDEN(row3 + c), other);
        _mm256_storeu_ps(sums + c, _mm256_add_ps(one, other));
    }
#undef WIDEN
#endif
    for (; c < size; c++) {
        float one = MULTIPLY_ADD_F(weights[0], (float)row[c], sums[c]), other = weights[1] * (float)row1[c];
        one = MULTIPLY_ADD_F(weights[2], (float)row2[c], one), other = MULTIPLY_ADD_F(weights[3], (float)row3[c], other);
        sums[c] = one + other;
    }
}

/* The vertical half: luma, double[count][width], each line a weighted sum of the rows of pixels from `top` on.
 *
 * The bytes of a row are summed as they lie, the channels side by side; luma is mixed from 64 rows instead of all.
 * `sums` has room for a row. */
TARGET static void LEVEL(sum_rows)(const Area *area, const Axis *axis, int64_t first_line, int64_t count,
                                   float *restrict sums, double *restrict out) {
    const int64_t size = area->width * area->channels, stride = area->stride;
    for (int64_t i = first_line; i < first_line + count; i++, out += area->width) {
        const uint8_t *restrict row = area->bytes + (area->top + axis->starts[i]) * stride + area->left * area->channels;
        const float *weights = axis->multiples + i * axis->width;
        int64_t k = 0, stop = axis->counts[i];
        memset(sums, 0, (size_t)size * sizeof *sums);
        for (; k + 4 <= stop; k += 4, row += 4 * stride) LEVEL(add_rows)(row, stride, weights + k, sums, size);
        for (; k < stop; k++, row += stride) {
            const float w0 = weights[k];
            for (int64_t c = 0; c < size; c++) sums[c] = MULTIPLY_ADD_F(w0, (float)row[c], sums[c]);
        }
        if (area->channels == 1) {
            for (int64_t c = 0; c < size; c++) out[c] = axis->unit * (double)sums[c];
        } else {
            const double red = RED * axis->unit, green = GREEN * axis->unit, blue = BLUE * axis->unit;
            for (int64_t c = 0; c < area->width; c++)
                out[c] = red * (double)sums[3 * c] + green * (double)sums[3 * c + 1] + blue * (double)sums[3 * c + 2];
        }
    }
}

/* The horizontal half: double[count][64] out of lines of luma of this width. */
TARGET static void LEVEL(sum_columns)(const double *lines, int64_t width, int64_t count, const Axis *axis, double *out) {
    for (int j = 0; j < GRID; j++) {
        const double *weights = axis->weights + j * axis->width;
        const int64_t size = axis->counts[j];
        for (int64_t i = 0; i < count; i += 2) { /* two lines side by side: each sum waits for the one before it */
            const double *part = lines + i * width + axis->starts[j], *next = i + 1 < count ? part + width : part;
            double sums[2][8] = {{0}}, rest[2] = {0, 0};
            int64_t k = 0;
            for (; k + 8 <= size; k += 8)
                for (int lane = 0; lane < 8; lane++) {
                    sums[0][lane] = MULTIPLY_ADD(weights[k + lane], part[k + lane], sums[0][lane]);
                    sums[1][lane] = MULTIPLY_ADD(weights[k + lane], next[k + lane], sums[1][lane]);
                }
            for (; k < size; k++) {
                rest[0] = MULTIPLY_ADD(weights[k], part[k], rest[0]);
                rest[1] = MULTIPLY_ADD(weights[k], next[k], rest[1]);
            }
            for (int line = 0; line < 2 && i + line < count; line++) {
                const double *all = sums[line];
                out[(i + line) * GRID + j] =
                    ((all[0] + all[4]) + (all[1] + all[5])) + ((all[2] + all[6]) + (all[3] + all[7])) + rest[line];
            }
        }
    }
}

/* Frequencies 1 to 16 of the 64 x 64 values. */
TARGET static void LEVEL(transform)(const double *restrict grid, const double *restrict cosines,
                                    double *restrict frequencies) {
    double half[FREQUENCIES][GRID], turned[GRID][FREQUENCIES];
    memset(half, 0, sizeof half);
    for (int i = 0; i < FREQUENCIES; i++)
        for (int k = 0; k < GRID; k++) {
            const double weight = cosines[i * GRID + k];
            for (int j = 0; j < GRID; j++) half[i][j] = MULTIPLY_ADD(weight, grid[k * GRID + j], half[i][j]);
        }
    for (int j = 0; j < FREQUENCIES; j++)
        for (int k = 0; k < GRID; k++) turned[k][j] = cosines[j * GRID + k];
    for (int i = 0; i < FREQUENCIES; i++) {
        double sums[FREQUENCIES] = {0};
        for (int k = 0; k < GRID; k++)
            for (int j = 0; j < FREQUENCIES; j++) sums[j] = MULTIPLY_ADD(half[i][k], turned[k][j], sums[j]);
        memcpy(frequencies + i * FREQUENCIES, sums, sizeof sums);
    }
}

/* The least and most that the gradients may add up to; `slack` is by how much one, in percent of white, may be wrong. */
TARGET static void LEVEL(add_gradients)(const double *grid, double slack, double *traits) {
    int64_t least = 0, most = 0;
    for (int i = 0; i < GRID; i++)
        for (int way = 0; way < 2; way++) {
            const double *here = grid + i * GRID, *next = way ? here + GRID : here + 1;
            const int steps = way ? (i < GRID - 1 ? GRID : 0) : GRID - 1;
            int32_t low = 0, high = 0;
            for (int j = 0; j < steps; j++) {
                double step = fabs(next[j] - here[j]) * (100.0 / 255.0);
                step = step < MOST_STEP ? step : MOST_STEP; /* the gradients of pixels are 100 at most */
                low += (int32_t)(step > slack ? step - slack : 0.0);
                high += (int32_t)(step + slack);
            }
            least += low;
            most += high;
        }
    traits[0] = (double)least;
    traits[1] = (double)most;
}

/* ---- Meta's own order of operations, to the last bit, for what the folded sums leave open ----
 *
 * Single precision, one sum after the other; the compiler must not join products with sums (-ffp-contract=off). */

/* A row's luma as `pdqhash` has it: summed from left to right in double precision, then rounded to single. */
TARGET static void LEVEL(read_luma)(const uint8_t *row, int64_t channels, float *out, int64_t width) {
    if (channels == 1) {
        for (int64_t c = 0; c < width; c++) {
            const double grey = row[c];
            out[c] = (float)((grey * RED + grey * GREEN) + grey * BLUE);
        }
        return;
    }
    for (int64_t c = 0; c < width; c++)
        out[c] = (float)(((double)row[3 * c] * RED + (double)row[3 * c + 1] * GREEN) + (double)row[3 * c + 2] * BLUE);
}

/* A box filter along four rows of `length` by running sums in single precision.
 *
 * Each sum waits for the one before it, so four rows go side by side; divisions wait until they can go in vectors. */
TARGET static void LEVEL(blur_rows)(const float *restrict values, int64_t length, int64_t window, float *restrict out) {
    const int64_t ahead = (window + 2) / 2, first = window - ahead, last = length - ahead;
    float sums[BESIDE] = {0, 0, 0, 0};
    for (int64_t t = 0; t < window; t++) {
        for (int r = 0; r < BESIDE; r++) sums[r] += values[r * length + t];
        if (t - ahead + 1 >= 0)
            for (int r = 0; r < BESIDE; r++) out[r * length + t - ahead + 1] = sums[r];
    }
    for (int64_t place = first + 1; place <= last; place++)
        for (int r = 0; r < BESIDE; r++) {
            const float *row = values + r * length + place + ahead - 1;
            sums[r] = (sums[r] + row[0]) - row[-window];
            out[r * length + place] = sums[r];
        }
    for (int64_t place = last + 1; place < length; place++)
        for (int r = 0; r < BESIDE; r++) {
            sums[r] -= values[r * length + place + ahead - 1 - window];
            out[r * length + place] = sums[r];
        }
    for (int r = 0; r < BESIDE; r++, out += length) {
        for (int64_t place = 0; place < first; place++) out[place] /= (float)(place + ahead);
        for (int64_t place = first > 0 ? first : 0; place <= last; place++) out[place] /= (float)window;
        for (int64_t place = last + 1; place < length; place++) out[place] /= (float)(window - (place - last));
    }
}

/* One step of box filters down all columns: take in row `t`, let go of row `t - window`, write the quotients.
 *
 * `ring` keeps the last `window` rows. From `t = height` on there is no row to take in. */
TARGET static void LEVEL(blur_columns)(int64_t t, int64_t height, int64_t window, const float *restrict values,
                                       float *restrict ring, float *restrict sums, float *restrict out, int64_t width) {
    float *restrict kept = ring + (t % window) * width;
    const int64_t last = t + 1 < height ? t + 1 : height, first = t + 1 - window > 0 ? t + 1 - window : 0;
    const float count = (float)(last - first);
    if (t < height && t >= window) {
        for (int64_t c = 0; c < width; c++) {
            sums[c] = (sums[c] + values[c]) - kept[c];
            out[c] = sums[c] / count;
        }
    } else {
        for (int64_t c = 0; c < width; c++) {
            sums[c] = t < height ? sums[c] + values[c] : t >= window ? sums[c] - kept[c] : sums[c];
            out[c] = sums[c] / count;
        }
    }
    if (t < height) memcpy(kept, values, (size_t)width * sizeof *kept);
}

/* The 64 x 64 values to the last bit of Meta's: two passes of rows then columns, each by running sums.
 *
 * All four filters run in step, four rows at a time, and keep no more rows than their windows hold. A picture of
 * 64 x 64 is taken as it is. Whether there was memory. */
TARGET static int LEVEL(blur_in_order)(const uint8_t *pixels, int64_t height, int64_t width, int64_t channels,
                                       float *grid) {
    const int64_t stride = width * channels;
    if (height == GRID && width == GRID) {
        for (int i = 0; i < GRID; i++) LEVEL(read_luma)(pixels + i * stride, channels, grid + i * GRID, width);
        return 1;
    }
    const int64_t across = (width + 2 * GRID - 1) / (2 * GRID), down = (height + 2 * GRID - 1) / (2 * GRID);
    const int64_t late = (down + 2) / 2 - 1;
    float *memory = calloc((size_t)(width * (2 * BESIDE + 1 + down) + GRID * (BESIDE + 2 + down)), sizeof *memory);
    if (memory == NULL) return 0;
    float *luma = memory, *lines = luma + BESIDE * width, *sums = lines + BESIDE * width, *ring = sums + width;
    float *picked = ring + down * width, *quotients = picked + BESIDE * GRID, *last_sums = quotients + GRID;
    float *last_ring = last_sums + GRID;
    int wanted = 0;
    for (int64_t begin = 0; begin < height + 2 * late; begin += BESIDE) {
        for (int r = 0; r < BESIDE && begin + r < height; r++)
            LEVEL(read_luma)(pixels + (begin + r) * stride, channels, luma + r * width, width);
        LEVEL(blur_rows)(luma, width, across, lines);
        for (int r = 0; r < BESIDE && begin + r < height + late; r++)
            LEVEL(blur_columns)(begin + r, height, down, lines + r * width, ring, sums, luma + r * width, width);
        LEVEL(blur_rows)(luma, width, across, lines);
        for (int r = 0; r < BESIDE; r++) {
            for (int j = 0; j < GRID; j++) picked[r * GRID + j] = lines[r * width + (2 * j + 1) * width / (2 * GRID)];
            const int64_t step = begin + r - late;
            if (step < 0 || step >= height + late) continue;
            LEVEL(blur_columns)(step, height, down, picked + r * GRID, last_ring, last_sums, quotients, GRID);
            while (wanted < GRID && (2 * wanted + 1) * height / (2 * GRID) == step - late)
                memcpy(grid + GRID * wanted++, quotients, GRID * sizeof *grid);
        }
    }
    free(memory);
    return 1;
}

/* Frequencies, and the sum of the gradients, to the last bit of Meta's. */
TARGET static int64_t LEVEL(transform_in_order)(const float *grid, const float *cosines, float *frequencies) {
    float half[FREQUENCIES][GRID];
    memset(half, 0, sizeof half);
    for (int i = 0; i < FREQUENCIES; i++)
        for (int k = 0; k < GRID; k++)
            for (int j = 0; j < GRID; j++) half[i][j] += cosines[i * GRID + k] * grid[k * GRID + j];
    for (int i = 0; i < FREQUENCIES; i++)
        for (int j = 0; j < FREQUENCIES; j++) {
            float total = 0;
            for (int k = 0; k < GRID; k++) total += half[i][k] * cosines[j * GRID + k];
            frequencies[i * FREQUENCIES + j] = total;
        }
    int64_t gradients = 0;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            const float here = grid[i * GRID + j];
            if (i < GRID - 1) gradients += llabs((int64_t)((here - grid[(i + 1) * GRID + j]) * 100.0f / 255.0f));
            if (j < GRID - 1) gradients += llabs((int64_t)((here - grid[i * GRID + j + 1]) * 100.0f / 255.0f));
        }
    return gradients;
}

#undef MULTIPLY_ADD_F
#undef MULTIPLY_ADD
