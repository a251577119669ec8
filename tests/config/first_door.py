"""Walk through an installation that was just set up, up to its first open door, in a process with its environment.

Given a file with the links that `leeward create-staff` printed, by name, it prints as JSON what each page said before
anybody had signed in, halfway and afterwards, and what somebody who then came and kept a file has noted down.
"""

import html
import json
import re
import sys
from pathlib import Path
from typing import Any

import django
from django.test import Client
from django.urls import get_resolver, reverse

from tests.founded_nation import HOST, Visitor

PASSPHRASE = "lantern orbit pepper quilt"
WORDS = "The heron stood in the reeds."


class Colleague(Visitor):
    """Somebody who works here and has a device with a passkey."""

    def __init__(self, name: str, link: str) -> None:
        super().__init__()
        from tests.foundation.accounts.devices import Device  # needs the settings

        self.device = Device(id=name.encode(), host=HOST, origin=f"https://{HOST}")
        self.name, self.link = name, link

    def sign_in(self) -> str:
        """Use the link and sign in by the passphrase; where that leads."""
        chosen = self.send(self.link, passphrase=PASSPHRASE, again=PASSPHRASE)
        assert chosen.status_code == 200, chosen.content.decode()
        came = self.send(reverse("accounts:sign-in"), username=self.name, passphrase=PASSPHRASE)
        assert came.status_code == 303, came.content.decode()
        return str(self.client.get(reverse("work:home")).headers.get("Location"))

    def enrol_passkey(self) -> None:
        """Give this browser's device a passkey."""
        from tests.foundation.accounts.devices import enrol  # needs the settings

        assert enrol(self.client, self.device).status_code == 303


def main() -> None:
    """Walk in by the links of the file that is named."""
    links = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    django.setup()
    json.dump(walk_in(links), sys.stdout)


def walk_in(links: dict[str, str]) -> dict[str, Any]:
    """See every page for everybody, let an administrator and one of the helpline in, and come to the helpline."""
    from tests.config.kept_file import keep_under  # needs the settings
    from tests.victim.helpline.caller import Caller  # needs the settings

    before = {path: words_of(Visitor().see(path)) for path in pages_for_everybody()}
    admin, helper = (Colleague(name, links[name]) for name in ("amina", "carla"))
    led = [admin.sign_in(), helper.sign_in()]
    admin.enrol_passkey()
    half = {"talk": words_of(Visitor().see("/talk")), "set-up": words_of(admin.see(reverse("people:setup")))}
    helper.enrol_passkey()
    after = {"talk": words_of(Visitor().see("/talk")), "set-up": words_of(admin.see(reverse("people:setup")))}
    caller = Caller(client=Visitor().client).come(WORDS)
    hers = {path: words_of(caller.see(path)) for path in ("/status/talk", "/status/pictures")}
    read = helper.see(f"/staff/helpline/cases/{caller.view().reference}")
    kept = keep_under(caller.code)
    return {"before": before, "led": led, "half": half, "after": after, "hers": hers, "read": read, "kept": kept}


def pages_for_everybody() -> list[str]:
    """Every address without a part of its own that a visitor may ask for by a plain link."""
    from leeward.foundation.web.access import Audience, access_of, walk_patterns  # needs the settings

    found = set()
    for route, _name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        if access is not None and access.audience is Audience.PUBLIC and not set("<(^") & set(route):
            found.add(f"/{route}")
    visitor = Client(headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": HOST})
    shown = {path: visitor.get(path) for path in sorted(found)}
    return [
        path
        for path, page in shown.items()
        if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    ]


def words_of(page: str) -> str:
    """Return what a reader sees of a page, as one line."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


if __name__ == "__main__":
    main()
