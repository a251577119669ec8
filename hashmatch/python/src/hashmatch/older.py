"""What the package uses of Python's library that Python 3.10 does not have yet."""

import sys

if sys.version_info >= (3, 11):
    from enum import StrEnum as StrEnum
    from typing import Self as Self
else:
    from enum import Enum

    from typing_extensions import Self as Self

    class StrEnum(str, Enum):
        """An enumeration whose members are texts, and are written as such."""

        __str__ = str.__str__
