"""`leeward pseudonymise RAW OUT --key FILE`: at the data office, ids become tokens. No database, no network.

What leaves the office is the file that this writes. The key never leaves it: whoever has it can test an id that they
know, and a file made with another one cannot be put beside this one.
"""

import hashlib
import os
import secrets
import stat
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.editing.lines import Fault, LinesRefused
from leeward.foundation.keyfiles import write_once
from leeward.justice.outcomes.rules.cohort_rows import MOST_BYTES
from leeward.justice.outcomes.rules.pseudonymising import pseudonymise
from leeward.justice.outcomes.rules.tokens import (
    KEY_BYTES,
    KeyUnusable,
    TokenKey,
    read_fingerprint,
    show_fingerprint,
)

ID_COLUMN = "national_id"
OF_OTHERS = 0o077
RAW_MOST = 8 * MOST_BYTES
WRONG = 1


class Command(BaseCommand):
    requires_system_checks = ()  # a data office has no installation to check
    help = (
        "At the data office: turn a CSV file with national ids into a file of a cohort, with tokens in their place. "
        "It needs no installation and asks no network."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("raw", type=Path, nargs="?", help="the CSV file with ids; it is read, never changed")
        parser.add_argument("out", type=Path, nargs="?", help="the file to write; it must not be there yet")
        parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the data office's key")
        parser.add_argument("--make-key", action="store_true", help="draw a new key into FILE, for its owner alone")
        parser.add_argument(
            "--id", default=ID_COLUMN, metavar="COLUMN", help=f"the id's column; {ID_COLUMN} if not said"
        )
        parser.add_argument(
            "--fingerprint", default="", metavar="DIGITS", help="go on only if the key has this fingerprint"
        )

    def handle(
        self,
        *,
        raw: Path | None,
        out: Path | None,
        key: Path,
        make_key: bool,
        id: str,  # noqa: A002  # the option's name
        fingerprint: str,
        **_options: Any,
    ) -> None:
        if make_key:
            if raw or out or fingerprint:
                raise CommandError("--make-key takes the key's file alone: leeward pseudonymise --make-key --key FILE")
            self._make_key(key)
            return
        if raw is None or out is None:
            raise CommandError("Name the file with ids and the file to write: leeward pseudonymise RAW OUT --key FILE")
        _refuse_same(raw, out, key)
        held = _read_key(key)
        _expect(held, fingerprint)
        self._write(raw, out, id_column=id, key=held)

    def _make_key(self, path: Path) -> None:
        if path.exists() or path.is_symlink():
            raise CommandError(f"{path} is there already. A key is never written over: name another file.")
        made = TokenKey(secret=secrets.token_bytes(KEY_BYTES))
        try:
            write_once(path, made.text)
            kept = _read_key(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written ({error.strerror}).") from error
        if kept != made:
            raise CommandError(f"{path} was made by somebody else meanwhile: it holds another key.")
        self.stdout.write(f"Made the key {path}, for its owner alone. Keep a copy where only the data office gets.")
        self.stdout.write(f"Key fingerprint: {show_fingerprint(made.fingerprint)}")

    def _write(self, raw: Path, out: Path, *, id_column: str, key: TokenKey) -> None:
        text = _read_raw(raw)
        try:
            made = pseudonymise(text, id_column=id_column, key=key)
        except LinesRefused as error:
            said = "\n".join(map(_say, error.faults))
            raise CommandError(f"Nothing was written. In {raw}:\n{said}", returncode=WRONG) from error
        if len(made.text.encode()) > MOST_BYTES:
            raise CommandError(f"Nothing was written: it would be over {MOST_BYTES // 2**20} MB.", returncode=WRONG)
        try:
            write_once(out, made.text)
            is_ours = out.read_text(encoding="utf-8") == made.text
        except OSError as error:
            raise CommandError(f"{out} cannot be written ({error.strerror}).") from error
        if not is_ours:
            raise CommandError(f"{out} was made by somebody else meanwhile: name another file.")
        self.stdout.write(f"Wrote {out}: {made.lines} lines, {made.persons} persons, {made.indexes} index events.")
        if made.dropped:
            self.stdout.write(f"Columns left out: {made.dropped}.")
        if made.repeats:
            self.stdout.write(
                f"Lines that say again what another line says: {made.repeats}. Each is counted: look at them."
            )
        self.stdout.write(f"SHA-256: {hashlib.sha256(made.text.encode()).hexdigest()}")
        self.stdout.write(f"Key fingerprint: {show_fingerprint(key.fingerprint)}")


def _refuse_same(raw: Path, out: Path, key: Path) -> None:
    if not raw.is_file():
        raise CommandError(f"{raw} is not there, or no file.")
    if out.exists() or out.is_symlink():
        is_raw = out.exists() and out.samefile(raw)
        why = "it holds the ids" if is_raw else "nothing is written over"
        raise CommandError(f"{out} is there already, and {why}: name a new file to write.")
    if out.resolve() == key.resolve() or (key.exists() and raw.samefile(key)):
        raise CommandError("The key's file is neither read as ids nor written over: name another one.")


def _read_key(path: Path) -> TokenKey:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise CommandError(f"{path} is no plain file. Name the file that --make-key made.")
        if os.name == "posix" and found.st_mode & OF_OTHERS:
            raise CommandError(f"Others can read {path}. Take it away from them: chmod 600 {path}")
        return TokenKey.read(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise CommandError(f"There is no key {path}. Make one: leeward pseudonymise --make-key --key {path}") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} holds no key of “leeward pseudonymise”. Make one with --make-key.") from error
    except KeyUnusable as error:
        raise CommandError(f"{path}: {error}") from error


def _expect(key: TokenKey, fingerprint: str) -> None:
    if not fingerprint:
        return
    wanted = read_fingerprint(fingerprint)
    if wanted is None:
        raise CommandError("A fingerprint has 16 hex digits, such as 0a1b-2c3d-4e5f-6071.")
    if wanted != key.fingerprint:
        raise CommandError(
            f"This key has the fingerprint {show_fingerprint(key.fingerprint)}, not {show_fingerprint(wanted)}. Files "
            "of two keys cannot be put beside each other: take the key of the earlier files."
        )


def _read_raw(path: Path) -> str:
    try:
        if path.stat().st_size > RAW_MOST:
            raise CommandError(f"{path} is larger than {RAW_MOST // 2**20} MB: give one cohort at a time.")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is no text in UTF-8. Save it as “CSV UTF-8”.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from error


def _say(fault: Fault) -> str:
    column = f", {fault.column}" if fault.column else ""
    return f"line {fault.line}{column}: {fault.allowed.label % {'about': fault.about}}"
