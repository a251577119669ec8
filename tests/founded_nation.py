"""Walks through a founded nation that was migrated, in a process of its own, and prints as JSON what it saw.

`tests/test_founded_nation.py` runs it with the environment of that nation. The clock stands an hour after it was made,
so nothing in it ever runs out.
"""

import base64
import hashlib
import html
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.test import Client, override_settings
from django.utils import timezone

HOST = "leeward.example"
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Visitor:
    """Somebody behind the proxy that ends TLS."""

    def __init__(self) -> None:
        self.client = Client(headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": HOST})

    def see(self, path: str) -> str:
        page = self.client.get(path)
        return html.unescape(page.content.decode()) if page.status_code == 200 else f"{page.status_code} {page.headers}"

    def send(self, path: str, **fields: str) -> Any:
        return self.client.post(path, fields)


def main() -> None:
    """Walk through the nation of the folder that is named."""
    kept = json.loads((Path(sys.argv[1]) / "kept.json").read_text(encoding="utf-8"))
    django.setup()
    now = datetime.fromisoformat(kept["made_at"]) + timedelta(hours=1)
    timezone.now = lambda: now
    with override_settings(STORAGES=PLAIN):
        json.dump({**see_hers(kept), **see_case(kept), **see_log(), **see_record(kept)}, sys.stdout)


def see_hers(kept: dict[str, Any]) -> dict[str, Any]:
    """Open her pages by her code, and a file of her locker as the frame opens it."""
    from leeward.victim.locker.rules.lwf1 import open_part  # needs the settings

    hers = Visitor()
    led = hers.send("/status/", numbers=kept["code"]).headers.get("Location")
    entry = f"/status/kept/{kept['entry']}"
    opened = hers.send(f"{entry}/file/1/open").json()
    sealed = b"".join(hers.client.get(piece).content for piece in opened["pieces"])
    file = open_part(sealed, key=base64.b64decode(opened["key"]))
    return {
        "led": led,
        "pictures": hers.see("/status/part/pictures"),
        "links": hers.see("/status/part/links"),
        "talk": hers.see("/status/talk"),
        "entry": hers.see(entry),
        "file": hashlib.sha256(file).hexdigest(),
    }


def see_case(kept: dict[str, Any]) -> dict[str, Any]:
    """Let somebody of the helpline sign in, which unlocks, and open the case and the entry that is shown."""
    staff = Visitor()
    came = staff.send("/staff/sign-in", username="paloma", passphrase=kept["passphrase"])
    return {"signed_in": came.status_code, "case": staff.see(f"/staff/helpline/cases/{kept['case']}")}


def see_record(kept: dict[str, Any]) -> dict[str, Any]:
    """Open the page on which anybody checks a signed record."""
    return {"check": Visitor().see(f"/check/{kept['record']}")}


def see_log() -> dict[str, Any]:
    """Check the public log as a stranger does."""
    from leeward.foundation.notary.queries import log_keys  # needs the settings
    from leeward.foundation.notary.rules.verifying import verify_log  # needs the settings

    stranger = Visitor().client

    def fetch(path: str) -> bytes:
        answer = stranger.get(f"/notary/{path}")
        return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]

    return {"leaves": len(verify_log(fetch, keys=list(log_keys()), kept="").leaves)}


if __name__ == "__main__":
    main()
