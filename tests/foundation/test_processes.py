"""Processes that belong together: what falls is started again, and all end together."""

import os
import select
import signal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from leeward.config.management.commands import workers
from leeward.foundation import processes
from leeward.foundation.processes import Part, Processes, VitalEnded
from leeward.foundation.rounds import Worker


def shell(word: str, script: str, **about: bool) -> Part:
    return Part(word=word, command=("sh", "-c", script), **about)


def ended(running: Processes, part: Part) -> None:
    running._running[part].wait()


def test_what_falls_is_started_again_at_once_and_then_after_longer_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: clock[0])
    part = shell("falls", "echo again; exit 3")
    running = Processes(environment=os.environ, logs=tmp_path / "logs")
    running.start(part)
    seen = []
    for second in range(12):
        clock[0] = 1_000.0 + second
        if part in running._running:
            seen.append(second)
            ended(running, part)
        running.mend()
    assert seen == [0, 1, 3, 7]
    assert (tmp_path / "logs" / "falls.log").read_text() == "again\n" * 4
    clock[0] += 1_000
    running.mend()  # started once more, and it works for a while
    clock[0] += 1_000
    ended(running, part)
    assert running.mend() == (part,)
    assert part in running._running  # at once
    running.stop()


def test_what_ends_with_its_work_done_is_left_and_what_is_vital_ends_all(tmp_path: Path) -> None:
    done, vital = shell("done", "exit 0", ends=True), shell("web", "exit 2", vital=True)
    running = Processes(environment=os.environ, logs=tmp_path)
    running.start(done)
    ended(running, done)
    assert running.mend() == ()
    assert done not in running._running
    running.start(vital)
    ended(running, vital)
    with pytest.raises(VitalEnded, match="The web process ended with code 2"):
        running.mend()


def test_all_end_together_with_what_they_started(tmp_path: Path) -> None:
    part = shell("stays", "sleep 600 & echo $!; wait")
    running = Processes(environment=os.environ, folder=tmp_path, logs=tmp_path)
    running.start(part)
    process = running._running[part]
    while not (said := (tmp_path / "stays.log").read_text()):
        assert process.poll() is None
    started = os.pidfd_open(int(said))
    running.stop()
    assert process.returncode == -signal.SIGTERM
    assert select.select([started], [], [], 20)[0] == [started]  # it is over
    os.close(started)


def test_the_command_starts_every_worker_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Part] = []

    class Recorded(Processes):
        def start(self, part: Part) -> None:
            started.append(part)

    monkeypatch.setattr(workers, "Processes", Recorded)
    monkeypatch.setattr(workers, "stops_when_told", lambda stopped: stopped.set())
    workers.Command().handle()
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("leeward.")}
    every: dict[str, Any] = {name: load_command_class(str(app), name) for name, app in ours.items()}
    assert {part.word for part in started} == {name for name, command in every.items() if isinstance(command, Worker)}
    assert all(part.command[1:] == (part.word,) and Path(part.command[0]).name == "leeward" for part in started)
