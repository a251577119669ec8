"""Speed side by side: this library and the field's other exact indexes, in one run on one machine."""

from hashmatch.bench.candidate import Candidate

__all__ = ["Candidate"]
