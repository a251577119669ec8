"""What JSON can hold: so that what goes out to programs, or is kept, is checked like other values."""

from collections.abc import Mapping, Sequence

type Json = str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None
type Record = dict[str, Json]
