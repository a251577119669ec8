"""`leeward pseudonymise`, and what a file of a cohort may hold: tokens, and nothing that names anybody."""

import hashlib
import hmac
import io
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.editing.lines import Allowed, LinesRefused
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.justice.outcomes.rules.cohort_rows import COHORT, RowAllowed, read_rows
from leeward.justice.outcomes.rules.telltale import Telltale, telltale
from leeward.justice.outcomes.rules.tokens import (
    KeyUnusable,
    TokenKey,
    is_token,
    normalise_id,
    read_fingerprint,
    show_fingerprint,
)

SECRET = hashlib.sha256(b"a data office").digest()
KEY = TokenKey(secret=SECRET)
HEAD = ",".join(COHORT)
QUARTER = period_of(date(2023, 2, 1), step=Frequency.QUARTER)
ANN, BEN = KEY.token("1234567"), KEY.token("7654321")
RAW = """national_id,full_name,event,on,kind,offence_code,proven_on
123-4567,Ann Canary,index,2023-01-15,community,A1,
1234567,Ann Canary,reoffence,2023-05-01,,A1,2023-06-01
۷۶۵ ۴۳۲۱,Ben Canary,index,2023-02-01,caution,B2,
"""


class TestTokens:
    def test_a_token_is_the_plain_hmac_of_the_normalised_id(self) -> None:
        assert hmac.new(SECRET, b"1234567", "sha256").hexdigest() == ANN

    @pytest.mark.parametrize(
        ("typed", "normal"),
        [
            ("123-4567", "1234567"),
            (" 123 4567\u200f", "1234567"),
            ("١٢٣٤٥٦٧", "1234567"),
            ("۱۲۳۴۵۶۷", "1234567"),
            ("ab.12/34", "AB1234"),
            ("ＡＢ１２３４", "AB1234"),
            ("0012 345", "0012345"),  # zeros in front are part of it
            ("straße1", "STRASSE1"),
            ("123", None),
            ("", None),
            ("1" * 65, None),
            ("ann@example.com", None),
            ("12345;6", None),
        ],
    )
    def test_an_id_written_in_two_ways_is_one(self, typed: str, normal: str | None) -> None:
        assert normalise_id(typed) == normal

    @given(st.text(max_size=70))
    def test_normal_stays_normal(self, typed: str) -> None:
        found = normalise_id(typed)
        assert found is None or normalise_id(found) == found

    def test_weak_keys_are_refused(self) -> None:
        for secret in (b"", b"\0" * 32, b"ab" * 16, bytes(range(32)), b"passwordpasswordpasswordpassword", SECRET[:31]):
            with pytest.raises(KeyUnusable, match="not drawn at random"):
                TokenKey(secret=secret)

    def test_a_key_is_shown_nowhere_and_its_fingerprint_is_no_part_of_it(self) -> None:
        assert SECRET.hex() not in repr(KEY)
        assert KEY.fingerprint not in SECRET.hex()
        assert TokenKey.read(KEY.text) == KEY
        assert read_fingerprint(f" {show_fingerprint(KEY.fingerprint).upper()} ") == KEY.fingerprint
        assert read_fingerprint("0a1b-2c3d") is None

    def test_a_raw_id_that_was_filled_up_is_no_token(self) -> None:
        assert is_token(ANN)
        for cell in ("1234567", "1234567".zfill(64), "0" * 57 + "abcdef1", ANN.upper(), ANN[:-1], f"{ANN}0", "٣" * 64):
            assert not is_token(cell)


class TestRows:
    def faults(self, *lines: str, head: str = HEAD, as_of: date = date(2025, 1, 1)) -> list[tuple[int, str, str]]:
        with pytest.raises(LinesRefused) as refused:
            read_rows("\n".join((head, *lines)), quarter=QUARTER, as_of=as_of)
        return [(each.line, each.column, str(each.allowed)) for each in refused.value.faults]

    def test_a_whole_file_is_read(self) -> None:
        rows = read_rows(
            f"{HEAD}\n{ANN},index,2023-01-15,community,A1,\n{ANN},reoffence,2022-05-01,,A1,2023-06-01\n",
            quarter=QUARTER, as_of=date(2025, 1, 1),
        )  # fmt: skip
        assert [row.person for row in rows] == [ANN, ANN]
        assert ANN not in repr(rows)

    @pytest.mark.parametrize(
        ("line", "column", "why"),
        [
            ("1234567,index,2023-01-15,community,A1,", "person", RowAllowed.TOKEN),
            ("{ann},start,2023-01-15,community,A1,", "event", RowAllowed.EVENT),
            ("{ann},index,15/01/2023,community,A1,", "on", Allowed.DAY),
            ("{ann},index,2023-04-01,community,A1,", "on", RowAllowed.OUTSIDE),
            ("{ann},index,2023-01-15,prison,A1,", "kind", RowAllowed.KIND),
            ("{ann},index,2023-01-15,,A1,", "kind", RowAllowed.KIND),
            ("{ann},index,2023-01-15,community,Ann Canary,", "offence_code", RowAllowed.CODE),
            ("{ann},index,2023-01-15,community,A1,2023-02-01", "proven_on", RowAllowed.NO_PROOF),
            ("{ann},reoffence,2023-05-01,,A1,", "proven_on", RowAllowed.NOT_PROVEN),
            ("{ann},reoffence,2023-05-01,,A1,2023-04-30", "proven_on", RowAllowed.PROVEN_BEFORE),
            ("{ann},reoffence,2023-05-01,,A1,2025-01-02", "proven_on", RowAllowed.AFTER),
            ("{ann},reoffence,2025-01-02,,A1,2025-01-02", "on", RowAllowed.AFTER),
            ("{ann},reoffence,2023-05-01,release,A1,2023-06-01", "kind", RowAllowed.NO_KIND),
            ("{ann},reoffence,1899-05-01,,A1,2023-06-01", "on", RowAllowed.OLD),
            ("{ben},reoffence,2023-05-01,,A1,2023-06-01", "person", RowAllowed.NO_INDEX),
        ],
    )
    def test_each_fault_has_its_line_and_column(self, line: str, column: str, why: str) -> None:
        found = self.faults(f"{ANN},index,2023-01-15,community,A1,", line.format(ann=ANN, ben=BEN))
        assert (3, column, why) in found

    @pytest.mark.parametrize(
        ("column", "why"),
        [
            ("name", Telltale.NAME),
            ("Full_Name", Telltale.NAME),
            ("surname", Telltale.NAME),
            ("الاسم", Telltale.NAME),
            ("dob", Telltale.BIRTH),
            ("date_of_birth", Telltale.BIRTH),
            ("Birth Date", Telltale.BIRTH),
            ("age", Telltale.BIRTH),
            ("national_id", Telltale.RAW_ID),
            ("National-ID", Telltale.RAW_ID),
            ("e-mail", Telltale.RAW_ID),
            ("region", None),  # tells nothing, and is not taken either: the head is another one
            ("رقم الهوية", Telltale.RAW_ID),
            ("person", None),
            ("offence_code", None),
        ],
    )
    def test_a_column_that_tells_who_somebody_is_stops_the_file(self, column: str, why: Telltale | None) -> None:
        assert telltale(column, COHORT) is why
        if column in COHORT:
            return
        for head in (f"{HEAD},{column}", f"{column};{HEAD.replace(',', ';')}"):
            assert {each for _line, _column, each in self.faults("x", head=head)} == {
                RowAllowed[why.name] if why else Allowed.HEAD
            }

    def test_a_file_without_a_head_is_refused(self) -> None:
        assert self.faults(head=f"{ANN},index,2023-01-15,community,A1,") == [(1, "", "head")]


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "raw.csv").write_text(RAW, encoding="utf-8")
        (tmp_path / "key").write_text(KEY.text)
        (tmp_path / "key").chmod(0o600)
        return tmp_path

    def run(self, folder: Path, *said: str) -> tuple[int, str]:
        out = io.StringIO()
        words = [str(folder / word[1:]) if word.startswith("/") else word for word in said]
        try:
            call_command("pseudonymise", *words, stdout=out, stderr=out)
        except CommandError as error:
            return error.returncode, f"{out.getvalue()}{error}"
        return 0, out.getvalue()

    def test_ids_become_tokens_and_nothing_else_goes_along(self, folder: Path) -> None:
        code, said = self.run(folder, "/raw.csv", "/out.csv", "--key", "/key")
        made = (folder / "out.csv").read_text()
        assert code == 0, said
        assert made == (
            f"{HEAD}\n{ANN},index,2023-01-15,community,A1,\n{ANN},reoffence,2023-05-01,,A1,2023-06-01\n"
            f"{BEN},index,2023-02-01,caution,B2,\n"
        )
        assert "3 lines, 2 persons, 2 index events" in said
        assert "Columns left out: 1." in said
        assert hashlib.sha256(made.encode()).hexdigest() in said
        assert f"Key fingerprint: {show_fingerprint(KEY.fingerprint)}" in said
        assert stat.S_IMODE((folder / "out.csv").stat().st_mode) == 0o600
        assert sorted(each.name for each in folder.iterdir()) == ["key", "out.csv", "raw.csv"]
        read_rows(made, quarter=QUARTER, as_of=date(2025, 1, 1))

    def test_a_key_is_made_once_for_its_owner_alone(self, folder: Path) -> None:
        code, said = self.run(folder, "--make-key", "--key", "/new")
        assert code == 0, said
        assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o600
        made = TokenKey.read((folder / "new").read_text())
        assert made != KEY
        assert show_fingerprint(made.fingerprint) in said
        assert made.secret.hex() not in said
        code, said = self.run(folder, "--make-key", "--key", "/new")
        assert (code, "never written over" in said) == (1, True)
        assert TokenKey.read((folder / "new").read_text()) == made

    def test_faults_are_told_by_line_without_what_stands_there_and_nothing_is_written(self, folder: Path) -> None:
        (folder / "raw.csv").write_text(
            RAW + "99,Cleo Canary,index,2023-02-01,caution,B2,\n1234567,Ann Canary,reoffence,2023-05-01,,A1,\n"
        )
        code, said = self.run(folder, "/raw.csv", "/out.csv", "--key", "/key")
        assert code == 1
        assert "line 5, national_id: Enter a national id of 4–64 letters and figures" in said
        assert "line 6, proven_on: Enter the day of the conviction or caution" in said
        assert "Canary" not in said
        assert "1234567" not in said
        assert sorted(each.name for each in folder.iterdir()) == ["key", "raw.csv"]

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (("/raw.csv", "/raw.csv", "--key", "/key"), "it holds the ids"),
            (("/raw.csv", "/key", "--key", "/key"), "nothing is written over"),
            (("/key", "/out.csv", "--key", "/key"), "The key's file is neither read"),
            (("/raw.csv", "/no.csv", "--key", "/none"), "There is no key"),
            (("/absent.csv", "/out.csv", "--key", "/key"), "is not there"),
            (("/raw.csv", "/out.csv", "--key", "/key", "--id", "pnc"), "pnc, event, on, kind, offence_code, proven_on"),
            (("/raw.csv", "/out.csv", "--key", "/key", "--fingerprint", "0a1b-2c3d-4e5f-6071"), "Files of two keys"),
            (("/raw.csv", "/out.csv", "--key", "/key", "--fingerprint", "0a1b"), "16 hex digits"),
            (("/raw.csv", "--key", "/key"), "Name the file with ids"),
        ],
    )
    def test_a_wrong_call_says_what_to_do(self, folder: Path, said: tuple[str, ...], words: str) -> None:
        code, found = self.run(folder, *said)
        assert code
        assert words in found
        assert (folder / "raw.csv").read_text(encoding="utf-8") == RAW
        assert (folder / "key").read_text() == KEY.text
        assert not (folder / "out.csv").exists()

    def test_a_key_that_others_can_read_or_that_is_weak_is_not_used(self, folder: Path) -> None:
        (folder / "key").chmod(0o640)
        assert "chmod 600" in self.run(folder, "/raw.csv", "/out.csv", "--key", "/key")[1]
        (folder / "key").chmod(0o600)
        (folder / "key").write_text(f"leeward-pseudonymise-key-1 {'00' * 32}\n")
        assert "not drawn at random" in self.run(folder, "/raw.csv", "/out.csv", "--key", "/key")[1]
        (folder / "link").symlink_to(folder / "key")
        assert "no plain file" in self.run(folder, "/raw.csv", "/out.csv", "--key", "/link")[1]
        assert not (folder / "out.csv").exists()

    def test_what_stands_twice_is_counted_and_said(self, folder: Path) -> None:
        (folder / "raw.csv").write_text(RAW + "1234567,Ann Canary,reoffence,2023-05-01,,A1,2023-06-01\n")
        assert "say again what another line says: 1" in self.run(folder, "/raw.csv", "/out.csv", "--key", "/key")[1]

    @pytest.mark.slow
    def test_it_runs_where_nothing_is_installed_or_set(self, folder: Path) -> None:
        leeward = str(Path(sys.executable).with_name("leeward"))
        done = subprocess.run(
            [leeward, "pseudonymise", "raw.csv", "out.csv", "--key", "key"],
            cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert ANN in (folder / "out.csv").read_text()
        assert sorted(each.name for each in folder.iterdir()) == ["key", "out.csv", "raw.csv"]
