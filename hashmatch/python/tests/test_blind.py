"""The blind check: RFC 9497's own vectors, another implementation, what is refused, and what the client believes."""

import base64
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hashmatch.blind import MARK_BITS, OUTPUT_BYTES, blind_input, command, group, inputs_of, mark_of, voprf
from hashmatch.blind.checking import BlindChecker, parse_terms, read_answer
from hashmatch.cli import main
from hashmatch.digests import FileDigests, digest_file
from hashmatch.errors import BlindProofError, BlindValueError, FeedAnswerError, FeedRefusedError, MissingPackageError
from hashmatch.hashes import Md5Hash, Sha256Hash

RFC = json.loads((Path(__file__).parents[2] / "vectors" / "rfc9497_voprf.json").read_text(encoding="utf-8"))
KEY = voprf.derive_key_pair(bytes.fromhex(RFC["seed"]), bytes.fromhex(RFC["key_info"]))
# The field's modulus and one more: as numbers they are 0 and 1, but not so written.
NOT_CANONICAL = [(2**255 - 19).to_bytes(32, "little"), (2**255 - 18).to_bytes(32, "little"), b"\xff" * 32]


def texts(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in values]


def test_the_key_pair_is_the_rfcs() -> None:
    assert (KEY.secret.hex(), KEY.public.hex()) == (RFC["secret_key"], RFC["public_key"])


@pytest.mark.parametrize("vector", RFC["vectors"], ids=["one", "another", "batch"])
def test_both_sides_hold_the_vectors_of_the_rfc(vector: dict[str, Any]) -> None:
    inputs, blinds = texts(vector["inputs"]), texts(vector["blinds"])
    blinded = [voprf.blind_text(text, blind=blind) for text, blind in zip(inputs, blinds, strict=True)]
    assert [one.element for one in blinded] == texts(vector["elements"])
    evaluated, proof = voprf.evaluate_batch(
        KEY, [one.element for one in blinded], random_scalar=bytes.fromhex(vector["proof_random_scalar"])
    )
    assert evaluated == texts(vector["evaluated"])
    assert proof.hex() == vector["proof"]
    assert voprf.finalize_batch(blinded, evaluated, proof, public_key=KEY.public) == texts(vector["outputs"])
    assert [voprf.evaluate_text(KEY, text) for text in inputs] == texts(vector["outputs"])


def test_it_agrees_with_another_implementation_in_both_directions() -> None:
    other = pytest.importorskip("voprf").ristretto
    server = other.Evaluator.from_seed(bytes.fromhex(RFC["seed"]), bytes.fromhex(RFC["key_info"]))
    inputs = [f"input {number}".encode() for number in range(5)]
    mine = [voprf.blind_text(text) for text in inputs]
    batch = server.evaluate_batch([other.BlindedInput.deserialize(one.element) for one in mine]).serialize()
    proof, elements = batch[: voprf.PROOF_BYTES], batch[voprf.PROOF_BYTES :]  # as it orders them
    evaluated = [elements[place : place + 32] for place in range(0, len(elements), 32)]
    outputs = voprf.finalize_batch(mine, evaluated, proof, public_key=KEY.public)
    assert outputs == [server.evaluate_known_input(text) for text in inputs]

    theirs = [other.Client.blind(text) for text in inputs]
    evaluated, proof = voprf.evaluate_batch(KEY, [element.serialize() for _, element in theirs])
    answer = other.VerifiableBatchOutput.deserialize(proof + b"".join(evaluated))
    assert other.Client.finalize_batch([one for one, _ in theirs], answer, server.public_key) == outputs


def test_an_element_is_another_each_time_and_secrets_are_not_shown() -> None:
    one, again = voprf.blind_text(b"a"), voprf.blind_text(b"a")
    assert one.element != again.element
    assert one.blind.hex() not in repr(one)
    assert KEY.secret.hex() not in repr(KEY)


@pytest.mark.parametrize("point", [*NOT_CANONICAL, bytes(32), b"\1" * 31, b"\1" * 33, b""])
def test_what_is_no_point_is_refused(point: bytes) -> None:
    with pytest.raises(BlindValueError):
        group.check_point(point)
    with pytest.raises(BlindValueError):
        voprf.evaluate_batch(KEY, [point])


def test_a_second_text_of_a_point_is_refused() -> None:
    point = group.multiply_base(group.random_scalar())
    assert group.check_point(point) == point
    with pytest.raises(BlindValueError, match="canonical"):
        group.check_point(point[:-1] + bytes([point[-1] | 128]))


def test_wrong_sizes_never_reach_the_library() -> None:
    good = voprf.blind_text(b"a").element
    for call in (
        lambda: group.multiply(b"\1" * 31, good),
        lambda: group.multiply(b"\1" * 32, good[:-1]),
        lambda: group.add(good, b""),
        lambda: group.from_uniform(b"\1" * 63),
        lambda: group.reduce_wide(b"\1" * 32),
        lambda: voprf.derive_key_pair(b"\1" * 31, b""),
        lambda: voprf.evaluate_batch(KEY, []),
        lambda: voprf.blind_text(b"a" * 2**16),
    ):
        with pytest.raises(BlindValueError):
            call()


def test_an_answer_that_the_key_did_not_make_is_not_believed() -> None:
    blinded = [voprf.blind_text(b"a"), voprf.blind_text(b"b")]
    elements = [one.element for one in blinded]
    evaluated, proof = voprf.evaluate_batch(KEY, elements)
    other = voprf.derive_key_pair(bytes(32), b"another")
    wrong_scalar = proof[:32] + group.ORDER.to_bytes(32, "little")
    for points, shown, public in (
        (evaluated[::-1], proof, KEY.public),
        ([evaluated[0], elements[1]], proof, KEY.public),
        (evaluated[:1], proof, KEY.public),
        ([evaluated[0], bytes(32)], proof, KEY.public),
        ([evaluated[0], NOT_CANONICAL[0]], proof, KEY.public),
        (evaluated, bytes([proof[0] ^ 1]) + proof[1:], KEY.public),
        (evaluated, proof[:-1], KEY.public),
        (evaluated, bytes(64), KEY.public),
        (evaluated, wrong_scalar, KEY.public),
        (evaluated, proof, other.public),
        (*voprf.evaluate_batch(other, elements), KEY.public),
    ):
        with pytest.raises(BlindProofError):
            voprf.finalize_batch(blinded, points, shown, public_key=public)


def test_pictures_and_videos_are_asked_for_alike_and_kinds_do_not_mix() -> None:
    digest = b"\1" * 16
    assert blind_input("md5", digest) == blind_input("video_md5", digest) == b"md5:" + digest
    assert blind_input("sha256", b"\1" * 32) == b"sha256:" + b"\1" * 32
    files = FileDigests(Md5Hash(digest), Sha256Hash(b"\1" * 32))
    assert inputs_of(files) == (b"sha256:" + b"\1" * 32, b"md5:" + digest)
    assert all(0 <= mark_of(text) < 1 << MARK_BITS for text in inputs_of(files))


class Exchange:
    """The exchange's side, in memory: what it knows, and which errors it answers first."""

    def __init__(self, *known: bytes, refuses: tuple[str, ...] = (), most: int = 250) -> None:
        self.outputs = [(mark_of(text), voprf.evaluate_text(KEY, text)[:OUTPUT_BYTES]) for text in known]
        self.refuses, self.most, self.calls = list(refuses), most, list[dict[str, Any]]()
        self.bits = 2
        self.told = list[str]()

    def fetch_blind_terms(self) -> Any:
        public = base64.b64encode(KEY.public).decode()
        return {"epoch": "e", "public_key": public, "prefix_bits": self.bits, "elements_most": self.most}

    def send_blind(self, body: dict[str, Any]) -> Any:
        self.calls.append(body)
        if self.refuses:
            raise FeedRefusedError("refused", status=410, code=self.refuses.pop(0))
        evaluated, proof = voprf.evaluate_batch(KEY, [base64.b64decode(item["element"]) for item in body["items"]])
        buckets = []
        for prefix in {item["prefix"] for item in body["items"]}:
            inside = sorted(one for mark, one in self.outputs if mark >> (MARK_BITS - self.bits) == prefix)
            buckets.append({"prefix": prefix, "outputs": base64.b64encode(b"".join(inside)).decode()})
        encoded = [base64.b64encode(one).decode() for one in evaluated]
        return {"epoch": "e", "evaluated": encoded, "proof": base64.b64encode(proof).decode(), "buckets": buckets}

    def send_feedback(self, items: Any) -> Any:
        self.told += [f"{item.hash.TYPE_NAME} {item.value}" for item in items]
        return iter(())

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None: ...


def digests(name: str) -> FileDigests:
    return FileDigests(Md5Hash(name.encode().ljust(16)), Sha256Hash(name.encode().ljust(32)))


def check(exchange: Exchange, *names: str) -> list[tuple[bool, bool]]:
    found = BlindChecker(exchange).check([digests(name) for name in names])  # type: ignore[arg-type]
    return [(one.sha256, one.md5) for one in found]


def test_the_client_learns_which_files_are_known_and_by_what() -> None:
    exchange = Exchange(inputs_of(digests("a"))[0], inputs_of(digests("c"))[1], most=3)
    assert check(exchange, "a", "b", "c", "a") == [(True, False), (False, False), (False, True), (True, False)]
    assert [len(call["items"]) for call in exchange.calls] == [3, 3, 2]
    assert set(exchange.calls[0]) == {"epoch", "prefix_bits", "items"}
    assert all(set(item) == {"prefix", "element"} and item["prefix"] < 4 for item in exchange.calls[0]["items"])
    assert check(Exchange(), "a") == [(False, False)]


def test_the_client_blinds_anew_when_the_epoch_has_ended_and_gives_up_in_the_end() -> None:
    exchange = Exchange(inputs_of(digests("a"))[0], refuses=("old_epoch", "repeated"))
    assert check(exchange, "a") == [(True, False)]
    sent = [item["element"] for call in exchange.calls for item in call["items"]]
    assert len(sent) == len(set(sent)) == 6
    with pytest.raises(FeedRefusedError):
        check(Exchange(refuses=("old_epoch",) * 3), "a")
    with pytest.raises(FeedRefusedError):
        check(Exchange(refuses=("suspended",)), "a")


def test_an_answer_that_is_not_as_the_contract_says_is_not_used() -> None:
    terms = parse_terms(Exchange().fetch_blind_terms())
    for wrong in ({}, [], {"evaluated": ["!"], "proof": "", "buckets": []}, {"evaluated": 3}):
        with pytest.raises(FeedAnswerError):
            read_answer(wrong, [], terms)
    good = Exchange().fetch_blind_terms()
    for change in ({"prefix_bits": 17}, {"prefix_bits": "2"}, {"elements_most": 0}, {"public_key": "%"}):
        with pytest.raises(FeedAnswerError):
            parse_terms(good | change)

    class LeavesOut(Exchange):
        def send_blind(self, body: dict[str, Any]) -> Any:
            return super().send_blind(body) | {"buckets": []}

    with pytest.raises(FeedAnswerError):
        check(LeavesOut(), "a")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Exchange]:
    """A folder with a known file, another and a missing one, and the exchange that the command talks to."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "known.bin").write_bytes(b"known")
    (folder / "other.bin").write_bytes(b"other")
    (tmp_path / "keys.json").write_text(json.dumps({"fetch_key": "k", "feedback_key": "k"}), encoding="utf-8")
    exchange = Exchange(inputs_of(digest_file(folder / "known.bin"))[0])
    monkeypatch.setattr(command, "FeedClient", lambda *_: exchange)
    return folder, exchange


def test_the_command_says_of_each_file_whether_it_is_known(asked: tuple[Path, Exchange], tmp_path: Path) -> None:
    folder, exchange = asked
    call = ["blind", "--url", "https://site", "--keys", str(tmp_path / "keys.json"), str(folder), str(tmp_path / "no")]
    result = CliRunner().invoke(main, call)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(Path(line["file"]).name, line.get("known"), line.get("known_by")) for line in lines] == [
        ("known.bin", True, ["sha256"]),
        ("other.bin", False, []),
        ("no", None, None),
    ]
    assert "error" in lines[2]
    assert result.exit_code == 1
    assert exchange.told == []
    done = tmp_path / "done.jsonl"
    result = CliRunner().invoke(main, [*call, "--tell", "--resume", str(done)])
    assert exchange.told == ["sha256 PendingReview"]
    assert len(done.read_text(encoding="utf-8").splitlines()) == 3
    before = len(exchange.calls)
    CliRunner().invoke(main, [*call, "--resume", str(done)])
    assert len(exchange.calls) == before


def test_without_libsodium_it_says_how_to_get_it(asked: tuple[Path, Exchange], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = asked
    for name in ("_packaged", "_of_system"):
        monkeypatch.setattr(group, name, lambda: None)
    group._library.cache_clear()
    with pytest.raises(MissingPackageError, match=r"hashmatch\[blind\]"):
        group.check_library()
    result = CliRunner().invoke(
        main, ["blind", "--url", "https://site", "--keys", str(folder.parent / "keys.json"), str(folder)]
    )
    assert result.exit_code == 2
    assert "hashmatch[blind]" in result.output
    monkeypatch.undo()
    group._library.cache_clear()


@pytest.mark.skipif(importlib.util.find_spec("rbcl") is None, reason="only the package leaves a file")
def test_the_packages_library_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = "from hashmatch.blind import group; group.check_library(); print(len(group.random_scalar()))"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "32"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(group._of_system() is None, reason="this system has no libsodium of its own")
def test_the_systems_own_library_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "_packaged", lambda: None)
    group._library.cache_clear()
    (vector,) = (one for one in RFC["vectors"] if len(one["inputs"]) == 2)
    assert [voprf.evaluate_text(KEY, text) for text in texts(vector["inputs"])] == texts(vector["outputs"])
    evaluated, proof = voprf.evaluate_batch(
        KEY, texts(vector["elements"]), random_scalar=bytes.fromhex(vector["proof_random_scalar"])
    )
    assert (evaluated, proof.hex()) == (texts(vector["evaluated"]), vector["proof"])
    monkeypatch.undo()
    group._library.cache_clear()
