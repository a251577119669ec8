"""What is kept sealed as JSON text, so that another release can read it."""

import base64
import functools
import zlib
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError, WrapValidator


class Kept:
    """A dataclass that writes itself down as text, and reads what this release or another wrote."""

    # An error about what somebody told says nothing of it.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(hide_input_in_errors=True)

    def to_text(self) -> str:
        """The record as text, to be sealed."""
        return str(_adapter(type(self)).dump_json(self), "utf-8")  # type: ignore[arg-type]  # every class can be hashed

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; fields of another release are left out. Raises ValueError for what is none."""
        found: Self = _adapter(cls).validate_json(text or "{}")  # type: ignore[arg-type]
        return found


class Packed(Kept):
    """The same as short as it can be, for what a cookie carries."""

    def pack(self) -> str:
        """Write it down as short as it can be."""
        return base64.urlsafe_b64encode(zlib.compress(self.to_text().encode(), 9)).decode()

    @classmethod
    def unpack(cls, text: str) -> Self | None:
        """Read what `pack` wrote; None for anything else. Only sealed texts of ours get here."""
        try:
            return cls.from_text(zlib.decompress(base64.urlsafe_b64decode(text)).decode())
        except (ValueError, zlib.error):
            return None


def or_else(otherwise: object) -> Any:
    """Read a field that is not understood as this; put it into the field's `Annotated`."""

    def read(value: Any, handler: Any) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return otherwise

    return WrapValidator(read)


@functools.cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
