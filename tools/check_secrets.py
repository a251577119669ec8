"""Looks for secrets among the files that git keeps or would keep: by their names, and by what stands in them."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from leeward.config.environment import DATA_FOLDER_DEFAULT, LEAKED, SECRETS_FILE

ROOT = Path(__file__).resolve().parents[1]
NAMES = (SECRETS_FILE, ".env", "id_rsa", "id_ed25519")
ENDINGS = (".key", ".pem", ".p12", ".pfx", ".sqlite3", ".sqlite3-wal", ".sqlite3-shm")
# What is packed cannot be read here, so each archive is looked through by whoever allows it below.
PACKED = (".xz", ".gz", ".tgz", ".bz2", ".zst", ".7z", ".tar", ".zip", ".jar", ".whl")
PATTERNS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]"),
    "a private key of the vault": re.compile(r"\blwk1\.[A-Za-z0-9+/]{40,}"),
    "a key of a well-known service": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20}"
        r"|xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{35})\b"
    ),
}
# A name that says secret, and a value that looks drawn: of many signs, capital and small letters among them, and in a
# short one a figure too (a drawn value of 43 signs has none once in 1,500 times, so a long one is not asked for it).
ASSIGNED = re.compile(
    r"(?:SECRET|PEPPER|PASSWORD|TOKEN|(?:SIGNING|INDEX|API|PRIVATE)_?KEY)[A-Z_]*[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9+/_=-]{24,})",
    re.IGNORECASE,
)
LETTERS = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"))
FIGURE = re.compile(r"[0-9]")
LONG = 40
DISTINCT_LEAST = 16
MADE_UP = re.compile(r"secret|example", re.IGNORECASE)  # what tests and papers call their values
WORD = re.compile(r"[A-Za-z0-9+/_=-]{40,70}")
# Keys that are public on purpose, and archives that somebody has looked through.
ALLOWED = {
    "tests/foundation/vault/vectors.json": "frozen examples of every format, made for the tests",
    "tests/data/founded-6f528d2b/nation.tar.xz": "a nation made up for one test, whose secrets open nothing else",
    "tests/foundation/surveys/data/ddi-codebook-2.6.zip": "the schemas of a public standard",
}


def find_secrets(name: str, content: str) -> Iterator[str]:
    """Say, for each secret that a file seems to hold, what it is and in which line."""
    path = PurePosixPath(name)
    if path.name in NAMES or path.suffix in ENDINGS or DATA_FOLDER_DEFAULT in path.parts:
        yield f"{name}: a file of this name holds secrets"
    if path.suffix in PACKED:
        yield f"{name}: a packed file, which cannot be looked through"
    for what, pattern in PATTERNS.items():
        for match in pattern.finditer(content):
            yield f"{name}:{_line(content, match)}: {what}"
    for match in ASSIGNED.finditer(content):
        value = match[1]
        if _looks_drawn(value) and not MADE_UP.search(value):
            yield f"{name}:{_line(content, match)}: a value that looks like a secret"
    for match in WORD.finditer(content):
        if hashlib.sha256(match[0].encode()).hexdigest() in LEAKED:
            yield f"{name}:{_line(content, match)}: a secret that was published before"


def _looks_drawn(value: str) -> bool:
    is_mixed = all(kind.search(value) for kind in LETTERS) and len(set(value)) >= DISTINCT_LEAST
    return is_mixed and (len(value) >= LONG or FIGURE.search(value) is not None)


def _line(content: str, match: re.Match[str]) -> int:
    return content.count("\n", 0, match.start()) + 1


def kept_files(root: Path) -> list[str]:
    """The files that git keeps, and those that it would take with the next `git add`."""
    call = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(call, cwd=root, capture_output=True, check=True, text=True).stdout
    return [name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def main(root: Path = ROOT) -> int:
    """Look through all files and return how the check ends."""
    found = [
        each
        for name in kept_files(root)
        if name not in ALLOWED
        for each in find_secrets(name, (root / name).read_text(encoding="utf-8", errors="replace"))
    ]
    for each in found:
        print(each)
    if found:
        print("Take it out. Whatever was committed or handed on must be changed where it is used, too.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
