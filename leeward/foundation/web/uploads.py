"""Files that a page takes: within a limit, in memory, never on disk; or read once for their digest and forgotten.

No page takes a file unless its view declares it here, and then from people who are signed in alone, unless it says that
it takes files from anybody: for everybody else the bytes are read past and nothing is made of them.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

CHUNK = 256 * 1024
SMALL_BYTES = 64 * 1024


class Keeping(StrEnum):
    """What is kept of a file while its request is answered."""

    CONTENT = "content"
    DIGEST = "digest"
    SMALL = "small"  # the digest, and the content of what is small enough to be a text that somebody could paste


@dataclass(frozen=True, kw_only=True)
class TakesFile:
    """A view's declaration of how large a file may be, and what is kept of it."""

    most_bytes: int
    keeping: Keeping
    from_anybody: bool = False


class TakenFile(UploadedFile):  # type: ignore[type-arg]  # so say the stubs alone
    """A file that came in. `is_too_large`: it went over the limit and nothing of it was kept. `digest`: its SHA-256."""

    def __init__(
        self, *, content: bytes, name: str, size: int, digest: str, is_too_large: bool, content_type: str = ""
    ) -> None:
        super().__init__(file=io.BytesIO(content), name=name, size=size, content_type=content_type)
        self.digest, self.is_too_large = digest, is_too_large


class BoundedHandler(FileUploadHandler):
    """Takes a file's chunks as they come; what is over the limit is read past, so that an answer can be shown."""

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest, takes: TakesFile) -> None:
        super().__init__(request)
        self._takes = takes

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing."""
        super().new_file(*args, **kwargs)
        self._content, self._seen, self._digest = io.BytesIO(), 0, hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take one chunk; nothing is handed on to other handlers."""
        del start
        self._seen += len(raw_data)
        if self._seen > self._takes.most_bytes:
            self._content = io.BytesIO()
            return
        self._digest.update(raw_data)
        keeping = self._takes.keeping
        if keeping is Keeping.CONTENT or (keeping is Keeping.SMALL and self._seen <= SMALL_BYTES):
            self._content.write(raw_data)
        else:
            self._content = io.BytesIO()

    def file_complete(self, file_size: int) -> TakenFile:
        """Return what the form is given."""
        too_large = file_size > self._takes.most_bytes
        return TakenFile(
            content=self._content.getvalue(),
            name=self.file_name or "",
            size=file_size,
            digest="" if too_large else self._digest.hexdigest(),
            is_too_large=too_large,
            content_type=self.content_type or "",
        )


class UploadMiddleware:
    """Give the request its handler where the view declares that it takes a file, before anything reads the form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_rest: object) -> None:
        """Look at what the view declares."""
        takes = getattr(view, "takes_file", None)
        if not isinstance(takes, TakesFile) or request.method != "POST":
            return
        if takes.from_anybody or request.user.is_authenticated:
            request.upload_handlers = [BoundedHandler(request, takes)]


def takes_file[V: Callable[..., Any]](
    *, most_bytes: int, keeping: Keeping = Keeping.CONTENT, from_anybody: bool = False
) -> Callable[[V], V]:
    """Declare, above all other decorators, that this view's form takes a file."""

    def decorate(view: V) -> V:
        takes = TakesFile(most_bytes=most_bytes, keeping=keeping, from_anybody=from_anybody)
        view.takes_file = takes  # type: ignore[attr-defined]
        return view

    return decorate
