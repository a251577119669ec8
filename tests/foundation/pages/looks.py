"""What a stranger's file could make of a decoder: looks that die, hang, eat, write, read, call or tell too much."""

import os
import socket
import time
from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path

LEFT = Path(__file__).with_name("left-behind")
SMALL = 40_000  # bytes; the process looks at small pictures of its own first

type Look = Callable[[bytes], Collection[str]]


def astray(look: Look) -> Look:
    @wraps(look)
    def only_by_a_stranger(content: bytes) -> Collection[str]:
        return look(content) if len(content) > SMALL else []

    return only_by_a_stranger


@astray
def die(_content: bytes) -> Collection[str]:
    os.abort()


@astray
def hang(_content: bytes) -> Collection[str]:
    time.sleep(60)
    return []


@astray
def eat(_content: bytes) -> Collection[str]:
    return [str(len(bytearray(1 << 30)))]


@astray
def write(_content: bytes) -> Collection[str]:
    LEFT.write_bytes(b"x")
    return []


@astray
def read(_content: bytes) -> Collection[str]:
    return [Path("/proc/self/environ").read_text(encoding="utf-8")]


@astray
def call(_content: bytes) -> Collection[str]:
    socket.socket(socket.AF_UNIX)
    return []


@astray
def tell_much(_content: bytes) -> Collection[str]:
    print("x" * (8 << 20))
    return []


def know(_content: bytes) -> Collection[str]:
    return sorted(os.environ)
