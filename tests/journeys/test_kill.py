"""Killing the server amid submissions never loses one that was acknowledged, and never shows half of one."""

import contextlib
import hashlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.databases import LEEWARD
from tests.depth import times
from tests.made_up_hashes import made_up_family

pytestmark = pytest.mark.postgresql(alone=True)

PICTURES = 6
VARIANTS = ("upright", "rot90", "rot180", "rot270", "flipx", "flipy", "flipplus", "flipminus")
RADIO = re.compile(r'<input class="govuk-radios__input"[^>]* name="([^"]+)" type="radio" value="([^"]+)"')
ROUNDS = times(3, deep=40)
SENDERS = 4
START_SECONDS = 60
# One round is killed while pages are being answered; a random moment in this span hits every stage of a sending.
LONGEST_LIFE_SECONDS = 2.5


@dataclass
class Sending:
    """One submission as its sender knows it. The body is kept, so that it can be sent again."""

    body: str
    cookies: dict[str, str]
    csrf: str
    address: str
    acknowledged: bool = False


@dataclass
class Server:
    """The real server, in a process group of its own that can be killed."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen([str(LEEWARD), "serve"], env=self.environment, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/healthz", timeout=5).ok:
                    return
            assert self.process.poll() is None, "the server ended by itself"
            time.sleep(0.05)  # the poll of a start, not a wait for luck
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"], "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(tmp_path), "DATABASE_URL": database, "PORT": str(port),
    }  # fmt: skip
    made = Server(environment=environment, port=port)
    yield made
    made.kill()


class FromAddress(requests.adapters.HTTPAdapter):
    """Comes from an address of its own: what one network may send is bounded."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self.address, 0))


def _visit(url: str, chance: random.Random) -> Sending:
    """Answer the questions, open the hashing page, and do what its script would: the body, ready to be sent."""
    with requests.Session() as session:
        page = session.get(f"{url}/protect/", timeout=30).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        name, first = RADIO.findall(page)[0]
        session.post(f"{url}/protect/", data={**hidden, name: first}, timeout=30)
        page = session.get(f"{url}/protect/pictures", timeout=30).text
        found = {key: unescape(value) for key, value in re.findall(r'data-(token|challenge|csrf)="([^"]*)"', page)}
        assert len(found) == 3, page
        body = {
            "token": found["token"],
            "consent": True,
            "proof": _work(found["challenge"]),
            "hashes": {"spec": "leeward-hashes:1", "pictures": [_picture(chance) for _ in range(PICTURES)]},
        }
        address = f"127.0.{chance.randrange(1, 255)}.{chance.randrange(1, 255)}"
        return Sending(body=json.dumps(body), cookies=session.cookies.get_dict(), csrf=found["csrf"], address=address)


def _work(challenge: str) -> list[int]:
    """The sums that the page's script would do for so many hashes."""
    proof = []
    for place in range(-(-PICTURES * (len(VARIANTS) + 2) // 8)):
        number = 0
        while int.from_bytes(hashlib.sha256(f"{challenge}:{place}:{number}".encode()).digest()[:2]) >> 2:
            number += 1
        proof.append(number)
    return proof


def _picture(chance: random.Random) -> dict[str, Any]:
    return {
        "kind": "image",
        "path": "native",
        "approx": False,
        "md5": f"{chance.getrandbits(128):032x}",
        "sha256": f"{chance.getrandbits(256):064x}",
        "pdq": made_up_family(chance, variants=VARIANTS),
    }


def _send(url: str, sending: Sending) -> requests.Response:
    with requests.Session() as session:
        session.mount(url, FromAddress(sending.address))
        return session.post(
            f"{url}/protect/send",
            data=sending.body,
            headers={"Content-Type": "application/json", "X-CSRFToken": sending.csrf},
            cookies=sending.cookies,
            timeout=30,
        )


def _send_until_killed(url: str, sending: Sending) -> None:
    with contextlib.suppress(requests.RequestException):
        sending.acknowledged = _send(url, sending).status_code == 201


def _count(server: Server) -> dict[str, int]:
    """Whole and broken submissions, counted by the product's own tables in a process of its own."""
    script = (
        "import json, django; django.setup();"
        "from django.db.models import Count;"
        "from leeward.industry.bank.models import Membership, Picture, Submission;"
        "from leeward.foundation.vault.models import AccessCode;"
        "rows = list(Picture.objects.annotate(n=Count('memberships')).values_list('submission_id', 'n'));"
        "per = {}; [per.setdefault(s, []).append(n) for s, n in rows];"
        "from leeward.foundation.audit.operations import verify_chain;"
        "verify_chain();"
        "print(json.dumps({'submissions': Submission.objects.count(), 'codes': AccessCode.objects.count(),"
        f"'whole': sum(len(p) == {PICTURES} and set(p) == {{{len(VARIANTS) + 2}}} for p in per.values())}}))"
    )
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "leeward.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counted: dict[str, int] = json.loads(done.stdout)
    return counted


@pytest.mark.turn(0, days=2)
@pytest.mark.database  # its own processes touch it
@pytest.mark.slow
def test_an_acknowledged_submission_outlives_the_server_and_is_never_half(server: Server, record_property: Any) -> None:
    seed = random.SystemRandom().getrandbits(32)
    record_property("seed", seed)
    print(f"seed {seed}")
    chance = random.Random(seed)
    sent: list[Sending] = []
    for _ in range(ROUNDS):
        server.start()
        sendings = [_visit(server.url, chance) for _ in range(SENDERS)]
        threads = [threading.Thread(target=_send_until_killed, args=(server.url, sending)) for sending in sendings]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))  # the moment of the kill is the point of this test
        server.kill()
        for thread in threads:
            thread.join()
        sent += sendings
        counted = _count(server)
        assert counted["submissions"] == counted["codes"] == counted["whole"]
        assert counted["submissions"] >= sum(sending.acknowledged for sending in sent)
    server.start()
    before = _count(server)["submissions"]
    for sending in sent:
        again = _send(server.url, sending)
        assert again.status_code == 201, again.text
    counted = _count(server)
    assert counted["submissions"] == counted["codes"] == counted["whole"] == ROUNDS * SENDERS
    assert before <= ROUNDS * SENDERS
