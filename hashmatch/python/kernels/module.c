/* hashmatch._kernels: the index's and PDQ's hot loops, compiled ahead, for whatever processor the machine turns out to have.
 *
 * This file is the boundary. Every array is taken by the buffer protocol and must be C-ordered and of the right type and
 * size, else TypeError or ValueError is raised; numbers are checked; Python's lock is let go while a kernel works. Only
 * Python's stable interface is used, so one wheel serves every version from 3.10 on.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "base.h"
#include "buffer.h"
#include "hash.h"

#define LEVEL_JOIN(name, level) name##_##level
#define LEVEL_NAME(name, level) LEVEL_JOIN(name, level)
#define LEVEL(name) LEVEL_NAME(name, LEVEL_HERE)

#define LEVEL_HERE portable
#define VECTORS 128
#define TARGET
#if defined(__aarch64__)
#define FUSED 1
#else
#define FUSED 0
#endif
#include "index.h"
#include "pdq.h"
#undef LEVEL_HERE
#undef VECTORS
#undef TARGET
#undef FUSED

#if defined(__x86_64__)
#define LEVEL_HERE avx2
#define VECTORS 256
#define FUSED 1
#define TARGET __attribute__((target("avx2,bmi,bmi2,fma,lzcnt,popcnt")))
#include "index.h"
#include "pdq.h"
#undef LEVEL_HERE
#undef VECTORS
#undef TARGET

#define LEVEL_HERE avx512
#define VECTORS 512
#define TARGET \
    __attribute__((target("avx2,bmi,bmi2,fma,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512bitalg,avx512vpopcntdq")))
#include "index.h"
#include "pdq.h"
#undef LEVEL_HERE
#undef VECTORS
#undef TARGET
#undef FUSED
#endif

/* The kernels of one kind of processor. */
typedef int Search(const Rows *, const uint64_t *, const uint8_t *, int64_t, int, Found *);
typedef struct {
    const char *name;
    int (*is_here)(void);
    void (*permute)(const uint64_t *, const uint8_t *, int64_t, uint64_t *);
    int (*fill_tables)(const uint64_t *, int64_t, uint32_t *, uint16_t *, uint32_t *);
    Search *probe_one_by_one, *probe_by_word, *scan;
    int64_t (*join)(const Rows *, int, int64_t *, uint64_t *, uint16_t *, int64_t);
    void (*sum_rows)(const Area *, const Axis *, int64_t, int64_t, float *, double *);
    void (*sum_columns)(const double *, int64_t, int64_t, const Axis *, double *);
    void (*transform)(const double *, const double *, double *);
    void (*add_gradients)(const double *, double, double *);
    int (*blur_in_order)(const uint8_t *, int64_t, int64_t, int64_t, float *);
    int64_t (*transform_in_order)(const float *, const float *, float *);
} Level;

static int is_always_here(void) { return 1; }
#if defined(__x86_64__)
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
}
static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
}
#endif

#define KERNELS_OF(level)                                                                                              \
    permute_##level, fill_tables_##level, probe_one_by_one_##level, probe_by_word_##level, scan_##level, join_##level, \
        sum_rows_##level, sum_columns_##level, transform_##level, add_gradients_##level, blur_in_order_##level, \
        transform_in_order_##level

#if defined(__aarch64__)
#define PORTABLE "neon"
#elif defined(__x86_64__)
#define PORTABLE "sse2"
#else
#define PORTABLE "portable"
#endif

static const Level LEVELS[] = {
#if defined(__x86_64__)
    {"avx512", has_avx512, KERNELS_OF(avx512)},
    {"avx2", has_avx2, KERNELS_OF(avx2)},
#endif
    {PORTABLE, is_always_here, KERNELS_OF(portable)},
};
#define LEVEL_COUNT (sizeof LEVELS / sizeof *LEVELS)

static const Level *chosen = &LEVELS[LEVEL_COUNT - 1];

/* What an array must be. */
typedef enum { UNSIGNED, SIGNED, FLOATING } Kind;
typedef struct {
    const char *name;
    Kind kind;
    int size; /* of an item, in bytes */
    int is_written;
    int64_t least; /* so many items at least */
} Wanted;

static int is_kind(const char *format, Kind kind) {
    static const char *const letters[] = {"BHILQN", "bhilqn", "fd"};
    if (format == NULL) return kind == UNSIGNED; /* plain bytes */
    if (*format == '=' || *format == '@') format++;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    else if (*format == '<') format++;
#endif
    return format[0] != '\0' && format[1] == '\0' && strchr(letters[kind], format[0]) != NULL;
}

/* Take the memory of several arrays, or none of them. Returns 0 and sets an exception where one is not what it must be. */
static int take_arrays(PyObject *const *objects, const Wanted *wanted, Py_buffer *views, int count) {
    for (int i = 0; i < count; i++) {
        int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (wanted[i].is_written ? PyBUF_WRITABLE : 0);
        int is_taken = PyObject_GetBuffer(objects[i], views + i, flags) == 0;
        if (is_taken && (views[i].itemsize != wanted[i].size || !is_kind(views[i].format, wanted[i].kind))) {
            PyErr_Format(PyExc_TypeError, "%s has items of the wrong type: %s of %zd bytes.", wanted[i].name,
                         views[i].format ? views[i].format : "B", views[i].itemsize);
        } else if (is_taken && views[i].len / wanted[i].size < wanted[i].least) {
            PyErr_Format(PyExc_ValueError, "%s has %zd items, %lld are needed.", wanted[i].name,
                         views[i].len / wanted[i].size, (long long)wanted[i].least);
        } else if (is_taken) {
            continue;
        }
        if (is_taken) PyBuffer_Release(views + i);
        while (i-- > 0) PyBuffer_Release(views + i);
        return 0;
    }
    return 1;
}

static void let_go(Py_buffer *views, int count) {
    while (count-- > 0) PyBuffer_Release(views + count);
}

static int take_number(PyObject *object, const char *name, int64_t least, int64_t most, int64_t *number) {
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) return 0;
    if (value < least || value > most) {
        PyErr_Format(PyExc_ValueError, "%s is %lld, not between %lld and %lld.", name, value, (long long)least,
                     (long long)most);
        return 0;
    }
    *number = value;
    return 1;
}

static int has_count(Py_ssize_t given, Py_ssize_t wanted, const char *name) {
    if (given == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd.", name, wanted, given);
    return 0;
}

#define ITEMS(view) ((int64_t)((view).len / (view).itemsize))
#define TABLE_ITEMS (HASH_BYTES * 256 * 4)

/* ---- A block of rows that is searched ---- */

enum { ROWS, REMOVED, BOUNDS, SKETCHES, POSTINGS, BLOCK_ARRAYS };
typedef struct {
    PyObject_HEAD
    Rows rows;
    Py_buffer views[BLOCK_ARRAYS];
    int taken; /* so many of them */
} Block;

static PyObject *block_new(PyTypeObject *type, PyObject *arguments, PyObject *named) {
    PyObject *objects[BLOCK_ARRAYS] = {NULL, NULL, NULL, NULL, NULL}, *used_object;
    if (named != NULL && PyDict_Size(named) != 0) {
        PyErr_SetString(PyExc_TypeError, "Block takes no named arguments.");
        return NULL;
    }
    if (!PyArg_ParseTuple(arguments, "OOO|OOO", objects + ROWS, &used_object, objects + REMOVED, objects + BOUNDS,
                          objects + SKETCHES, objects + POSTINGS))
        return NULL;
    const int taken = objects[POSTINGS] != NULL ? BLOCK_ARRAYS : BOUNDS;
    Py_buffer views[BLOCK_ARRAYS];
    Wanted wanted[BLOCK_ARRAYS] = {
        {"rows", UNSIGNED, 8, 0, 0},
        {"removed", UNSIGNED, 1, 0, 0},
        {"bounds", UNSIGNED, 4, 0, WORDS * BOUNDS_A_WORD},
        {"sketches", UNSIGNED, 2, 0, 0},
        {"postings", UNSIGNED, 4, 0, 0},
    };
    if (!take_arrays(objects, wanted, views, taken)) return NULL;
    const int64_t count = ITEMS(views[ROWS]) / 4;
    int64_t used = 0;
    int is_right = take_number(used_object, "used", 0, count, &used);
    if (is_right && (count > (int64_t)UINT32_MAX || 8 * ITEMS(views[REMOVED]) < used ||
                     (taken == BLOCK_ARRAYS && (used != count || ITEMS(views[SKETCHES]) < WORDS * count + SKETCH_PADDING ||
                                                ITEMS(views[POSTINGS]) < WORDS * count)))) {
        PyErr_SetString(PyExc_ValueError, "The arrays of a block do not belong together.");
        is_right = 0;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Block *self = is_right ? (Block *)allocate(type, 0) : NULL;
    if (self == NULL) {
        let_go(views, taken);
        return NULL;
    }
    memcpy(self->views, views, sizeof views);
    self->taken = taken;
    self->rows = (Rows){.rows = views[ROWS].buf, .count = count, .used = used, .removed = views[REMOVED].buf};
    if (taken == BLOCK_ARRAYS) {
        self->rows.bounds = views[BOUNDS].buf;
        self->rows.sketches = views[SKETCHES].buf;
        self->rows.postings = views[POSTINGS].buf;
    }
    return (PyObject *)self;
}

static void block_free(PyObject *object) {
    Block *self = (Block *)object;
    PyTypeObject *type = Py_TYPE(object);
    let_go(self->views, self->taken);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

PyDoc_STRVAR(search_doc,
             "search(table, queries, reach, limit, way)\n--\n\n"
             "All live rows within `reach` bits of each query: None, or pairs as uint64 in a bytearray and, where there may\n"
             "be more than `limit` of a query, for each query how many were left out, as uint32 in bytes.\n\n"
             "`table` is the bit order's, uint64[32, 256, 4]; `queries` are 32 bytes each in their own order; `way` is 0\n"
             "to scan all rows, 1 to probe the tables for one query after the other, 2 for one word after the other.");

static PyObject *block_search(PyObject *object, PyObject *const *arguments, Py_ssize_t given) {
    const Block *self = (const Block *)object;
    if (!has_count(given, 5, "search")) return NULL;
    int64_t reach, limit, way;
    if (!take_number(arguments[4], "way", 0, self->taken == BLOCK_ARRAYS ? 2 : 0, &way) ||
        !take_number(arguments[2], "reach", 0, way ? LARGEST_TABLE_DISTANCE : LARGEST_DISTANCE, &reach) ||
        !take_number(arguments[3], "limit", NO_LIMIT, INT64_MAX, &limit))
        return NULL;
    Py_buffer views[2];
    static const Wanted wanted[2] = {{"table", UNSIGNED, 8, 0, TABLE_ITEMS}, {"queries", UNSIGNED, 1, 0, 0}};
    if (!take_arrays(arguments, wanted, views, 2)) return NULL;
    const int64_t asked = views[1].len / HASH_BYTES;
    if (views[1].len % HASH_BYTES || asked >= LARGEST_BATCH) {
        PyErr_SetString(PyExc_ValueError, "Queries are 32 bytes each, and fewer than 2^23 at a time.");
        let_go(views, 2);
        return NULL;
    }
    uint32_t few[LARGEST_TABLE_DISTANCE + 2];
    Found found = {.limit = limit, .width = (int)reach + 2};
    int is_done = 1;
    if (limit != NO_LIMIT && asked == 1 && reach <= LARGEST_TABLE_DISTANCE) {
        memset(few, 0, sizeof few);
        found.counts = few;
    } else if (limit != NO_LIMIT && asked > 0) {
        found.counts = calloc((size_t)asked * (size_t)found.width, sizeof *found.counts);
        is_done = found.counts != NULL;
    }
    if (is_done && asked > 0) {
        Search *run = way == 2 ? chosen->probe_by_word : way == 1 ? chosen->probe_one_by_one : chosen->scan;
        Py_BEGIN_ALLOW_THREADS
        is_done = run(&self->rows, views[0].buf, views[1].buf, asked, (int)reach, &found) && !found.is_full;
        Py_END_ALLOW_THREADS
    }
    let_go(views, 2);
    PyObject *result = NULL;
    if (!is_done) {
        PyErr_NoMemory();
    } else if (found.stored == 0) {
        result = Py_NewRef(Py_None);
    } else {
        PyObject *pairs = PyByteArray_FromStringAndSize((const char *)found.pairs,
                                                        (Py_ssize_t)(found.stored * sizeof *found.pairs));
        /* None can be cut unless as many pairs are kept as one query may have. */
        if (pairs == NULL || limit == NO_LIMIT || found.stored < (uint64_t)limit) {
            result = pairs;
        } else {
            for (int64_t query = 0; query < asked; query++)
                found.counts[query] = found.counts[query * found.width + found.width - 1];
            PyObject *left_out = PyBytes_FromStringAndSize((const char *)found.counts, (Py_ssize_t)asked * 4);
            result = left_out == NULL ? NULL : PyTuple_Pack(2, pairs, left_out);
            Py_DECREF(pairs);
            Py_XDECREF(left_out);
        }
    }
    free(found.pairs);
    if (found.counts != few) free(found.counts);
    return result;
}

PyDoc_STRVAR(join_doc,
             "join(reach, progress, pairs, distances)\n--\n\n"
             "Some of the pairs of live rows within `reach` bits of each other; how many were stored. `pairs` (uint64, at\n"
             "least as many as the largest bucket has rows) gets `row << 32 | row`, `distances` (uint16) as many. `progress`\n"
             "(int64[4], zeros at first) says where the next call goes on; its first is 16 at the end.");

static PyObject *block_join(PyObject *object, PyObject *const *arguments, Py_ssize_t given) {
    const Block *self = (const Block *)object;
    int64_t reach;
    if (!has_count(given, 4, "join") || !take_number(arguments[0], "reach", 0, LARGEST_TABLE_DISTANCE, &reach)) return NULL;
    if (self->taken != BLOCK_ARRAYS) {
        PyErr_SetString(PyExc_ValueError, "A block without tables cannot be joined.");
        return NULL;
    }
    Py_buffer views[3];
    static const Wanted wanted[3] = {{"progress", SIGNED, 8, 1, 4}, {"pairs", UNSIGNED, 8, 1, 1}, {"distances", UNSIGNED, 2, 1, 1}};
    if (!take_arrays(arguments + 1, wanted, views, 3)) return NULL;
    int64_t *progress = views[0].buf, stored = -2;
    const int64_t room = ITEMS(views[1]) < ITEMS(views[2]) ? ITEMS(views[1]) : ITEMS(views[2]);
    if (progress[0] >= 0 && progress[0] <= WORDS && progress[1] >= 0 && progress[1] < BUCKETS && progress[2] >= 0 &&
        progress[2] <= WORDS && progress[3] >= 0 && progress[3] <= self->rows.count) {
        Py_BEGIN_ALLOW_THREADS
        stored = chosen->join(&self->rows, (int)reach, progress, views[1].buf, views[2].buf, room);
        Py_END_ALLOW_THREADS
        if (stored == 0 && progress[0] < WORDS) stored = -2;
    }
    let_go(views, 3);
    if (stored == -2) PyErr_SetString(PyExc_ValueError, "There is no going on from there, or too little room for a bucket.");
    if (stored == -1) PyErr_NoMemory();
    return stored < 0 ? NULL : PyLong_FromLongLong(stored);
}

static PyMethodDef block_methods[] = {
    {"search", (PyCFunction)(void (*)(void))block_search, METH_FASTCALL, search_doc},
    {"join", (PyCFunction)(void (*)(void))block_join, METH_FASTCALL, join_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(block_doc,
             "Block(rows, used, removed, bounds, sketches, postings)\n--\n\n"
             "Rows in the index's bit order (uint64[N, 4]) of which the first `used` count, a bit for each removed one, and\n"
             "the tables, or no tables. Holds the arrays for as long as it lives.");

static PyType_Slot block_slots[] = {
    {Py_tp_doc, (void *)block_doc},     {Py_tp_new, (void *)block_new},
    {Py_tp_dealloc, (void *)block_free}, {Py_tp_methods, block_methods},
    {0, NULL},
};
static PyType_Spec block_spec = {
    .name = "hashmatch._kernels.Block",
    .basicsize = sizeof(Block),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = block_slots,
};

/* ---- What is done once for many rows ---- */

PyDoc_STRVAR(permute_doc,
             "permute(table, rows, ordered)\n--\n\nPut the bits of rows, 32 bytes each, into the index's order: uint64[N, 4].");

static PyObject *permute(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    if (!has_count(given, 3, "permute")) return NULL;
    Py_buffer views[3];
    static const Wanted wanted[3] = {
        {"table", UNSIGNED, 8, 0, TABLE_ITEMS}, {"rows", UNSIGNED, 1, 0, 0}, {"ordered", UNSIGNED, 8, 1, 0}};
    if (!take_arrays(arguments, wanted, views, 3)) return NULL;
    const int is_right = views[1].len % HASH_BYTES == 0 && views[2].len == views[1].len;
    if (is_right) {
        Py_BEGIN_ALLOW_THREADS
        chosen->permute(views[0].buf, views[1].buf, views[1].len / HASH_BYTES, views[2].buf);
        Py_END_ALLOW_THREADS
    } else {
        PyErr_SetString(PyExc_ValueError, "Rows are 32 bytes each, and need as much room.");
    }
    let_go(views, 3);
    return is_right ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(fill_tables_doc,
             "fill_tables(rows, bounds, sketches, postings)\n--\n\n"
             "Sort rows (uint64[N, 4]) into the buckets of each word: uint32[16 * 65537], uint16[16 * N + 64], uint32[16 * N].");

static PyObject *fill_tables(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    if (!has_count(given, 4, "fill_tables")) return NULL;
    Py_buffer views[4];
    static const Wanted wanted[4] = {{"rows", UNSIGNED, 8, 0, 0},
                                     {"bounds", UNSIGNED, 4, 1, WORDS * BOUNDS_A_WORD},
                                     {"sketches", UNSIGNED, 2, 1, SKETCH_PADDING},
                                     {"postings", UNSIGNED, 4, 1, 0}};
    if (!take_arrays(arguments, wanted, views, 4)) return NULL;
    const int64_t count = ITEMS(views[0]) / 4;
    int is_done = 1, is_right = count <= (int64_t)UINT32_MAX && ITEMS(views[2]) >= WORDS * count + SKETCH_PADDING &&
                                ITEMS(views[3]) >= WORDS * count;
    if (is_right) {
        Py_BEGIN_ALLOW_THREADS
        is_done = chosen->fill_tables(views[0].buf, count, views[1].buf, views[2].buf, views[3].buf);
        Py_END_ALLOW_THREADS
        if (!is_done) PyErr_NoMemory();
    } else {
        PyErr_SetString(PyExc_ValueError, "There is too little room for the tables of so many rows.");
    }
    let_go(views, 4);
    return is_right && is_done ? Py_NewRef(Py_None) : NULL;
}

/* ---- PDQ ---- */

/* Whether a plan of 64 sums stays within `length` places, and its weights within their rows. */
static int is_plan_within(const int64_t *starts, const int64_t *counts, int64_t weights, int64_t length, int64_t *width) {
    *width = weights / GRID;
    for (int i = 0; i < GRID; i++)
        if (starts[i] < 0 || counts[i] < 0 || counts[i] > *width || starts[i] > length || counts[i] > length - starts[i]) {
            PyErr_SetString(PyExc_ValueError, "The weights of an axis do not fit the picture.");
            return 0;
        }
    return 1;
}

/* The part of the rows of bytes that four numbers name: channels, left, top, width. */
static int take_area(const Py_buffer *pixels, PyObject *const *numbers, Area *area) {
    if (pixels->ndim != 2) {
        PyErr_SetString(PyExc_ValueError, "Pixels are rows of bytes: two dimensions.");
        return 0;
    }
    const int64_t height = pixels->shape[0], bytes = pixels->shape[1];
    area->bytes = pixels->buf;
    area->stride = bytes;
    return take_number(numbers[0], "channels", 1, 3, &area->channels) &&
           take_number(numbers[1], "left", 0, bytes / area->channels, &area->left) &&
           take_number(numbers[2], "top", 0, height, &area->top) &&
           take_number(numbers[3], "width", 1, bytes / area->channels - area->left, &area->width) &&
           (area->channels != 2 || (PyErr_SetString(PyExc_ValueError, "A pixel has one channel or three."), 0));
}

static int take_float(PyObject *object, double *number) {
    *number = PyFloat_AsDouble(object);
    return *number != -1.0 || !PyErr_Occurred();
}

static int take_slack(PyObject *object, double *slack) {
    if (!take_float(object, slack)) return 0;
    if (*slack >= 0 && *slack <= 1) return 1;
    PyErr_SetString(PyExc_ValueError, "A slack is between 0 and 1.");
    return 0;
}

PyDoc_STRVAR(sum_rows_doc,
             "sum_rows(pixels, channels, left, top, width, starts, counts, multiples, unit, lines)\n--\n\n"
             "The vertical half of the folded sums: float64[64, width] out of uint8[H, W * channels].");

enum { PIXELS, DOWN_STARTS, DOWN_COUNTS, MULTIPLES };
#define DOWN_WANTED                                                                                              \
    {"pixels", UNSIGNED, 1, 0, 1}, {"starts", SIGNED, 8, 0, GRID}, {"counts", SIGNED, 8, 0, GRID},               \
        {"multiples", FLOATING, 4, 0, GRID}
#define ACROSS_WANTED {"starts", SIGNED, 8, 0, GRID}, {"counts", SIGNED, 8, 0, GRID}, {"weights", FLOATING, 8, 0, GRID}
#define READ_WANTED                                                                                \
    {"frequencies", FLOATING, 8, 1, ALL_FREQUENCIES}, {"traits", FLOATING, 8, 1, 4}, {"packed", UNSIGNED, 1, 1, HASH_BYTES}
#define COSINES_WANTED {"cosines", FLOATING, 8, 0, FREQUENCIES * GRID}
#define GRID_WANTED(is_written) {"grid", FLOATING, 8, is_written, GRID * GRID}

static int plan_down(const Py_buffer *views, const Area *area, PyObject *unit, Axis *down) {
    *down = (Axis){.starts = views[DOWN_STARTS].buf, .counts = views[DOWN_COUNTS].buf, .multiples = views[MULTIPLES].buf};
    return take_float(unit, &down->unit) && is_plan_within(down->starts, down->counts, ITEMS(views[MULTIPLES]),
                                                           (int64_t)views[PIXELS].shape[0] - area->top, &down->width);
}

static PyObject *sum_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    if (!has_count(given, 10, "sum_rows")) return NULL;
    PyObject *objects[5] = {arguments[0], arguments[5], arguments[6], arguments[7], arguments[9]};
    static const Wanted wanted[5] = {DOWN_WANTED, {"lines", FLOATING, 8, 1, GRID}};
    Py_buffer views[5];
    if (!take_arrays(objects, wanted, views, 5)) return NULL;
    Area area;
    Axis down;
    int is_right = take_area(views, arguments + 1, &area) && plan_down(views, &area, arguments[8], &down);
    if (is_right && ITEMS(views[4]) != GRID * area.width) {
        PyErr_SetString(PyExc_ValueError, "There must be room for 64 lines.");
        is_right = 0;
    }
    float *sums = is_right ? malloc((size_t)(area.width * area.channels) * sizeof *sums) : NULL;
    if (sums != NULL) {
        Py_BEGIN_ALLOW_THREADS
        chosen->sum_rows(&area, &down, 0, GRID, sums, views[4].buf);
        Py_END_ALLOW_THREADS
    } else if (is_right) {
        PyErr_NoMemory();
    }
    let_go(views, 5);
    free(sums);
    return sums != NULL ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(sum_columns_doc,
             "sum_columns(lines, starts, counts, weights, grid)\n--\n\n"
             "The horizontal half: float64[64, 64] out of float64[64, width].");

static PyObject *sum_columns(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    if (!has_count(given, 5, "sum_columns")) return NULL;
    static const Wanted wanted[5] = {{"lines", FLOATING, 8, 0, GRID}, ACROSS_WANTED, GRID_WANTED(1)};
    Py_buffer views[5];
    if (!take_arrays(arguments, wanted, views, 5)) return NULL;
    const int64_t width = ITEMS(views[0]) / GRID;
    Axis across = {.starts = views[1].buf, .counts = views[2].buf, .weights = views[3].buf};
    const int is_right = is_plan_within(across.starts, across.counts, ITEMS(views[3]), width, &across.width);
    if (is_right) {
        Py_BEGIN_ALLOW_THREADS
        chosen->sum_columns(views[0].buf, width, GRID, &across, views[4].buf);
        Py_END_ALLOW_THREADS
    }
    let_go(views, 5);
    return is_right ? Py_NewRef(Py_None) : NULL;
}

static void read_values(const double *grid, const double *cosines, double slack, double *frequencies, double *traits,
                        uint8_t *packed) {
    chosen->transform(grid, cosines, frequencies);
    chosen->add_gradients(grid, slack, traits);
    compare_frequencies(frequencies, traits, packed);
}

PyDoc_STRVAR(read_grid_doc,
             "read_grid(grid, cosines, slack, frequencies, traits, packed)\n--\n\nEverything that 64 x 64 values tell.");

static PyObject *read_grid(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    double slack;
    if (!has_count(given, 6, "read_grid") || !take_slack(arguments[2], &slack)) return NULL;
    PyObject *objects[5] = {arguments[0], arguments[1], arguments[3], arguments[4], arguments[5]};
    static const Wanted wanted[5] = {GRID_WANTED(0), COSINES_WANTED, READ_WANTED};
    Py_buffer views[5];
    if (!take_arrays(objects, wanted, views, 5)) return NULL;
    read_values(views[0].buf, views[1].buf, slack, views[2].buf, views[3].buf, views[4].buf);
    let_go(views, 5);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(find_traits_doc,
             "find_traits(grid, frequencies, slack, traits, packed)\n--\n\nThe traits of a grid and of frequencies, and the hash.");

static PyObject *find_traits(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    double slack;
    if (!has_count(given, 5, "find_traits") || !take_slack(arguments[2], &slack)) return NULL;
    PyObject *objects[4] = {arguments[0], arguments[1], arguments[3], arguments[4]};
    static const Wanted wanted[4] = {GRID_WANTED(0), READ_WANTED};
    Py_buffer views[4];
    if (!take_arrays(objects, wanted, views, 4)) return NULL;
    chosen->add_gradients(views[0].buf, slack, views[2].buf);
    compare_frequencies(views[1].buf, views[2].buf, views[3].buf);
    let_go(views, 4);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(read_area_doc,
             "read_area(pixels, channels, left, top, width, row_starts, row_counts, multiples, unit, column_starts,\n"
             "          column_counts, weights, cosines, slack, grid, frequencies, traits, packed)\n--\n\n"
             "All steps from pixels to hash in one call.");

#define LINES 8 /* at a time, so that they stay in the nearest cache */

static PyObject *read_area(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    enum { ACROSS_STARTS = MULTIPLES + 1, ACROSS_COUNTS, WEIGHTS, COSINES, GRID_ROOM, FREQUENCY_ROOM, TRAITS, PACKED, ALL };
    double slack;
    if (!has_count(given, 18, "read_area") || !take_slack(arguments[13], &slack)) return NULL;
    PyObject *objects[ALL] = {arguments[0],  arguments[5],  arguments[6],  arguments[7],  arguments[9],  arguments[10],
                              arguments[11], arguments[12], arguments[14], arguments[15], arguments[16], arguments[17]};
    static const Wanted wanted[ALL] = {DOWN_WANTED, ACROSS_WANTED, COSINES_WANTED, GRID_WANTED(1), READ_WANTED};
    Py_buffer views[ALL];
    if (!take_arrays(objects, wanted, views, ALL)) return NULL;
    Area area;
    Axis down, across = {.starts = views[ACROSS_STARTS].buf, .counts = views[ACROSS_COUNTS].buf, .weights = views[WEIGHTS].buf};
    const int is_right = take_area(views, arguments + 1, &area) && plan_down(views, &area, arguments[8], &down) &&
                         is_plan_within(across.starts, across.counts, ITEMS(views[WEIGHTS]), area.width, &across.width);
    float *sums = is_right ? malloc((size_t)(area.width * area.channels) * sizeof *sums) : NULL;
    double *lines = is_right ? malloc((size_t)(area.width * LINES) * sizeof *lines) : NULL;
    const int is_roomy = sums != NULL && lines != NULL;
    if (is_roomy) {
        double *grid = views[GRID_ROOM].buf;
        Py_BEGIN_ALLOW_THREADS
        for (int first = 0; first < GRID; first += LINES) {
            chosen->sum_rows(&area, &down, first, LINES, sums, lines);
            chosen->sum_columns(lines, area.width, LINES, &across, grid + GRID * first);
        }
        read_values(grid, views[COSINES].buf, slack, views[FREQUENCY_ROOM].buf, views[TRAITS].buf, views[PACKED].buf);
        Py_END_ALLOW_THREADS
    } else if (is_right) {
        PyErr_NoMemory();
    }
    let_go(views, ALL);
    free(sums);
    free(lines);
    return is_roomy ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(read_in_order_doc,
             "read_in_order(pixels, channels, cosines, grid, frequencies)\n--\n\n"
             "Hash pixels, uint8[H, W * channels] of at least five pixels a side, in Meta's order of operations: writes\n"
             "float32[64, 64] and float32[16, 16], returns the sum of the gradients.");

static PyObject *read_in_order(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    int64_t channels;
    if (!has_count(given, 5, "read_in_order") || !take_number(arguments[1], "channels", 1, 3, &channels)) return NULL;
    PyObject *objects[4] = {arguments[0], arguments[2], arguments[3], arguments[4]};
    static const Wanted wanted[4] = {{"pixels", UNSIGNED, 1, 0, 1},
                                     {"cosines", FLOATING, 4, 0, FREQUENCIES * GRID},
                                     {"grid", FLOATING, 4, 1, GRID * GRID},
                                     {"frequencies", FLOATING, 4, 1, ALL_FREQUENCIES}};
    Py_buffer views[4];
    if (!take_arrays(objects, wanted, views, 4)) return NULL;
    int64_t gradients = -1;
    if (views[0].ndim != 2 || channels == 2 || views[0].shape[1] % channels) {
        PyErr_SetString(PyExc_ValueError, "Pixels are rows of bytes, one or three for each pixel.");
    } else {
        Py_BEGIN_ALLOW_THREADS
        if (chosen->blur_in_order(views[0].buf, views[0].shape[0], views[0].shape[1] / channels, channels, views[2].buf))
            gradients = chosen->transform_in_order(views[2].buf, views[1].buf, views[3].buf);
        Py_END_ALLOW_THREADS
        if (gradients < 0) PyErr_NoMemory();
    }
    let_go(views, 4);
    return gradients < 0 ? NULL : PyLong_FromLongLong(gradients);
}

/* ---- Which instructions are used ---- */

PyDoc_STRVAR(levels_doc, "levels()\n--\n\nThe kinds of kernels that this processor can run, the quickest first.");

static PyObject *levels(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < LEVEL_COUNT; i++) {
        if (!LEVELS[i].is_here()) continue;
        PyObject *name = PyUnicode_FromString(LEVELS[i].name);
        if (name == NULL || PyList_Append(list, name) < 0) Py_CLEAR(list);
        Py_XDECREF(name);
    }
    return list;
}

PyDoc_STRVAR(level_doc, "level()\n--\n\nThe kind of kernels that is at work.");

static PyObject *level(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    return PyUnicode_FromString(chosen->name);
}

PyDoc_STRVAR(use_doc, "use(level)\n--\n\nLet this kind of kernels work; ValueError where the processor cannot run it.");

static PyObject *use(PyObject *module, PyObject *name) {
    (void)module;
    for (size_t i = 0; i < LEVEL_COUNT; i++)
        if (LEVELS[i].is_here() && PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, LEVELS[i].name) == 0) {
            chosen = &LEVELS[i];
            Py_RETURN_NONE;
        }
    PyErr_Format(PyExc_ValueError, "This processor has no kernels named %R.", name);
    return NULL;
}

#define FAST(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, name##_doc}
static PyMethodDef methods[] = {
    FAST(permute),
    FAST(fill_tables),
    FAST(sum_rows),
    FAST(sum_columns),
    FAST(read_grid),
    FAST(find_traits),
    FAST(read_area),
    FAST(read_in_order),
    {"levels", levels, METH_NOARGS, levels_doc},
    {"level", level, METH_NOARGS, level_doc},
    {"use", use, METH_O, use_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "hashmatch._kernels", .m_doc = "The compiled kernels.", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit__kernels(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (size_t i = LEVEL_COUNT; i-- > 0;)
        if (LEVELS[i].is_here()) chosen = &LEVELS[i];
    PyObject *module = PyModule_Create(&definition);
    PyObject *type = module == NULL ? NULL : PyType_FromSpec(&block_spec);
    if (type == NULL || PyModule_AddObjectRef(module, "Block", type) < 0) Py_CLEAR(module);
    Py_XDECREF(type);
    return module;
}
