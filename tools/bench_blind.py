"""Measures blind checks (docs/blind.md): the arithmetic of both sides beside a named peer, and the whole door.

Each figure is the middle one of rounds in which ours and the peer take turns, in seconds of the processor, so that what
else the machine does counts for both alike. The peer is `voprf`, which binds the Rust crate of that name.
"""

import argparse
import importlib
import importlib.metadata
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hashmatch.blind import ELEMENTS_MOST, blind_input, group, voprf
from hashmatch_bench.machine import describe_machine

from tools.desk_bench.results import append_rows

try:
    ristretto: Any = importlib.import_module("voprf").ristretto
except ImportError:  # no wheel for this machine
    ristretto = None

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PAGE = ROOT / "docs" / "benchmarks-blind.md"
ROUNDS, QUICK_ROUNDS = 15, 3
DIGESTS, QUICK_DIGESTS = 100_000, 5_000
CALLS = 8
TARGET = 5_000
DOOR = """
import base64, json, statistics, sys, time
import django
django.setup()
from django.test import Client
from django.utils import timezone
from hashmatch.blind import ELEMENTS_MOST, MARK_BITS, blind_input, mark_of, voprf
from leeward.industry.exchange.blind import prepare_blind_list
import secrets
began = time.process_time()
made = 0
while part := prepare_blind_list(now=timezone.now(), limit=5_000):
    made += part
prepared = time.process_time() - began
client, headers = Client(SERVER_NAME="localhost"), {"Authorization": "Bearer " + sys.argv[1]}
terms = client.get("/api/v1/blind", headers=headers).json()
took, size = [], 0
for _ in range(int(sys.argv[2])):
    texts = [blind_input("sha256", secrets.token_bytes(32)) for _ in range(ELEMENTS_MOST)]
    items = [
        {
            "prefix": mark_of(text) >> (MARK_BITS - terms["prefix_bits"]),
            "element": base64.b64encode(voprf.blind_text(text).element).decode(),
        }
        for text in texts
    ]
    body = {"epoch": terms["epoch"], "prefix_bits": terms["prefix_bits"], "items": items}
    began = time.process_time()
    answer = client.post("/api/v1/blind", body, content_type="application/json", headers=headers)
    took.append(time.process_time() - began)
    assert answer.status_code == 200, answer.content
    size = len(answer.content)
print(json.dumps([made, prepared, statistics.median(took), size, terms["prefix_bits"]]))
"""
TEXT = """# Benchmarks of blind checks

This page is written by `make bench`; change the code in `tools/bench_blind.py`, not the page.

[Blind checks](blind.md) by libsodium (`rbcl` {rbcl}) beside `voprf` {peer}, a binding of the Rust crate of that name,
in one process and one run, taking turns; the middle one of {rounds} rounds of {batch} elements, per second of the
processor on one core. The server's figure holds all that is done for an element: looking whether it is a point, the
multiplication, its part of the proof. The door is the whole of `POST /api/v1/blind` with {batch} elements on SQLite,
without HTTP: reading, evaluating, {digests:,} known digests in buckets named by {bits} bits, signing.

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| system | {system}, Python {python} |
| day | {day}, load {load:.1f} at the start |

| what | value | target |  |
| --- | ---: | ---: | --- |
{table}
"""


def main() -> int:
    """Measure, print, add to the report; fails where the server is slower than it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and digests, for a first look")
    quick = parser.parse_args().quick
    rounds, digests = (QUICK_ROUNDS, QUICK_DIGESTS) if quick else (ROUNDS, DIGESTS)
    machine = describe_machine()
    figures = measure_arithmetic(rounds)
    door, bits = measure_door(digests)
    figures += door
    for each in figures:
        print(f"{each['name']:78} {each['value']:>12,} {each['unit']:4} {each['target']}")
    append_rows(figures, ROOT / "build" / "bench.json")
    if not quick:
        PAGE.write_text(
            TEXT.format(
                rbcl=importlib.metadata.version("rbcl"),
                peer=importlib.metadata.version("voprf") if ristretto else "(not on this machine)",
                rounds=rounds,
                batch=ELEMENTS_MOST,
                digests=digests,
                bits=bits,
                processor=machine.processor,
                cores=machine.cores,
                system=machine.system,
                python=machine.python,
                day=machine.day,
                load=machine.load,
                table="\n".join(map(as_line, figures)),
            ),
            encoding="utf-8",
        )
    return 0 if all(each["ok"] for each in figures) else 1


def as_line(each: dict[str, Any]) -> str:
    """A row of the page."""
    said = "" if not each["target"] else "reached" if each["ok"] else "**missed**"
    what = str(each["name"]).removeprefix("Blind checks, ")
    return f"| {what} | {each['value']:,} {each['unit']} | {each['target']} | {said} |"


def measure_arithmetic(rounds: int) -> list[dict[str, Any]]:
    """Elements a second of the processor, of ours and of the peer."""
    seed, info = secrets.token_bytes(32), b"bench"
    key = voprf.derive_key_pair(seed, info)
    texts = [blind_input("sha256", secrets.token_bytes(32)) for _ in range(ELEMENTS_MOST)]
    blinded = [voprf.blind_text(text) for text in texts]
    elements = [one.element for one in blinded]
    evaluated, proof = voprf.evaluate_batch(key, elements)

    def serve() -> None:
        voprf.evaluate_batch(key, [group.check_point(one) for one in elements])

    works: dict[str, Callable[[], object]] = {
        "server, evaluations": serve,
        "worker, outputs of known digests": lambda: [voprf.evaluate_text(key, text) for text in texts],
        "client, blinded": lambda: [voprf.blind_text(text) for text in texts],
        "client, proved and finalized": lambda: voprf.finalize_batch(blinded, evaluated, proof, public_key=key.public),
    }
    peers: dict[str, Callable[[], object]] = {}
    if ristretto is not None:
        server = ristretto.Evaluator.from_seed(seed, info)
        theirs = [ristretto.Client.blind(text) for text in texts]
        sent = [element.serialize() for _, element in theirs]
        back = server.evaluate_batch([ristretto.BlindedInput.deserialize(one) for one in sent]).serialize()
        peers = {
            "server, evaluations": lambda: server.evaluate_batch(
                [ristretto.BlindedInput.deserialize(one) for one in sent]
            ).serialize(),
            "worker, outputs of known digests": lambda: [server.evaluate_known_input(text) for text in texts],
            "client, blinded": lambda: [ristretto.Client.blind(text)[1].serialize() for text in texts],
            "client, proved and finalized": lambda: ristretto.Client.finalize_batch(
                [one for one, _ in theirs], ristretto.VerifiableBatchOutput.deserialize(back), server.public_key
            ),
        }
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for name in works:
            for who, part in (("", works), (", voprf", peers)):
                if name in part:
                    began = time.process_time()
                    part[name]()
                    took.setdefault((name, who), []).append(time.process_time() - began)
    return [
        figure(
            f"Blind checks, {name} a second and core{who}",
            round(ELEMENTS_MOST / statistics.median(seconds)),
            "/s",
            least=TARGET if name.startswith("server") and not who else None,
        )
        for (name, who), seconds in took.items()
    ]


def measure_door(digests: int) -> tuple[list[dict[str, Any]], int]:
    """The whole door over so many known digests, and how many bits name a bucket."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LEEWARD_", "DATABASE_"))}
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as name:
        data, listed = Path(name) / "data", Path(name) / "list.csv"
        data.mkdir(mode=0o700)
        environment = known | {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(data)}
        environment["DJANGO_SETTINGS_MODULE"] = "leeward.config.settings"
        listed.write_text(
            "hash_type,hash\n" + "".join(f"sha256,{secrets.token_hex(32)}\n" for _ in range(digests)), encoding="ascii"
        )

        def run(*command: object) -> str:
            call = [str(part) for part in command]
            return subprocess.run(call, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout

        run(BIN / "leeward", "migrate", "--verbosity", "0")
        keys = json.loads(run(BIN / "leeward", "create-platform", "Bench"))
        run(BIN / "leeward", "import-hashes", listed, "--verbosity", "0")
        said = run(sys.executable, "-c", DOOR, keys["fetch_key"], CALLS)
    made, prepared, took, size, bits = json.loads(said)
    if made != digests:
        raise SystemExit(f"{made} outputs were worked out of {digests} digests.")
    told = f"{digests:,} known digests"
    return [
        figure(f"Blind checks, the worker's round over {told}, a second and core", round(made / prepared), "/s"),
        figure(f"Blind checks, the whole door, {told}, elements a second and core", round(ELEMENTS_MOST / took), "/s"),
        figure(f"Blind checks, an answer of {ELEMENTS_MOST} elements, {told}", round(size / 1000), "kB"),
    ], bits


def figure(name: str, value: float, unit: str, *, least: float | None = None) -> dict[str, Any]:
    """A row of the report."""
    target = "" if least is None else f">= {least:,} {unit}"
    return {"name": name, "value": value, "unit": unit, "target": target, "ok": least is None or value >= least}


if __name__ == "__main__":
    sys.exit(main())
