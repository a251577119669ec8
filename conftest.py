"""What the tests of all packages share: none judges by time, and one Playwright, since a thread can run but one."""

import gc
import os
import signal
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("leeward", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", settings.get_profile("leeward"), max_examples=2_000)
# One day for all processes of a run: what is looked at in turns is chosen by it (tests/depth.py).
os.environ.setdefault("LEEWARD_DAY", datetime.now(UTC).date().isoformat())
DAY = date.fromisoformat(os.environ["LEEWARD_DAY"])
DEEP = os.environ.get("LEEWARD_DEEP") == "1"
settings.load_profile("deep" if DEEP else "leeward")


# A shell that runs tests in the background tells them, and all they start, to ignore Ctrl-C, which some tests press.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str:
    """Say what another run needs to do the same."""
    return f"LEEWARD_DAY={os.environ['LEEWARD_DAY']} LEEWARD_DEEP={int(DEEP)}"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is read stays until the end, so nobody looks through it for what could be thrown away."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(GARBAGE_LEAST)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for `make deep` alone, and what it is another day's turn to do."""
    if left := [] if DEEP else [item for item in items if _is_left_today(item)]:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not _is_left_today(item)]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a test in a real browser that fails run once more, but none that proves that nothing leaves."""
    if item.get_closest_marker("browser") and not item.get_closest_marker("proof"):
        item.add_marker(pytest.mark.flaky(reruns=1))


def _is_left_today(item: pytest.Item) -> bool:
    turn = item.get_closest_marker("turn")
    return item.get_closest_marker("deep") is not None or (
        turn is not None and DAY.toordinal() % turn.kwargs["days"] != turn.args[0]
    )


# So many new objects, ten times what Python takes, before somebody looks through them for what could go.
GARBAGE_LEAST = 20_000
# A fixture that all tests of a file share, such as an installation that is founded or a hasher that is built.
SHARED = ('scope="module"', 'scope="session"')


class Placed(list[str]):
    """Tests of which each one's place is known."""

    def __init__(self, tests: Sequence[str]) -> None:
        super().__init__(tests)
        self._places = {test: place for place, test in enumerate(tests)}

    def index(self, test: str, *_within: object) -> int:  # type: ignore[override]  # nobody asks for a part
        """Return where the test is."""
        return self._places[test]


class TogetherWhereShared(LoadScopeScheduling):
    """Gives each test to the process that is free, but a file whose tests share a fixture of its own to one process.

    Which tests belong together is read in the file, since the process that gives them out collects none of them.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if self._shares(file) else nodeid

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Take what a process has collected, so that a test's place in it is found at once."""
        super().add_node_collection(node, Placed(collection))
        if node in self.registered_collections:
            self.registered_collections[node] = Placed(collection)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Forget what a process has done: otherwise all of it is counted again after each test."""
        super().mark_test_complete(node, item_index, duration)
        work = self.assigned_work[node]
        for scope in [scope for scope, tests in work.items() if all(tests.values())]:
            del work[scope]

    @cache  # noqa: B019  # there is one, and it lives as long as the run
    def _shares(self, file: str) -> bool:
        text = (Path(self.config.rootpath) / file).read_text(encoding="utf-8")
        return any(scope in text for scope in SHARED)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherWhereShared:
    """Give tests out in the order in which they were collected: long ones first."""
    config.option.loadscopereorder = False
    return TogetherWhereShared(config, log)


# How long a page may take to show what is expected of it: as long as a machine busy with other tests needs.
PATIENCE_MILLISECONDS = 30_000


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of real browsers."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def _firefox_kept(of_the_run: Path) -> None:
    """What one Firefox of a run works out when it is started, the others read: a third of a start."""
    os.environ["FIREFOX_KEPT"] = str(of_the_run / "firefox-kept")


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
