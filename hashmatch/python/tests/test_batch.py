"""A batch keeps its order, loses no file to another's decoder, names what broke, and stops and goes on cleanly."""

import functools
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.batch import FileResult, Job, hash_files, run_job
from hashmatch.errors import UnreadableFileError, UnreadableImageError, WorkerLostError
from hashmatch.files import hash_file
from PIL import Image

# Stands in for a decoder with a fault: what happens depends on the name of the file.
FAULTY = """
import os, signal
from hashmatch.files import hash_file

def hash_faulty(path, **options):
    if "abort" in path.name:
        os.abort()
    if "kill" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "exit" in path.name:
        os._exit(0)
    if "fault" in path.name:
        raise ZeroDivisionError("unforeseen")
    return hash_file(path, **options)
"""


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "faulty_decoder.py").write_text(FAULTY)
    monkeypatch.syspath_prepend(folder)
    import faulty_decoder

    monkeypatch.delitem(sys.modules, "faulty_decoder")
    sys.modules["faulty_decoder"] = faulty_decoder
    return Job(hash_one=faulty_decoder.hash_faulty)


@pytest.fixture
def pictures(tmp_path: Path, photo: np.ndarray) -> list[Path]:
    """Twelve different pictures; the first takes longest."""
    paths = [tmp_path / f"{number:02}.png" for number in range(12)]
    for number, path in enumerate(paths):
        Image.fromarray(photo[number:] if number else np.tile(photo, (6, 6, 1))).save(path, compress_level=1)
    return paths


def copy(picture: Path, name: str) -> Path:
    path = picture.with_name(name)
    path.write_bytes(picture.read_bytes())
    return path


def test_results_come_in_the_order_of_the_paths_with_any_number_of_workers(pictures: list[Path]) -> None:
    expected = [FileResult(path, hash_file(path)) for path in pictures]
    for workers in (1, 2, 3):
        seen: list[int] = []
        assert list(hash_files(iter(pictures), workers=workers, on_progress=seen.append)) == expected
        assert seen == list(range(1, 13))
    assert multiprocessing.active_children() == []


def test_options_reach_the_workers(pictures: list[Path], tmp_path: Path, photo: np.ndarray) -> None:
    path = tmp_path / "photo.jpg"
    Image.fromarray(photo).save(path, quality=90)
    results = list(hash_files([path, pictures[1]], workers=2, with_family=True))
    assert [result.hashes for result in results] == [hash_file(one, with_family=True) for one in (path, pictures[1])]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_file_costs_itself_only(pictures: list[Path], tmp_path: Path, workers: int) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    paths = [pictures[1], tmp_path / "absent", text, tmp_path, pictures[2]]
    results = list(hash_files(paths, workers=workers))
    assert [result.path for result in results] == paths
    assert isinstance(results[1].error, UnreadableFileError)
    assert results[2].hashes is not None
    assert isinstance(results[2].hashes.picture_error, UnreadableImageError)
    assert isinstance(results[3].error, UnreadableFileError)
    assert results[4] == FileResult(pictures[2], hash_file(pictures[2]))


def test_a_file_that_kills_its_decoder_costs_itself_only(pictures: list[Path], faulty: Job) -> None:
    bad = [copy(pictures[1], name) for name in ("abort.png", "kill.png", "exit.png")]
    paths = [*pictures[1:4], bad[0], *pictures[4:6], bad[1], bad[2], *pictures[6:9]]
    results = list(run_job(paths, faulty, workers=2))
    assert [result.path for result in results] == paths
    for result in results:
        if result.path in bad:
            assert isinstance(result.error, WorkerLostError)
            assert "crashed" in str(result.error)
        else:
            assert result == FileResult(result.path, hash_file(result.path))
    assert multiprocessing.active_children() == []


def test_an_unforeseen_fault_costs_its_file_only(pictures: list[Path], faulty: Job) -> None:
    bad = copy(pictures[1], "fault.png")
    first, second = run_job([bad, pictures[1]], faulty, workers=2)
    assert "unforeseen" in str(first.error)
    assert second.hashes is not None


def test_a_file_that_hangs_costs_itself_only(pictures: list[Path], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # opening it waits for a writer that never comes
    paths = [pictures[1], pipe, *pictures[2:6]]
    results = list(hash_files(paths, workers=2, seconds=1.5))
    assert [result.path for result in results] == paths
    assert isinstance(results[1].error, WorkerLostError)
    assert "within 2 s" in str(results[1].error)
    assert all(result.hashes is not None for result in results if result.path != pipe)


def test_closing_ends_the_workers_at_once(pictures: list[Path], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    results = hash_files([pictures[1], pipe, pictures[2]], workers=2)
    assert next(results).hashes is not None
    results.close()
    assert multiprocessing.active_children() == []


def test_paths_are_taken_as_they_are_needed(pictures: list[Path]) -> None:
    taken: list[Path] = []

    def walk() -> Any:
        for path in pictures[1:] * 10:
            taken.append(path)
            yield path

    results = hash_files(walk(), workers=2)
    next(results)
    assert len(taken) < 20
    results.close()


def test_an_interrupt_leaves_whole_lines_and_a_later_run_goes_on(pictures: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in pictures[1:]:
        path.rename(folder / path.name)
    os.mkfifo(folder / "05.png.pipe")
    output = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "hashmatch", "hash", "--workers", "2", str(folder)]
    hearing = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hearing, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            before = [process.stdout.readline() for _ in range(5)]  # the next file hangs
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
            rest, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 1
    assert b"Traceback" not in errors
    written = b"".join(before) + rest
    assert written.endswith(b"\n")
    assert [Path(json.loads(line)["file"]).name for line in written.splitlines()] == [
        f"{number:02}.png" for number in range(1, 6)
    ]
    (folder / "05.png.pipe").unlink()
    output.write_bytes(written)
    finished = subprocess.run([*command, "--resume", str(output)], capture_output=True, check=False)
    assert finished.returncode == 0
    names = [Path(json.loads(line)["file"]).name for line in output.read_text().splitlines()]
    assert names == [f"{number:02}.png" for number in range(1, 12)]


def test_the_files_that_failed_are_listed_at_the_end(tmp_path: Path) -> None:
    for number in range(23):
        (tmp_path / f"{number:02}.jpg").write_text("no picture")
    command = [sys.executable, "-m", "hashmatch", "hash", "--workers", "1", str(tmp_path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    head, *listed, last = finished.stderr.splitlines()
    assert head == "hashmatch: 23 of 23 files failed:"
    assert [line.split(":")[0].strip() for line in listed] == [
        json.dumps(str(tmp_path / f"{n:02}.jpg")) for n in range(20)
    ]
    assert "3 more" in last
