"""Workbooks of which a part was changed, as a hostile or damaged file has it."""

import io
import zipfile


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def with_parts(data: bytes, number: int) -> bytes:
    """The same file with so many empty parts more."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for each in range(number):
            archive.writestr(f"xl/extra{each}.bin", b"")
    return out.getvalue()
