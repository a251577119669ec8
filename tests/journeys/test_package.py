"""Our package is played in a browser, by a system that is not ours, and tells it by cmi5 how it went."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser

from leeward.justice.training.operations.courses import NewVersion, publish_version
from leeward.justice.training.queries.packages import package_of
from leeward.justice.training.rules.statements import Verb, read_batch
from tests.justice.training.force import NOW, OPERATOR

pytestmark = pytest.mark.django_db(transaction=True)

COURSE = "first-response"
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "P-1"}}
RIGHT = [["fault"], ["addresses", "threats"], ["copy"]]


@dataclass
class System:
    """A learning system that hands out a token and launch data, and keeps what it is told."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def handler(system: System) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_said: object) -> None:
            """Say nothing."""

        def give(self, status: int, content: bytes = b"", kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.give(200, json.dumps({"auth-token": "dG9rZW4="}).encode())

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/au/") and path[4:] in system.files:
                kinds = {"html": "text/html", "js": "text/javascript", "css": "text/css", "json": "application/json"}
                self.give(200, system.files[path[4:]], kinds[path.rsplit(".", 1)[1]])
            elif path == "/xapi/activities/state":
                launch = {
                    "contextTemplate": {"contextActivities": {"grouping": [{"id": "https://publisher.example/1"}]}},
                    "launchMode": "Normal",
                    "masteryScore": 1,
                    "moveOn": "Passed",
                }
                self.give(200, json.dumps(launch).encode())
            else:
                self.give(404)

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Authorization"] != "Basic dG9rZW4=" or not self.headers["X-Experience-API-Version"]:
                system.wrong.append(self.path)
            said = json.loads(body)
            if parse_qs(urlsplit(self.path).query)["statementId"] != [said["id"]]:
                system.wrong.append(said["id"])
            system.told.append(said)
            self.give(204)

    return Handler


@pytest.fixture
def system() -> Iterator[System]:
    made = System()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("answers", "verb"), [(RIGHT, "passed"), ([["why"], *RIGHT[1:]], "failed")])
def test_it_tells_how_it_went(system: System, chromium: Browser, answers: list[list[str]], verb: str) -> None:
    publish_version(new=NewVersion(lesson=COURSE), by=OPERATOR, now=NOW)
    _number, packed = package_of(COURSE)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        system.files = {name: archive.read(name) for name in archive.namelist()}
    launch = {
        "endpoint": f"{system.url}/xapi",
        "fetch": f"{system.url}/fetch",
        "actor": json.dumps(ACTOR),
        "registration": "6f5c6c5e-2d3f-4a43-9d0e-6d1f6a1f0a11",
        "activityId": "https://lms.example/made-up/1",
    }
    page = chromium.new_page(locale="en")
    page.goto(f"{system.url}/au/index.html?{urlencode(launch)}")
    page.get_by_role("button", name="Go on").click()
    for given in answers:
        for each in given:
            page.locator(f'input[value="{each}"]').check()
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="End").click()
    page.get_by_role("heading", name="That is enough" if verb == "passed" else "That is not enough").wait_for()
    page.close()
    assert system.wrong == []
    assert [said["verb"]["id"].rsplit("/", 1)[1] for said in system.told] == [
        "initialized",
        "completed",
        verb,
        "terminated",
    ]
    # Each is a statement as our own door takes it, and the publisher's id stands in its grouping.
    found = read_batch(system.told)
    assert {each.verb for each in found} == {None, Verb.COMPLETED, Verb(f"http://adlnet.gov/expapi/verbs/{verb}")}
    assert {each.activities[-1] for each in found} == {"https://publisher.example/1"}
    moved_on = [
        said
        for said in system.told
        if {"id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}
        in said["context"]["contextActivities"]["category"]
    ]
    assert len(moved_on) == 2
