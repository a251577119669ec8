"""Keeps the package that everybody can download: made once after a change, by one process at a time."""

import fcntl
import os
import tempfile
from pathlib import Path

from django.conf import settings

from leeward.society.directory.errors import PackageBusy
from leeward.society.directory.queries.packages import package_stamp, write_zip


def keep_package() -> tuple[Path, str]:
    """Where the package lies that says what is published now, and its stamp; it is made where it is not there.

    Raises PackageBusy while another process makes it, and PackageUnsettled. An older package is never given instead: it
    may show what has been hidden since.
    """
    folder, stamp = Path(settings.LEEWARD_OPEN_DATA), package_stamp()
    path = folder / f"services-{stamp}.zip"
    if path.exists():
        return path, stamp
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PackageBusy from error
        if not path.exists():
            _make(path)
            for older in folder.glob("services-*.zip"):
                if older != path:
                    older.unlink(missing_ok=True)
    return path, stamp


def _make(path: Path) -> None:
    for left in path.parent.glob("draft-*"):  # of one that was killed; we hold the lock
        left.unlink(missing_ok=True)
    handle, draft = tempfile.mkstemp(prefix="draft-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write_zip(file)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
