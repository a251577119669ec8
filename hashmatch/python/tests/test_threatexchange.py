"""The exchanges for `tx` and HMA speak the StopNCII protocol and let go of what is withdrawn, to the last hash."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.hma import EXCHANGE_TYPES, LeewardVerifiedSignalExchangeAPI
from hashmatch.pdq import hash_pixels
from hashmatch.threatexchange_extension import TX_MANIFEST, LeewardCredentials, LeewardSignalExchangeAPI
from PIL import Image
from threatexchange.exchanges.auth import (
    SignalExchangeAPIInvalidAuthException,
    SignalExchangeAPIMissingAuthException,
    SignalExchangeWithAuth,
)
from threatexchange.exchanges.clients.stopncii.api import StopNCIICSPFeedback, StopNCIICSPFeedbackValue
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.impl.stop_ncii_api import StopNCIICheckpoint, StopNCIICredentials, StopNCIISignalMetadata
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.utils import dataclass_json

FETCH, SUBSCRIPTION = "fetch-function-key", "subscription-key"


class StopNcii:
    """A small exchange that speaks the StopNCII protocol, as the real package's client expects it."""

    def __init__(self) -> None:
        self.address = ""
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.page_size = 2
        self.clock = int(time.time()) - 100_000
        self.epoch = "first"

    def set(self, kind: str, text: str, status: str = "Active", *feedback: str) -> None:
        """Publish a record, or change it."""
        self.clock += 1
        said = [{"source": f"P{number}", "feedbackValue": value, "tags": []} for number, value in enumerate(feedback)]
        record = {"lastModtimestamp": self.clock, "signalType": kind, "hashValue": text, "hashStatus": status}
        self.records.pop((kind, text), None)
        self.records[kind, text] = record | {"caseNumbers": {}, "CSPFeedbacks": said}

    def handle(self, reply: Any) -> Any:
        """The function that answers requests."""

        def answer(method: str, path: str, parameters: dict[str, str], headers: dict[str, str], _: bytes) -> Any:
            self.requests.append((path, parameters, headers))
            keys = (headers.get("x-functions-key"), headers.get("ocp-apim-subscription-key"))
            if keys != (FETCH, SUBSCRIPTION) or (method, path) != ("GET", "/exchange/v1/FetchHashes"):
                return reply(401, b"{}")
            since, offset = int(parameters["startTimestamp"]), int(parameters.get("nextPageToken", 0))
            changed = [record for record in self.records.values() if record["lastModtimestamp"] >= since]
            page = changed[offset : offset + self.page_size]
            more = offset + len(page) < len(changed)
            values = {
                "count": len(page),
                "nextPageToken": str(offset + len(page)) if more else None,
                "nextSetTimestamp": page[-1]["lastModtimestamp"] if page else since,
                "hasMoreRecords": more,
                "epoch": self.epoch,
                "hashRecords": page,
            }
            return reply(200, json.dumps(values).encode())

        return answer


@pytest.fixture
def stopncii(serve: Any, reply: Any) -> Iterator[StopNcii]:
    one = StopNcii()
    with serve(one.handle(reply)) as url:
        one.address = f"{url}/exchange/v1"
        yield one


@pytest.fixture
def collab() -> CollaborationConfigBase:
    return CollaborationConfigBase(name="test", api="leeward", enabled=True)


@pytest.fixture(autouse=True)
def no_keys_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TX_STOPNCII_KEYS", "TX_LEEWARD_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def fetch(kind: Any, collab: CollaborationConfigBase, checkpoint: Any = None, stored: Any = None) -> tuple[Any, Any]:
    """What a store holds after one fetch, and its checkpoint."""
    held = {} if stored is None else stored
    for delta in kind.for_collab(collab).fetch_iter([PdqSignal, VideoMD5Signal], checkpoint):
        kind.naive_fetch_merge(held, delta.updates)
        assert checkpoint is None or checkpoint.update_time <= delta.checkpoint.update_time
        checkpoint = delta.checkpoint
    return held, checkpoint


def test_a_withdrawn_or_deleted_hash_is_dropped(
    stopncii: StopNcii, collab: CollaborationConfigBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TX_STOPNCII_KEYS", f"{FETCH},{SUBSCRIPTION},{stopncii.address}")
    hashes = [f"{number:x}" * 64 for number in range(5)]
    for text in hashes:
        stopncii.set("ImagePDQ", text)
    stopncii.set("VideoMD5", "d" * 32)
    stopncii.set("VideoTMK", "f" * 32)
    held, checkpoint = fetch(LeewardSignalExchangeAPI, collab)
    assert set(held) == {*(("pdq", text) for text in hashes), ("video_md5", "d" * 32)}
    stopncii.set("ImagePDQ", hashes[1], "Withdrawn")
    stopncii.set("ImagePDQ", hashes[2], "Deleted")
    stopncii.set("VideoMD5", "d" * 32, "Withdrawn")
    held, checkpoint = fetch(LeewardSignalExchangeAPI, collab, checkpoint, held)
    assert set(held) == {("pdq", hashes[number]) for number in (0, 3, 4)}
    converted = LeewardSignalExchangeAPI.naive_convert_to_signal_type([PdqSignal], collab, held)
    assert set(converted[PdqSignal]) == {hashes[number] for number in (0, 3, 4)}
    stopncii.set("ImagePDQ", hashes[1], "Active")
    held, _ = fetch(LeewardSignalExchangeAPI, collab, checkpoint, held)
    assert ("pdq", hashes[1]) in held


def test_every_request_says_that_withdrawals_are_honoured(
    stopncii: StopNcii, collab: CollaborationConfigBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TX_LEEWARD_KEYS", f"{FETCH}, {SUBSCRIPTION}, {stopncii.address}/")
    for number in range(5):
        stopncii.set("ImagePDQ", f"{number:x}" * 64)
    fetch(LeewardSignalExchangeAPI, collab)
    assert len(stopncii.requests) == 3
    for path, _, headers in stopncii.requests:
        assert path == "/exchange/v1/FetchHashes"
        assert headers["leeward-client"].startswith("hashmatch/")
        assert headers["leeward-client"].endswith("; honours-withdrawals")


def test_the_manifest_is_found_by_the_package() -> None:
    manifest = ThreatExchangeExtensionManifest.load_from_module_name("hashmatch.threatexchange_extension")
    assert manifest is TX_MANIFEST
    assert manifest.apis[0] is LeewardSignalExchangeAPI
    assert LeewardSignalExchangeAPI.get_name() == "leeward"


def test_missing_and_malformed_credentials_are_named(monkeypatch: pytest.MonkeyPatch, collab: Any) -> None:
    with pytest.raises(SignalExchangeAPIMissingAuthException) as missing:
        LeewardSignalExchangeAPI.for_collab(collab)
    assert "TX_STOPNCII_KEYS" in missing.value.pretty_str()
    for text in ("one", "one,two", "one,two,", "one,two,three,four"):
        monkeypatch.setenv("TX_STOPNCII_KEYS", text)
        with pytest.raises(SignalExchangeAPIInvalidAuthException):
            LeewardSignalExchangeAPI.for_collab(collab)


def test_keys_given_to_tx_for_stopncii_are_not_sent_to_leeward(collab: Any) -> None:
    with (
        StopNCIICredentials.set_default(StopNCIICredentials("a", "b"), "a test"),
        pytest.raises(SignalExchangeAPIMissingAuthException),
    ):
        LeewardSignalExchangeAPI.for_collab(collab)


def test_hma_can_list_store_and_use_both_exchanges(stopncii: StopNcii, collab: Any) -> None:
    names = [one.get_name() for one in EXCHANGE_TYPES]
    assert names == ["leeward", "leeward_verified"]
    fields = {"fetch_function_key": FETCH, "subscription_key": SUBSCRIPTION, "base_url_override": stopncii.address}
    stopncii.set("ImagePDQ", "a" * 64)
    for kind in EXCHANGE_TYPES:
        assert issubclass(kind, SignalExchangeWithAuth)
        credentials = dataclass_json.dataclass_load_dict(fields, kind.get_credential_cls())
        assert credentials._are_valid()
        # This is how HMA hands over what is in its database.
        with credentials.set_default(credentials, "db"):
            held, _ = fetch(kind, collab)
        assert set(held) == {("pdq", "a" * 64)}
        stored = dataclass_json.dataclass_load_dict({"update_time": 1, "last_fetch_time": 2}, kind.get_checkpoint_cls())
        assert isinstance(stored, StopNCIICheckpoint), "what HMA stored before this client knew of epochs"


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([], False),
        (["PendingReview"], False),
        (["Blocked"], True),
        (["Blocked", "None"], True),
        (["Blocked", "NotBlocked"], False),
        (["NotBlocked"], False),
    ],
)
def test_hma_s_verified_bank_holds_undisputed_hashes_only(collab: Any, values: list[str], kept: bool) -> None:  # noqa: FBT001
    said = [StopNCIICSPFeedback(StopNCIICSPFeedbackValue(value), set(), f"P{n}") for n, value in enumerate(values)]
    fetched = {("pdq", "a" * 64): StopNCIISignalMetadata(said), ("pdq", "b" * 64): None}
    converted = LeewardVerifiedSignalExchangeAPI.naive_convert_to_signal_type([PdqSignal], collab, fetched)
    assert converted == ({PdqSignal: {"a" * 64: fetched["pdq", "a" * 64]}} if kept else {})


def tx(state: Path, *arguments: str, keys: str) -> subprocess.CompletedProcess[str]:
    """The package's own command."""
    environment = os.environ | {"TX_STOPNCII_KEYS": keys, "TX_STATEDIR": str(state)}
    command = [sys.executable, "-W", "ignore", "-m", "threatexchange.cli.main", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_tx_matches_until_the_hash_is_withdrawn(stopncii: StopNcii, tmp_path: Path, photo: np.ndarray) -> None:
    picture, state = tmp_path / "photo.png", tmp_path / "state"
    Image.fromarray(photo).save(picture)
    text = hash_pixels(photo).hash.hex
    keys = f"{FETCH},{SUBSCRIPTION},{stopncii.address}"
    stopncii.set("ImagePDQ", text)
    stopncii.set("ImagePDQ", "a" * 64)
    for command in (
        ["config", "extensions", "add", "hashmatch.threatexchange_extension"],
        ["config", "collab", "edit", "leeward", "--create", "Exchange"],
        ["fetch"],
    ):
        finished = tx(state, *command, keys=keys)
        assert finished.returncode == 0, finished.stderr
    found = tx(state, "match", "photo", str(picture), keys=keys)
    assert "pdq" in found.stdout, found.stderr
    stopncii.set("ImagePDQ", text, "Withdrawn")
    assert tx(state, "fetch", keys=keys).returncode == 0
    found = tx(state, "match", "photo", str(picture), keys=keys)
    assert found.returncode == 0
    assert found.stdout.strip() == ""


def test_tx_forgets_even_the_last_hash(stopncii: StopNcii, tmp_path: Path) -> None:
    # The package by itself leaves the index of a type that has no hash any more where it is, and matches it for ever.
    state, text = tmp_path / "state", "a" * 64
    keys = f"{FETCH},{SUBSCRIPTION},{stopncii.address}"
    stopncii.set("ImagePDQ", text)
    stopncii.set("VideoMD5", "b" * 32)
    run = partial(tx, state, keys=keys)
    run("config", "extensions", "add", "hashmatch.threatexchange_extension")
    run("config", "collab", "edit", "leeward", "--create", "Exchange")
    assert run("fetch").returncode == 0
    query = ("match", "--only-signal", "pdq", "--hashes", "photo", "--", text)
    assert run(*query).stdout.startswith("pdq 0 (Exchange)")
    stopncii.set("ImagePDQ", text, "Withdrawn")
    assert run("fetch").returncode == 0
    found = run(*query)
    assert (found.returncode, found.stdout) == (0, "")
    assert not list(state.glob("index/pdq*"))
    assert list(state.glob("index/video_md5*"))


@pytest.mark.turn(1, days=2)
def test_tx_draws_afresh_once_the_exchange_was_restored_and_drops_what_was_lost(
    stopncii: StopNcii, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    kept, lost, new = ("ImagePDQ", "a" * 64), ("ImagePDQ", "b" * 64), ("ImagePDQ", "c" * 64)
    stopncii.set(*kept)
    stopncii.set(*lost)
    run = partial(tx, state, keys=f"{FETCH},{SUBSCRIPTION},{stopncii.address}")
    run("config", "extensions", "add", "hashmatch.threatexchange_extension")
    run("config", "collab", "edit", "leeward", "--create", "Exchange")
    assert run("fetch").returncode == 0

    def held() -> list[str]:
        # One that is looked for in each index, by the package's own command.
        query = ("match", "--only-signal", "pdq", "--hashes", "photo", "--")
        return [text for _, text in (kept, lost, new) if run(*query, text).stdout.startswith("pdq 0")]

    assert held() == [kept[1], lost[1]]
    del stopncii.records[lost]
    stopncii.epoch = "second"
    stopncii.set(*new)
    assert run("fetch").returncode == 0
    assert held() == [kept[1], lost[1], new[1]], "new ones come at once; nothing is forgotten before all came again"
    assert run("fetch").returncode == 0
    assert held() == [kept[1], new[1]]
    stopncii.requests.clear()
    assert run("fetch").returncode == 0
    assert [int(asked["startTimestamp"]) for _, asked, _ in stopncii.requests] == [stopncii.clock], "and only once"


def test_lower_case_is_what_the_package_compares(stopncii: StopNcii, collab: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TX_STOPNCII_KEYS", f"{FETCH},{SUBSCRIPTION},{stopncii.address}")
    stopncii.set("VideoMD5", "AB" * 16)
    held, _ = fetch(LeewardSignalExchangeAPI, collab)
    assert set(held) == {("video_md5", "ab" * 16)}


def test_credentials_are_read_from_their_own_file(tmp_path: Path) -> None:
    (tmp_path / ".tx_leeward_keys").write_text("a,b,https://x.example/exchange/v1\n")
    assert LeewardCredentials.get(LeewardSignalExchangeAPI).base_url_override == "https://x.example/exchange/v1"
