"""Work on a stranger's file in a process of its own, which has little memory and time, opens no file, knows no secret.

A file may be made to lead its reader astray. Then that process dies or does what it should not, and nothing else does:
what it tells is read as JSON, and whoever called looks whether it has the shape that was expected.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from leeward.foundation.turns import set_aside

SECONDS_MOST = 30
MEMORY_MOST = 1 << 30  # bytes of address space
_one = threading.Lock()


def tell_apart(module: str, sent: bytes, *, about: str = "", most: int, seconds: float = SECONDS_MOST) -> Any:
    """Return what `module` tells of these bytes in a process of its own; None where that dies or tells too much.

    The module calls `answer_apart` when it is run. `about` is handed to it; `most` is how many bytes it may tell.
    """
    command = (sys.executable, "-m", module, about)
    # Nothing of ours: the environment holds the installation's secrets.
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    told, pipe = b"", subprocess.PIPE
    with (
        set_aside(),
        _one,
        contextlib.suppress(BrokenPipeError),
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as process,  # noqa: S603  # this interpreter
    ):
        assert process.stdin is not None  # noqa: S101  # narrows the types
        assert process.stdout is not None  # noqa: S101
        clock = threading.Timer(seconds, process.kill)
        clock.start()
        try:
            process.stdin.write(sent)
            process.stdin.close()
            told = process.stdout.read(most + 1)
        finally:
            clock.cancel()
            process.kill()
    try:
        return json.loads(told)
    except ValueError:
        return None


def answer_apart(answer: Callable[[bytes], object], *, warm: Callable[[], object]) -> None:
    """Tell what `answer` says of the bytes that come in. `warm` loads what it needs before nothing can be opened."""
    sent = sys.stdin.buffer.read()
    limit(AS=MEMORY_MOST, CPU=SECONDS_MOST, FSIZE=0, CORE=0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # what writes a file is told so
    warm()
    limit(NOFILE=0)  # so that it can open nothing: no file of ours, no connection
    sys.stdout.write(json.dumps(answer(sent)))


def limit(**limits: int) -> None:
    """Let this process have no more of these from now on (getrlimit(2))."""
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
