"""The numbers on which the NumPy form and the compiled form of the index agree: `kernels/base.h` has them too."""

WORDS = 16
BUCKETS = 1 << 16
LANES = 32  # so many sketches are read at a time
SKETCH_PADDING = 2 * LANES  # unused ones behind the last, so that the last bucket can be read like any other

LARGEST_TABLE_DISTANCE = 31
LARGEST_DISTANCE = 256

# A found pair as one number, `query << 41 | distance << 32 | row`: sorted, they come by query, distance and row.
DISTANCE_SHIFT = 32
QUERY_SHIFT = 41
DISTANCE_MASK = (1 << (QUERY_SHIFT - DISTANCE_SHIFT)) - 1
ROW_MASK = (1 << DISTANCE_SHIFT) - 1

NO_LIMIT = -1
