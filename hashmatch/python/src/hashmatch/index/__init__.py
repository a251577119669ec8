"""An exact index of PDQ hashes: every entry within the asked distance is found, none beyond it.

The method is multi-index hashing with the stronger pigeonhole of Qin and Xiao ("pigeonring", 2018). The 256 bits are
16 words of 16 bits. If two hashes differ by at most T bits, then there is a word t such that the differences d of the
words satisfy d[t] <= T/16 and d[t] + d[t+1] <= 2T/16 (rounded down, words in a ring). For T up to 31 that means: word
t is the same or one bit off (17 buckets in table t), and a 16-bit copy of word t+1 kept beside each posting, its
sketch, rejects nearly all candidates before a row is touched. A random permutation of the bits, drawn once for each
index, evens out the buckets.

New hashes are scanned by brute force until there are enough of them for a segment with tables of its own; small
segments merge into larger ones. Removed hashes are marked. Readers work on an immutable state and never wait for a
writer.

| module | holds |
|---|---|
| `ring` | `Index`: add, remove, query, join, save, load |
| `matches` | what a query and a join give |
| `segments` | blocks of rows that never change, and their search |
| `tables` | the NumPy form: the reference, and what answers where there are no compiled kernels |
| `permutation`, `ids`, `layout` | the order of bits, compact columns of ids, shared numbers |
"""

from hashmatch.index.ids import Ids
from hashmatch.index.layout import LARGEST_DISTANCE, LARGEST_TABLE_DISTANCE
from hashmatch.index.matches import BatchMatches, Match, Matches, NearPairs
from hashmatch.index.permutation import BitPermutation, Rows
from hashmatch.index.ring import DEFAULT_LIMIT, HashInput, Index

__all__ = [
    "DEFAULT_LIMIT",
    "LARGEST_DISTANCE",
    "LARGEST_TABLE_DISTANCE",
    "BatchMatches",
    "BitPermutation",
    "HashInput",
    "Ids",
    "Index",
    "Match",
    "Matches",
    "NearPairs",
    "Rows",
]
