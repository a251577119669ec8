"""What a file could make of a decoder: looks that die, hang, eat, write or tell too much."""

import os
import sys
import time
from collections.abc import Collection
from pathlib import Path


def die(_content: bytes) -> Collection[str]:
    os.abort()


def hang(_content: bytes) -> Collection[str]:
    time.sleep(60)
    return []


def eat(_content: bytes) -> Collection[str]:
    return [str(len(bytearray(1 << 30)))]


def write(_content: bytes) -> Collection[str]:
    Path(sys.path[-1], "left-behind").write_bytes(b"x")
    return []


def tell_much(_content: bytes) -> Collection[str]:
    print("x" * (8 << 20))
    return []


def know(_content: bytes) -> Collection[str]:
    return sorted(os.environ)
