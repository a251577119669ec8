"""Reads packages for tests, by the standard library alone."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from leeward.society.directory.queries.packages import write_zip

type Tables = dict[str, list[dict[str, str]]]


def export() -> bytes:
    """What everybody can download."""
    to = io.BytesIO()
    write_zip(to)
    return to.getvalue()


def files_of(package: bytes) -> dict[str, str]:
    """The text of each file of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def tables_of(package: bytes) -> Tables:
    """The lines of each table of a package, by its file's name."""
    texts = files_of(package)
    return {
        name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items() if name[-4:] == ".csv"
    }


def descriptor_of(package: bytes) -> Any:
    """The package's description of itself."""
    return json.loads(files_of(package)["datapackage.json"])


def put_together(folder: Path, package: bytes, **changed: list[dict[str, str]] | str | None) -> Path:
    """The package as a folder, with some files (by their names without .csv) changed; None takes one away."""
    folder.mkdir(exist_ok=True)
    for name, text in files_of(package).items():
        (folder / name).write_bytes(text.encode())
    for stem, content in changed.items():
        path = folder / f"{stem}.csv"
        if content is None:
            path.unlink()
        elif isinstance(content, str):
            path.write_bytes(content.encode())
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, fieldnames=list(content[0]))
                writer.writeheader()
                writer.writerows(content)
    return folder
