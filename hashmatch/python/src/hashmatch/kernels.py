"""Compiled kernels that nobody waits for: a module of them is imported, and so compiled, in a thread of its own.

Until a module is ready, or where `numba` is not installed, callers use the NumPy form of the same arithmetic. Compiled
code is kept on disk by numba, so the first start on a machine takes seconds and every later one a part of a second.
Set HASHMATCH_KERNELS=off to do without.
"""

import importlib
import logging
import os
import threading
from types import ModuleType

LOG = logging.getLogger(__name__)
SWITCH = "HASHMATCH_KERNELS"


class KernelModule:
    """One module of kernels, by its full name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.module: ModuleType | None = None  # for hot loops that cannot pay for a call; None until it is ready
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        ALL_MODULES.append(self)

    def start(self) -> ModuleType | None:
        """The module if it is ready; if not, see to it that it is being made, and return None at once."""
        if self.module is None and self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._make, name=f"make {self.name}", daemon=True)
                    self._thread.start()
        return self.module

    def wait(self) -> ModuleType | None:
        """The module, made first if need be; None where it cannot be made."""
        self.start()
        self._done.wait()
        return self.module

    def settle(self) -> None:
        """Return once no thread is at work here: a fork in the middle of it would leave locks held for ever."""
        if self._thread is not None:
            self._done.wait()

    def _make(self) -> None:
        try:
            if os.environ.get(SWITCH, "") != "off":
                self.module = importlib.import_module(self.name)
        except ImportError as error:
            LOG.warning("Compiled kernels are not to be had (%s); the slower NumPy form answers instead.", error)
        finally:
            self._done.set()


ALL_MODULES: list[KernelModule] = []


def warm_up(*, wait: bool) -> bool:
    """Start making all kernels; with `wait`, return when that is over. Whether all are ready."""
    for module in ALL_MODULES:
        module.start()
    if wait:
        for module in ALL_MODULES:
            module.wait()
    return are_ready()


def are_ready() -> bool:
    """Whether compiled kernels answer everywhere."""
    return all(module.module is not None for module in ALL_MODULES)


def settle_all() -> None:
    """Before a fork: let what is being made be finished."""
    for module in ALL_MODULES:
        module.settle()


os.register_at_fork(before=settle_all)
