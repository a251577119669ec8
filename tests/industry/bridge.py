"""A session for the library's client that asks the application in this process: no server, no socket."""

import contextlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.test import Client


class Bridge:
    """What the client uses of a session of `requests`."""

    def close(self) -> None: ...

    @contextlib.contextmanager
    def request(self, method: str, address: str, *, headers: Any, **options: Any) -> Iterator[Any]:
        path, body = "/" + address.split("/", 3)[3], options["json"]
        content = json.dumps(body).encode() if body else b""
        sent = Client().generic(method, path, content, "application/json", headers=headers)
        yield SimpleNamespace(
            status_code=sent.status_code, headers=sent.headers, iter_content=lambda _size: [sent.content]
        )
