"""The command keeps its promises: fixed names, a line a file, nothing stops the batch, exit codes that tell."""

import contextlib
import functools
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.cli import main, show_progress
from hashmatch.digests import digest_file
from hashmatch.entries import Entry, Tier
from hashmatch.hashes import Md5Hash, PdqHash, Sha256Hash, VideoMd5Hash
from hashmatch.pdq import hash_family, hash_pixels
from PIL import Image


@dataclass(frozen=True)
class Finished:
    """How a run of the command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


Run: TypeAlias = Callable[..., Finished]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process: another takes most of its time to import what this one has."""

    def start(*arguments: str | Path, stdin: str = "") -> Finished:
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(main, [str(one) for one in arguments], input=stdin, catch_exceptions=False)
        return Finished(done.exit_code, done.stdout, done.stderr)

    return start


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Runs the command as somebody who types it does."""

    def start(*arguments: str | Path) -> Finished:
        command = [sys.executable, "-m", "hashmatch", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        return Finished(done.returncode, done.stdout, done.stderr)

    return start


def lines(finished: Finished) -> list[dict[str, Any]]:
    assert "Traceback" not in finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path, photo: np.ndarray) -> Path:
    """A photo, a video, and every kind of broken file."""
    root = tmp_path / "files"
    (root / "inner").mkdir(parents=True)
    Image.fromarray(photo).save(root / "photo.png")
    Image.fromarray(photo).save(root / "inner" / "photo.jpg", quality=80)
    whole = (root / "photo.png").read_bytes()
    (root / "cut.png").write_bytes(whole[: len(whole) // 2])
    Image.fromarray(photo).save(root / "torn.tiff")
    (root / "torn.tiff").write_bytes((root / "torn.tiff").read_bytes()[:9000])
    (root / "empty.jpg").write_bytes(b"")
    (root / "text.jpg").write_text("not a picture")
    (root / "clip.mp4").write_bytes(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2" + b"frames")
    return root


@pytest.fixture
def keys_file(tmp_path: Path, exchange: Any) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(exchange.keys_json()))
    return path


def make_bank(path: Path, *entries: Entry) -> Path:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(), entries))
    return path


@pytest.mark.parametrize("command", [[], ["hash"], ["list"], ["match"], ["sync"], ["feedback"]])
def test_help_is_there(run: Run, command: list[str]) -> None:
    finished = run(*command, "--help")
    assert finished.returncode == 0
    assert finished.stdout.startswith("Usage: ")


def test_hash_describes_every_file_and_does_not_stop_at_broken_ones(
    run_process: Run, folder: Path, photo: np.ndarray
) -> None:
    finished = run_process("hash", folder)
    assert finished.returncode == 1
    assert "3 of 7 files failed" in finished.stderr
    by_name = {Path(line["file"]).name: line for line in lines(finished)}
    assert list(by_name) == ["clip.mp4", "cut.png", "empty.jpg", "photo.png", "text.jpg", "torn.tiff", "photo.jpg"]
    expected, digests = hash_pixels(photo), digest_file(folder / "photo.png")
    assert by_name["photo.png"] == {
        "file": str(folder / "photo.png"),
        "pdq": expected.hash.hex,
        "quality": expected.quality,
        "md5": digests.md5.hex,
        "sha256": digests.sha256.hex,
    }
    assert by_name["clip.mp4"]["pdq"] is None
    assert by_name["clip.mp4"]["md5"] == digest_file(folder / "clip.mp4").md5.hex
    assert "cut short" in by_name["cut.png"]["note"]
    for name, complaint in (("torn.tiff", "cut short"), ("empty.jpg", "empty"), ("text.jpg", "not a picture")):
        assert set(by_name[name]) == {"file", "error"}
        assert complaint in by_name[name]["error"]


def test_hash_with_its_family(run: Run, folder: Path, photo: np.ndarray) -> None:
    finished = run("hash", "--family", folder / "photo.png")
    assert finished.returncode == 0
    (line,) = lines(finished)
    assert line["family"] == [[one.variant, one.hash.hex, one.quality] for one in hash_family(photo)]


def test_lists_hold_hashes_alone_each_once_and_only_of_pictures_and_videos(
    run: Run, folder: Path, tmp_path: Path, photo: np.ndarray
) -> None:
    Image.new("RGB", (300, 300), "white").save(folder / "white.png")
    (folder / "same.png").write_bytes((folder / "photo.png").read_bytes())
    finished = run("list", "--to", "lists", "--workers", "1", folder)
    assert finished.returncode == 1
    assert finished.stdout.splitlines() == ["lists/hashes-1.csv"]
    assert "too plain: 1." in finished.stderr
    assert "3 of 9 files failed" in finished.stderr
    text = (tmp_path / "lists" / "hashes-1.csv").read_text()
    head, *rows = [line.split(",") for line in text.splitlines()]
    assert head == ["hash_type", "hash", "variant", "quality"]
    assert len({tuple(row[:2]) for row in rows}) == len(rows)
    expected, digests = hash_pixels(photo), digest_file(folder / "photo.png")
    assert rows.count(["pdq", expected.hash.hex, "upright", str(expected.quality)]) == 1
    assert ["sha256", digests.sha256.hex, "upright", ""] in rows
    assert ["video_md5", digest_file(folder / "clip.mp4").md5.hex, "upright", ""] in rows
    assert digest_file(folder / "text.jpg").sha256.hex not in text
    assert "photo" not in text
    again = run("list", "--to", "lists", folder)
    assert (again.returncode, "is not empty" in again.stderr) == (2, True)
    assert (tmp_path / "lists" / "hashes-1.csv").read_text() == text


def test_lists_are_cut_and_hold_the_family(run: Run, folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("hashmatch.listing.LINES_MOST", 10)
    finished = run("list", "--family", "--to", "lists", folder / "photo.png")
    assert finished.returncode == 0
    parts = [(tmp_path / name).read_text().splitlines()[1:] for name in finished.stdout.splitlines()]
    assert [len(each) for each in parts][:-1] == [10] * (len(parts) - 1)
    variants = {line.split(",")[2] for part in parts for line in part}
    assert {"upright", "rot90", "crop10"} <= variants


def test_hash_of_a_missing_file_is_a_line_with_its_error(run: Run) -> None:
    finished = run("hash", "absent.png")
    assert finished.returncode == 1
    (line,) = lines(finished)
    assert line["file"] == "absent.png"
    assert "No such file" in line["error"]


def test_names_that_are_no_text_are_hashed(run_process: Run, tmp_path: Path, folder: Path) -> None:
    path = os.fsencode(tmp_path) + b"/odd-\xff-name.png"
    with open(path, "wb") as stream:  # noqa: PTH123 - a name that is not UTF-8
        stream.write((folder / "photo.png").read_bytes())
    finished = run_process("hash", Path(os.fsdecode(path)))
    assert finished.returncode == 0
    assert os.fsencode(lines(finished)[0]["file"]) == path


def test_hash_resumes_after_a_torn_line(run: Run, folder: Path, tmp_path: Path) -> None:
    whole = run("hash", folder).stdout
    output = tmp_path / "out.jsonl"
    first, second = whole.splitlines(keepends=True)[:2]
    output.write_text(first + second[:20])
    finished = run("hash", "--resume", output, folder)
    assert finished.stdout == ""
    assert output.read_text() == whole
    again = run("hash", "--resume", output, folder)
    assert again.returncode == 0
    assert output.read_text() == whole
    output.write_text("something else\n")
    refused = run("hash", "--resume", output, folder)
    assert refused.returncode == 2
    assert "something else than lines" in refused.stderr
    assert output.read_text() == "something else\n"


def test_match_finds_pictures_videos_and_exact_copies(
    run: Run, folder: Path, tmp_path: Path, photo: np.ndarray
) -> None:
    pdq = hash_pixels(photo).hash
    near = PdqHash((int(pdq.hex, 16) ^ 0b111).to_bytes(32, "big"))
    video = VideoMd5Hash(digest_file(folder / "clip.mp4").md5.bytes)
    broken = Md5Hash(digest_file(folder / "text.jpg").md5.bytes)
    bank = make_bank(
        tmp_path / "bank",
        Entry(near, tier=Tier.VERIFIED, quality=95, family="f"),
        Entry(video),
        Entry(broken),
        Entry(Sha256Hash(digest_file(folder / "photo.png").sha256.bytes)),
    )
    finished = run("match", "--bank", bank, folder)
    by_name = {Path(line["file"]).name: line for line in lines(finished)}
    matches = by_name["photo.png"]["matches"]
    assert [(one["hash_type"], one["distance"]) for one in matches] == [("sha256", 0), ("pdq", 3)]
    assert matches[1] == {
        "hash": near.hex,
        "distance": 3,
        "needs_person": False,
        "hash_type": "pdq",
        "variant": "upright",
        "quality": 95,
        "tier": "verified",
        "family": "f",
    }
    assert [one["hash"] for one in by_name["photo.jpg"]["matches"]] == [near.hex]
    assert [(one["hash"], one["distance"]) for one in by_name["clip.mp4"]["matches"]] == [(video.hex, 0)]
    assert [one["hash"] for one in by_name["text.jpg"]["matches"]] == [broken.hex]
    assert by_name["text.jpg"]["compared"] is False
    assert "not a picture" in by_name["text.jpg"]["reason"]
    assert by_name["photo.png"]["compared"] is True
    assert set(by_name["torn.tiff"]) == set(by_name["empty.jpg"]) == {"file", "error"}
    assert (by_name["cut.png"]["compared"], "cut short" in by_name["cut.png"]["note"]) == (True, True)
    assert finished.returncode == 1


def test_match_says_so_where_nothing_matches(run: Run, folder: Path, tmp_path: Path, make_hash: Any) -> None:
    bank = make_bank(tmp_path / "bank", Entry(make_hash(1)))
    finished = run("match", "--bank", bank, folder / "photo.png", folder / "clip.mp4")
    assert finished.returncode == 0
    photo, clip = lines(finished)
    assert photo == {"file": str(folder / "photo.png"), "matches": [], "compared": True}
    assert (clip["matches"], clip["compared"]) == ([], False)
    assert clip["reason"] == clip["video_error"]


def test_match_keeps_to_the_distance(run: Run, folder: Path, tmp_path: Path, photo: np.ndarray) -> None:
    pdq = hash_pixels(photo).hash
    bank = make_bank(tmp_path / "bank", Entry(PdqHash((int(pdq.hex, 16) ^ (2**31 - 1)).to_bytes(32, "big"))))
    found = [
        lines(run("match", "--bank", bank, *option, folder / "photo.png"))[0]["matches"]
        for option in ([], ["--distance", "30"], ["--distance", "200"])
    ]
    assert [[one["distance"] for one in matches] for matches in found] == [[31], [], [31]]
    refused = run("match", "--bank", bank, "--distance", "257", folder / "photo.png")
    assert refused.returncode == 2


def test_a_picture_too_plain_is_not_matched_by_pdq(run: Run, tmp_path: Path) -> None:
    grey = np.tile(np.linspace(100, 140, 200).astype(np.uint8), (150, 1))
    path = tmp_path / "plain.png"
    Image.fromarray(grey).save(path)
    qualified = hash_pixels(np.repeat(grey[:, :, None], 3, axis=2))
    assert qualified.quality < 50
    bank = make_bank(tmp_path / "bank", Entry(qualified.hash, quality=100))
    (line,) = lines(run("match", "--bank", bank, path))
    assert (line["matches"], line["compared"]) == ([], False)
    assert f"its quality is {qualified.quality}" in line["reason"]


def test_a_bank_that_cannot_be_used_ends_the_command(run_process: Run, folder: Path, tmp_path: Path) -> None:
    for content, complaint in ((None, "There is no file"), (b"hello", "not a file of hashmatch")):
        path = tmp_path / "bank"
        if content is not None:
            path.write_bytes(content)
        finished = run_process("match", "--bank", path, folder)
        assert finished.returncode == 2
        assert complaint in finished.stderr
        assert lines(finished) == []


def test_sync_draws_and_match_finds_until_it_is_withdrawn(
    run: Run, exchange: Any, keys_file: Path, folder: Path, tmp_path: Path, photo: np.ndarray
) -> None:
    bank = tmp_path / "bank"
    pdq = hash_pixels(photo).hash
    exchange.add(pdq, quality=100)
    finished = run("sync", "--url", exchange.url, "--keys", keys_file, "--bank", bank)
    assert finished.returncode == 0
    assert lines(finished) == [
        {"entries": 1, "added": 1, "updated": 0, "removed": 0, "skipped": 0, "open_withdrawals": 0}
    ]
    (line,) = lines(run("match", "--bank", bank, folder / "photo.png"))
    assert [(one["hash"], one["distance"]) for one in line["matches"]] == [(pdq.hex, 0)]
    exchange.withdraw(pdq)
    finished = run("sync", "--url", exchange.url, "--keys", keys_file, "--bank", bank)
    assert lines(finished)[0]["removed"] == 1
    assert exchange.acknowledged[-1] == "c2"
    (line,) = lines(run("match", "--bank", bank, folder / "photo.png"))
    assert line["matches"] == []


@contextlib.contextmanager
def following(command: list[str | Path]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that would run for ever, killed when the test is done with it, also if it fails."""
    # A suite that runs in the background inherits a deaf ear for Ctrl-C, which Python's children would keep.
    hearing = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hearing) as process:
        try:
            yield process
        finally:
            process.kill()


def test_sync_follows_and_survives_being_killed(exchange: Any, keys_file: Path, tmp_path: Path, make_hash: Any) -> None:
    bank = tmp_path / "bank"
    command = [sys.executable, "-m", "hashmatch", "sync", "--url", exchange.url, "--keys", keys_file, "--bank", bank]
    exchange.page_size = 1

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if bank.exists() and len(Bank.open(bank)) == count:
                return
            time.sleep(0.02)
        pytest.fail(f"the bank never held {count} entries")

    for round_number in range(3):
        exchange.add(make_hash(2 * round_number))
        with following([*command, "--follow", "0.1"]) as process:
            wait_for(2 * round_number + 1)
            exchange.add(make_hash(2 * round_number + 1))
            wait_for(2 * round_number + 2)
            process.kill()
            _, errors = process.communicate(timeout=120)
        assert b"Traceback" not in errors


def test_an_interrupt_ends_following_without_an_error(
    exchange: Any, keys_file: Path, tmp_path: Path, make_hash: Any
) -> None:
    command = [sys.executable, "-m", "hashmatch", "sync", "--url", exchange.url, "--keys", keys_file]
    command += ["--bank", tmp_path / "bank", "--follow", "0.1"]
    exchange.add(make_hash(1))
    with following(command) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["added"] == 1
        exchange.add(make_hash(2))
        assert json.loads(process.stdout.readline())["added"] == 1
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, b"")


def test_sync_errors_end_the_command_with_a_plain_message(
    run: Run, exchange: Any, keys_file: Path, tmp_path: Path, reply: Any
) -> None:
    bank = tmp_path / "bank"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"fetch_key": "wrong"}))
    lacking = tmp_path / "lacking.json"
    lacking.write_text("{}")
    for keys, url, complaint in (
        (wrong, exchange.url, "This key is not known. Use the key of this endpoint."),
        (lacking, exchange.url, "no fetch_key"),
        (tmp_path / "absent.json", exchange.url, "cannot be read"),
        (keys_file, "no-address", "not a site's address"),
    ):
        finished = run("sync", "--url", url, "--keys", keys, "--bank", bank)
        assert finished.returncode == 2
        assert complaint in finished.stderr
        assert "Traceback" not in finished.stderr


def test_an_address_without_encryption_is_warned_of(run: Run, tmp_path: Path) -> None:
    absent = tmp_path / "absent.json"  # so it goes no further than the warning
    finished = run("sync", "--url", "http://exchange.invalid", "--keys", absent, "--bank", tmp_path / "bank")
    assert "no encryption" in finished.stderr


def test_feedback_of_one_hash(run: Run, exchange: Any, keys_file: Path, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    finished = run(
        *("feedback", "--url", exchange.url, "--keys", keys_file, "--hash", make_hash(1).hex.upper()),
        *("--value", "Blocked", "--tag", "one", "--tag", "two"),
    )
    assert finished.returncode == 0
    assert lines(finished) == [{"hash": make_hash(1).hex, "result": "recorded", "message": ""}]
    assert exchange.feedback[0] | {"tags": sorted(exchange.feedback[0]["tags"])} == {
        "hash": make_hash(1).hex,
        "hash_type": "pdq",
        "value": "Blocked",
        "tags": ["one", "two"],
    }


def test_feedback_of_lines_sends_the_good_ones_and_names_the_others(
    run: Run, exchange: Any, keys_file: Path, make_hash: Any
) -> None:
    exchange.add(make_hash(1))
    good = json.dumps({"hash": make_hash(1).hex, "value": "NotBlocked", "hash_type": "pdq", "tags": ["t"]})
    bad = [
        "{",
        "5",
        '{"hash": "ab"}',
        '{"hash": "ab", "value": "None"}',
        json.dumps({"hash": "a" * 64, "value": "Bad"}),
    ]
    bad += [json.dumps({"hash": "a" * 64, "value": "None", "tags": tags}) for tags in ("x", [1])]
    bad += [json.dumps({"hash": "a" * 64, "value": "None", "hash_type": kind}) for kind in (1, "crc")]
    unknown = json.dumps({"hash": make_hash(2).hex, "value": "Blocked"})
    finished = run(
        *("feedback", "--url", exchange.url, "--keys", keys_file), stdin="\n".join([good, "", *bad, unknown])
    )
    assert finished.returncode == 1
    assert [line["result"] for line in lines(finished)] == ["recorded", "unknown_hash"]
    for number in range(3, 3 + len(bad)):
        assert f"line {number}: " in finished.stderr
    assert len(exchange.feedback) == 2


@pytest.mark.parametrize("options", [["--hash", "a" * 64], ["--value", "None"], ["--tag", "t"]])
def test_half_a_feedback_is_a_usage_error(run: Run, exchange: Any, keys_file: Path, options: list[str]) -> None:
    finished = run("feedback", "--url", exchange.url, "--keys", keys_file, *options)
    assert finished.returncode == 2
    assert "both --hash and --value" in finished.stderr


class Terminal(io.StringIO):
    """A stream that a person is looking at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_shown_to_a_person_only(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, shown: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with show_progress("files", 3) as bar:
        bar.update(1)
    assert ("0/3" in stream.getvalue()) == shown
