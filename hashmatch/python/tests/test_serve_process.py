"""`hashmatch serve` as a process: it starts and stops cleanly, follows a feed, and forgets a withdrawal in time."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.entries import Entry
from hashmatch.errors import MatcherError, MatcherRefusedError
from hashmatch.hashes import PdqHash, VideoMd5Hash
from hashmatch.repeats import Seen
from hashmatch.serve.client import MatcherClient
from hashmatch.serve.command import serve_command
from hashmatch.serve.follow import Link, follow
from hashmatch.serve.measure import measure_all
from hashmatch.variants import Level
from matcher_service import DEADLINE, ServiceProcess, service_process, wait_until

Make: TypeAlias = Callable[[int], PdqHash]

TOKEN = "a-token-long-enough"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - to see that it is guarded


@pytest.fixture
def bank_file(tmp_path: Path, make_hash: Make) -> Path:
    path = tmp_path / "bank"
    with BankWriter(path) as writer:
        entries = tuple(Entry(make_hash(number), quality=90) for number in range(20))
        writer.apply(Changes(Facts(cursor="c1"), entries))
    return path


@pytest.fixture
def keys_file(tmp_path: Path, exchange: Any) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(exchange.keys_json()))
    return path


def run_to_its_end(*arguments: str | Path) -> tuple[int, str]:
    """The exit code and the errors of a run that must not last."""
    command = [sys.executable, "-m", "hashmatch", "serve", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_service_starts_answers_in_every_form_and_stops(bank_file: Path, make_hash: Make, photo_file: Path) -> None:
    with (
        service_process("--bank", bank_file, "--workers-for-files", "1", "--repeats", "60") as service,
        MatcherClient(service.address) as client,
    ):
        assert "20 hashes" in service.told
        answers = client.match([make_hash(1), make_hash(99), VideoMd5Hash(b"v" * 16)])
        assert [len(one.matches) for one in answers] == [1, 0, 0]
        assert answers[0].matches[0].entry == Bank.open(bank_file).get(make_hash(1))
        rows = np.frombuffer(b"".join(make_hash(number).bytes for number in range(30)), np.uint8).reshape(-1, 32)
        batch = client.match_batch(rows, distance=31, limit=5, with_repeats=True)
        assert answers[0].matches[0].seen == Seen(upload=1, entry=1)
        assert batch.seen is not None
        assert batch.seen.tolist() == [1, 2] + [1] * 18
        assert np.diff(batch.bounds).tolist() == [1] * 20 + [0] * 10
        assert client.match_file(photo_file.read_bytes(), media_type="image/png").matches == ()
        with pytest.raises(MatcherRefusedError, match="not a picture") as refused:
            client.match_file(b"text")
        assert (refused.value.status, refused.value.code) == (422, "unreadable")
        health = client.health()
        assert (health["status"], health["bank"]["entries"]) == ("ok", 20)
        assert service.stop() == 0
        assert service.told.count("\n") == 1
        with pytest.raises(MatcherError, match="cannot be reached"):
            client.health()


def test_a_request_under_way_is_finished_before_the_end(bank_file: Path, make_hash: Make) -> None:
    body = json.dumps({"hashes": make_hash(1).hex}).encode()
    with service_process("--bank", bank_file, "--workers-for-files", "1") as service:
        host, port = service.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=DEADLINE) as connection:
            head = "POST /match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            head += f"Content-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body[:5])
            with MatcherClient(service.address) as client:
                client.health()  # the service has seen what came before this on the other connection
            service.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not is_listening(host, int(port)), what="no new connection is taken")
            connection.sendall(body[5:])
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 200")
        assert make_hash(1).hex.encode() in answer
        assert service.join() == 0


def is_listening(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=DEADLINE):
            return True
    except OSError:
        return False


def test_an_interrupt_is_a_good_end_too(bank_file: Path) -> None:
    with service_process("--bank", bank_file, "--workers-for-files", "1") as service:
        assert service.stop(signal.SIGINT) == 0


def test_what_stands_in_the_way_of_a_start_is_named(bank_file: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, told = run_to_its_end("--bank", bank_file, "--port", port)
        assert (code, f"port {port}: Address already in use" in told, "--port" in told) == (2, True, True)
    torn = tmp_path / "torn"
    torn.write_bytes(bank_file.read_bytes()[:-10_000])
    for bank, says in ((tmp_path / "none", "There is no file"), (torn, "cut short")):
        code, told = run_to_its_end("--bank", bank, "--port", "0")
        assert (code, says in told) == (2, True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--host", EVERYWHERE], "--token-file"),
        (["--host", "::"], "--token-file"),
        (["--token-file", "missing"], "cannot be read"),
        (["--token-file", "short"], "at least 16 characters"),
        (["--sync", "https://a.example"], "--keys"),
        (["--keys", "short"], "--sync"),
        (["--sync", "https://a.example", "--keys", "missing"], "cannot be read"),
        (["--sync", "nonsense", "--keys", "short"], "not a site's address"),
        (["--socket", "short"], "is no socket"),
        (["--distance", "32"], "32 is not in the range"),
    ],
)
def test_wrong_options_are_named(
    bank_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("short")
    result = CliRunner().invoke(serve_command, ["--bank", str(bank_file), *options])
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


def test_a_token_opens_and_a_socket_serves(bank_file: Path, tmp_path: Path) -> None:
    token, place = tmp_path / "token", tmp_path / "s"
    token.write_text(TOKEN + "\n")
    with service_process(
        "--bank", bank_file, "--workers-for-files", "1", "--token-file", token, "--host", EVERYWHERE
    ) as service:
        address = service.address.replace(EVERYWHERE, "127.0.0.1")
        with MatcherClient(address, token=TOKEN) as known, MatcherClient(address) as unknown:
            assert known.match([]) == []
            with pytest.raises(MatcherRefusedError, match="token is missing"):
                unknown.match([])
    with service_process("--bank", bank_file, "--workers-for-files", "1", "--socket", place) as service:
        code, told = run_to_its_end("--bank", bank_file, "--socket", place)
        assert (code, "in use" in told) == (2, True)
        service.process.kill()
    # Over what the first one left when it was killed.
    with service_process("--bank", bank_file, "--workers-for-files", "1", "--socket", place) as service:
        assert place.stat().st_mode & 0o777 == 0o660
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(place))
            connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert service.stop() == 0
    assert not place.exists()


# Following a feed


@pytest.fixture
def followed(exchange: Any, keys_file: Path, tmp_path: Path) -> Iterator[ServiceProcess]:
    options = ("--sync", exchange.url, "--keys", keys_file, "--follow", "0.1", "--workers-for-files", "1")
    with service_process("--bank", tmp_path / "bank", *options) as service:
        yield service


def test_a_withdrawn_hash_does_not_match_when_it_is_confirmed(
    followed: ServiceProcess, exchange: Any, make_hash: Make, tmp_path: Path
) -> None:
    with MatcherClient(followed.address) as client:

        def count(number: int) -> int:
            return len(client.match([make_hash(number)])[0].matches)

        wait_until(lambda: client.health()["ready"], what="the empty feed is drawn")
        for number in range(5):
            exchange.add(make_hash(number))
        wait_until(lambda: [count(number) for number in range(6)] == [1] * 5 + [0], what="what was published matches")
        at_confirmation: list[int] = []
        respond = exchange.respond

        def watch(method: str, where: str, *rest: Any) -> Any:
            if where.endswith("/acknowledgements"):
                with MatcherClient(followed.address) as other:
                    at_confirmation.append(len(other.match([make_hash(2)])[0].matches))
            return respond(method, where, *rest)

        exchange.respond = watch
        exchange.withdraw(make_hash(2))
        wait_until(lambda: at_confirmation, what="the withdrawal is confirmed")
        assert at_confirmation == [0]
        assert [count(number) for number in range(5)] == [1, 1, 0, 1, 1]
        assert make_hash(2).bytes not in (tmp_path / "bank").read_bytes()
        health = client.health()
        assert (health["status"], health["bank"]["complete"], health["sync"]["every_seconds"]) == ("ok", True, 0.1)
    assert followed.stop() == 0


def test_a_withdrawal_that_is_not_taken_in_is_not_confirmed(
    exchange: Any, keys_file: Path, tmp_path: Path, make_hash: Make
) -> None:
    exchange.add(make_hash(1))
    exchange.withdraw(make_hash(2))
    answers, questions = os.pipe(), os.pipe()
    link = Link(answers[0], questions[1])
    child = threading.Thread(
        target=follow,
        args=(exchange.url, keys_file, tmp_path / "bank"),
        kwargs={"every": 0.01, "level": Level.FRAMES, "link": link},
    )
    child.start()
    told: list[dict[str, Any]] = []

    def hear(event: str) -> None:
        while not told or told[-1]["event"] != event:
            told.append(json.loads(next(lines)))

    with os.fdopen(questions[0]) as lines:
        for _ in range(2):
            hear("confirm")
            os.write(answers[1], b"no\n")
            hear("trouble")
            assert "has not taken in" in told[-1]["message"]
            assert exchange.acknowledged == []
        hear("confirm")
        os.write(answers[1], b"go\n")
        hear("result")
        assert exchange.acknowledged == ["c2"]
        os.close(answers[1])  # the service ends
        child.join(DEADLINE)
    assert not child.is_alive()
    os.close(answers[0])
    os.close(questions[1])


def test_the_service_goes_on_matching_while_a_restored_exchange_is_drawn_afresh(
    followed: ServiceProcess, exchange: Any, make_hash: Make
) -> None:
    exchange.page_size = 2
    with MatcherClient(followed.address) as client, MatcherClient(followed.address) as other:

        def counts(asked: MatcherClient) -> list[int]:
            return [len(one.matches) for one in asked.match([make_hash(number) for number in range(8)])]

        wait_until(lambda: client.health()["ready"], what="the empty feed is drawn")
        for number in range(6):
            exchange.add(make_hash(number))
        wait_until(lambda: counts(client) == [1] * 6 + [0, 0], what="what was published matches")
        page, during = exchange.page, []

        def watch(parameters: dict[str, str], headers: dict[str, str]) -> Any:
            if len(during) < 3 and not exchange.is_of_another_history(parameters.get("cursor", "")):
                during.append(counts(other))
            return page(parameters, headers)

        kept = exchange.log[:4]  # the last two are lost with the database
        exchange.log, exchange.epoch, exchange.page = kept, "second-", watch
        exchange.withdraw(make_hash(0))
        exchange.add(make_hash(7))
        wait_until(lambda: counts(client) == [0, 1, 1, 1, 0, 0, 0, 1], what="the feed is drawn afresh")
        assert during == [[1] * 6 + [0, 0]] * 3, "nothing is forgotten before the new sweep is whole"
        wait_until(lambda: "second-c6" in exchange.acknowledged, what="the withdrawal is confirmed")


def test_what_was_drawn_goes_on_matching_while_the_exchange_is_away(
    followed: ServiceProcess, exchange: Any, make_hash: Make, tmp_path: Path, reply: Any
) -> None:
    with MatcherClient(followed.address) as client:
        exchange.add(make_hash(1))
        wait_until(lambda: client.health().get("bank", {}).get("entries") == 1, what="the hash is drawn")
        # The exchange goes away; nothing is lost, and what was drawn goes on matching.
        exchange.faults = [reply(503)] * 2 + [
            reply(200, b"garbage", {"Leeward-Signature": "keyid=key-1, ed25519=AAAA"})
        ]
        wait_until(lambda: client.health()["status"] == "degraded", what="the trouble is told")
        assert len(client.match([make_hash(1)])[0].matches) == 1
        wait_until(lambda: client.health()["status"] == "ok", what="it passes")
        exchange.acknowledged.clear()
        exchange.withdraw(make_hash(1))
        wait_until(lambda: exchange.acknowledged, what="the withdrawal is confirmed")
        assert client.match([make_hash(1)])[0].matches == ()


def test_the_child_that_follows_is_started_again_and_ends_with_the_service(
    followed: ServiceProcess, exchange: Any, make_hash: Make
) -> None:
    with MatcherClient(followed.address) as client:
        wait_until(lambda: client.health()["ready"], what="the empty feed is drawn")
        first = child_that_follows(followed.process.pid)
        os.kill(first, signal.SIGKILL)
        exchange.add(make_hash(1))
        wait_until(lambda: len(client.match([make_hash(1)])[0].matches) == 1, what="another child draws")
        second = child_that_follows(followed.process.pid)
        assert second != first
    followed.process.kill()
    followed.join()
    wait_until(lambda: not Path(f"/proc/{second}/cmdline").exists() or not read_command(second), what="the child ends")


def child_that_follows(parent: int) -> int:
    def find() -> list[int]:
        listed = [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
        threads = [path / "children" for path in Path(f"/proc/{parent}/task").iterdir()]
        listed = [int(one) for path in threads if path.exists() for one in path.read_text().split()]
        return [one for one in listed if b"hashmatch.serve.follow" in read_command(one)]

    return int(wait_until(find, what="a child follows the feed")[0])


def read_command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_refused_key_is_told_and_nothing_is_answered_from_half_a_bank(
    exchange: Any, keys_file: Path, tmp_path: Path, make_hash: Make
) -> None:
    exchange.add(make_hash(1))
    keys_file.write_text(json.dumps(exchange.keys_json(fetch_key="wrong")))
    options = ("--sync", exchange.url, "--keys", keys_file, "--follow", "0.1", "--workers-for-files", "1")
    with service_process("--bank", tmp_path / "bank", *options) as service, MatcherClient(service.address) as client:
        health = wait_until(
            lambda: client.health() if client.health()["problems"] else None, what="the refusal is told"
        )
        assert (health["status"], health["ready"]) == ("starting", False)
        assert "This key is not known" in health["problems"][0]
        with pytest.raises(MatcherRefusedError) as refused:
            client.match([make_hash(1)])
        assert (refused.value.status, refused.value.code) == (503, "starting")
        assert service.stop() == 0
        assert "wrong" not in service.told.replace("wrong key", "")


def test_questions_from_many_threads_are_answered_while_the_feed_is_drawn(
    followed: ServiceProcess, exchange: Any, make_hash: Make
) -> None:
    exchange.add(make_hash(0))
    with MatcherClient(followed.address) as client:
        wait_until(lambda: client.health().get("bank", {}).get("entries") == 1, what="the first hash is drawn")
    rows = np.frombuffer(make_hash(0).bytes * 300, np.uint8).reshape(-1, 32)
    counts: list[int] = []

    def ask() -> None:
        with MatcherClient(followed.address) as mine:
            for _ in range(20):
                counts.append(len(mine.match_batch(rows).distances))
                counts.append(300 * len(mine.match([make_hash(0)])[0].matches))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 40):
        exchange.add(make_hash(number))
        if number % 4 == 0:
            exchange.withdraw(make_hash(number - 1))
    for thread in threads:
        thread.join(DEADLINE)
    assert counts == [300] * 120


def test_the_share_of_the_library_that_is_left_can_be_measured() -> None:
    figures = measure_all(3000, batch=40, rounds=3)
    assert figures.library > 0
    assert figures.bank > 0
    assert figures.share == figures.service / figures.library
