"""Keep a file in a locker, and open it, each in a process of its own with an installation's environment.

`keep` prints what its person noted down and the file's digest; `open FILE` reads that, types the code, and prints the
digest of what opens.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import django
from django.test import Client, override_settings
from django.utils import timezone

from tests.founded_nation import HOST, PLAIN, see_hers

CONTENT = b"covered copy " * 4000


def main() -> None:
    """Do what the first argument names."""
    django.setup()
    with override_settings(STORAGES=PLAIN):
        if sys.argv[1] == "keep":
            said: dict[str, Any] = keep()
        else:
            said = see_hers(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    json.dump(said, sys.stdout)


def keep() -> dict[str, Any]:
    """Protect a picture on the pages, and keep a file under the same code."""
    from tests.victim.portal.conftest import Visitor  # needs the settings

    visitor = Visitor()
    visitor.client = Client(headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": HOST})
    return keep_under(visitor.protect("one"))


def keep_under(code: str) -> dict[str, Any]:
    """Begin a locker under a code, and send a sealed file."""
    from leeward.foundation.vault.rules.codes import read_code  # needs the settings
    from leeward.victim.locker.operations.lockers import begin_under_code  # needs the settings
    from leeward.victim.portal.operations import find_hers, open_with_code  # needs the settings
    from tests.victim.locker.keeper import Keeper  # needs the settings
    from tests.victim.locker.sealing import picture  # needs the settings

    now = timezone.now()
    bearer = open_with_code(code=read_code(code), now=now)
    keeper = Keeper(key=bearer.key)
    keeper.bearer = begin_under_code(bearer=find_hers(bearer), now=now)
    entry = keeper.add(now=now)
    picture(keeper, entry, copy=CONTENT).send_all(now=now)
    return {"code": code, "entry": str(entry), "sha256": hashlib.sha256(CONTENT).hexdigest()}


if __name__ == "__main__":
    main()
