"""The operators' commands on platforms and lists: what they print, what they refuse, and that they can be run again."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.utils import timezone

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.operations import verify_chain
from leeward.industry.bank import rules
from leeward.industry.bank.management.commands import import_hashes
from leeward.industry.bank.models import DenyEntry, Entry, Submission
from leeward.industry.bank.operations import lists, withdraw_submission
from leeward.industry.bank.queries import feed_end
from leeward.industry.bank.rules import EntryStatus, HashType, Tier
from leeward.industry.platforms.queries import all_partners, find_key
from leeward.industry.platforms.rules import Endpoint
from tests.industry.conftest import NOW, PERSON, Keys, md5, pdq, picture, protect

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: object, **options: object) -> str:
    out = io.StringIO()
    call_command(name, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def listed(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def load(path: Path) -> str:
    return run("import_hashes", path, verbosity=0)


class TestPlatforms:
    def test_the_keys_are_one_json_object_and_stored_as_digests_only(self) -> None:
        keys = json.loads(run("create_platform", "Alpha Photos"))
        assert set(keys) == {
            "platform",
            "fetch_key",
            "feedback_key",
            "submit_key",
            "subscription_key",
            "signing_key",
        }
        assert set(keys["signing_key"]) == {"id", "ed25519"}
        for endpoint in Endpoint:
            text = keys[f"{endpoint}_key"]
            assert "," not in text
            found = find_key(text, now=timezone.now())
            assert found is not None
            assert (found.endpoint, found.partner.name) == (endpoint, "Alpha Photos")
            assert find_key(text[:-1], now=timezone.now()) is None

    @pytest.mark.parametrize("name", ["Alpha", " Alpha ", "leeward", "", "   ", "x" * 61, "a\nb"])
    @pytest.mark.usefixtures("alpha")
    def test_a_name_is_refused(self, name: str) -> None:
        with pytest.raises(CommandError):
            run("create_platform", name)
        assert [partner.name for partner in all_partners()] == ["Alpha"]

    def test_fresh_keys_overlap_with_the_old_ones(self) -> None:
        old = json.loads(run("create_platform", "Alpha"))
        fresh = json.loads(run("rotate_keys", "Alpha", "--overlap-days", 3))
        now = timezone.now()
        assert fresh["fetch_key"] != old["fetch_key"]
        assert find_key(old["fetch_key"], now=now + timedelta(days=2))
        assert find_key(old["fetch_key"], now=now + timedelta(days=3, seconds=9)) is None
        assert find_key(fresh["fetch_key"], now=now + timedelta(days=300))
        with pytest.raises(CommandError, match="case-sensitive"):
            run("rotate_keys", "alpha")
        with pytest.raises(CommandError, match="0 to 90"):
            run("rotate_keys", "Alpha", "--overlap-days", -1)


class TestImport:
    def test_good_rows_are_in_the_feed_and_bad_ones_named_by_line(self, listed) -> None:
        path = listed(
            "hash_type,hash,tier,quality\n"
            f"pdq,{pdq(1)},verified,90\n"
            f"pdq,{pdq(2)[:-1]},,\n"
            f"video_md5,{md5(3)},,\n"
            f"photodna,{pdq(4)},,\n"
            f"pdq,{pdq(5)},trusted,\n"
            f"pdq,{pdq(6)},,49\n"
            f"pdq,{pdq(7)},,ninety\n"
            f"pdq,{'0' * 64},,100\n"
            f"pdq,{pdq(8)},,90,more\n"
            f"pdq,{pdq(9).upper()},submitted,50\n"
        )
        lines = load(path).splitlines()
        assert [line.split(":")[0] for line in lines[:-1]] == [f"line {number}" for number in (3, 5, 6, 7, 8, 9, 10)]
        assert lines[-1] == "Loaded 3, already there 0, refused 7."
        rows = {entry.value: entry for entry in Entry.objects.all()}
        assert set(rows) == {pdq(1), md5(3), pdq(9)}
        assert rows[pdq(1)].tier == Tier.VERIFIED.value
        assert rows[md5(3)].hash_type == HashType.VIDEO_MD5.value
        assert all(entry.sequence is not None for entry in rows.values())

    def test_running_it_again_changes_nothing(self, listed) -> None:
        path = listed(f"hash_type,hash\npdq,{pdq(1)}\npdq,{pdq(1)}\nmd5,{md5(1)}\n")
        assert load(path).endswith("Loaded 2, already there 1, refused 0.\n")
        before = list(Entry.objects.values_list())
        assert load(path).endswith("Loaded 0, already there 3, refused 0.\n")
        assert list(Entry.objects.values_list()) == before
        assert Submission.objects.count() == 1

    @pytest.mark.parametrize(
        "content",
        [
            f"\ufeffhash_type,hash\r\npdq,{pdq(1)}\r\n",
            f'"hash_type","hash"\n"pdq","{pdq(1)}"\n',
            f"hash,hash_type\n{pdq(1)},pdq",
            f" Hash_Type , HASH \n\n pdq , {pdq(1)} \n\n",
            f"hash_type;hash\npdq;{pdq(1)}\n",
            f"hash_type,hash,note\npdq,{pdq(1)},anything\n",
        ],
        ids=["BOM and CRLF", "quotes", "other order", "spaces", "semicolons", "another column"],
    )
    def test_lists_come_in_many_ways(self, listed, content: str) -> None:
        assert load(listed(content)) == "Loaded 1, already there 0, refused 0.\n"

    def test_a_spoiled_line_spoils_no_other(self, listed) -> None:
        content = (
            b"hash_type,hash\npdq,\xff\xfe\x00\n" + b'pdq,"' + b"a" * 140_000 + b'"\npdq,' + pdq(1).encode() + b"\n"
        )
        lines = load(listed(content)).splitlines()
        assert lines[0].startswith("line 2: ")
        assert lines[1].startswith("line 3: ")
        assert lines[-1] == "Loaded 1, already there 0, refused 2."

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "is empty"),
            (b"hash\nabc\n", "no column hash_type"),
            (b"a,b\n1,2\n", "no column hash_type and no column hash"),
            ("hash_type,hash\n".encode("utf-16"), "no column"),
        ],
    )
    def test_a_file_that_is_no_list_is_refused_whole(self, listed, content: bytes, says: str) -> None:
        with pytest.raises(CommandError, match=says):
            load(listed(content))

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        for path in (tmp_path / "nothing.csv", tmp_path):
            with pytest.raises(CommandError, match="cannot be read"):
                load(path)

    def test_one_import_is_one_line_of_the_trail(self, listed) -> None:
        load(listed("hash_type,hash\n" + "".join(f"pdq,{pdq(number)}\n" for number in range(2_500))))
        event = AuditEvent.objects.get()
        assert event.verb == "bank.list_imported"
        assert json.loads(event.facts) == {"loaded": 2_500, "already_there": 0, "refused": 0}
        assert verify_chain() == 1

    def test_new_rows_go_in_by_the_thousand_in_the_order_of_their_keys(
        self, listed, django_assert_max_num_queries
    ) -> None:
        path = listed("hash_type,hash\n" + "".join(f"pdq,{pdq(number)}\n" for number in range(3_000)))
        with django_assert_max_num_queries(60):  # not one a row
            load(path)
        values = list(Entry.objects.order_by("pk").values_list("value", flat=True))
        assert values == sorted(values)
        references = list(Entry.objects.order_by("pk").values_list("reference", flat=True))
        assert references != sorted(references)  # what leaves the database tells no order

    def test_new_rows_are_in_the_feed_with_the_part_that_brought_them(self, listed, monkeypatch) -> None:
        monkeypatch.setattr(rules, "ROWS_PER_STAMP", 3)
        monkeypatch.setattr(import_hashes, "ROWS_AT_ONCE", 4)
        monkeypatch.setattr(import_hashes, "publish_pending", lambda **_: 0)
        load(listed("hash_type,hash\n" + "".join(f"pdq,{pdq(number)}\n" for number in range(10))))
        rows = list(Entry.objects.order_by("sequence").values_list("sequence", "first_sequence", "stamped_at"))
        assert [row[0] for row in rows] == [row[1] for row in rows] == list(range(1, 11))
        stamps = [row[2] for row in rows]
        assert stamps == sorted(stamps)
        assert max(stamps.count(stamp) for stamp in stamps) == 3
        assert feed_end().sequence == 10
        assert not Entry.objects.pending().exists()

    def test_what_somebody_else_inserts_meanwhile_is_held_and_not_inserted_twice(self, listed, monkeypatch) -> None:
        reference = protect(picture("a"))
        with monkeypatch.context() as patched:
            patched.setattr(lists, "_known", lambda _: [])  # as it looked a moment before
            path = listed(f"hash_type,hash\npdq,{pdq('a/upright')}\npdq,{pdq(2)}\n")
            assert load(path) == "Loaded 2, already there 0, refused 0.\n"
        withdraw_submission(reference=reference, by=PERSON, now=NOW)
        assert set(Entry.objects.filter(status="active").values_list("value", flat=True)) == {
            pdq("a/upright"),
            pdq(2),
        }

    def test_a_list_does_not_bring_back_what_was_taken_out(self, listed) -> None:
        path = listed(f"hash_type,hash\npdq,{pdq(1)}\n")
        load(path)
        assert run("withdraw_hash", pdq(1), reason="appeal") == "Withdrawn.\n"
        lines = load(path).splitlines()
        assert lines[0].startswith("line 2: ")
        assert "verify-hash" in lines[0]
        assert run("verify_hash", pdq(1), reason="second look") == "Verified.\n"
        assert Entry.objects.get().status == EntryStatus.ACTIVE.value


class TestSingleHashes:
    def test_withdrawing_is_published_and_can_be_repeated(self, listed) -> None:
        load(listed(f"hash_type,hash\nvideo_md5,{md5(1)}\n"))
        first = Entry.objects.get().sequence
        assert run("withdraw_hash", f" {md5(1).upper()} ", reason="appeal") == "Withdrawn.\n"
        entry = Entry.objects.get()
        assert entry.status == EntryStatus.WITHDRAWN.value
        assert (entry.sequence or 0) > (first or 0)
        assert run("withdraw_hash", md5(1), reason="appeal") == "It was withdrawn before.\n"

    @pytest.mark.parametrize("value", [pdq("none"), "abc", "", "\ud800", "é" * 64])
    def test_an_unknown_hash_is_named(self, value: str) -> None:
        for command in ("withdraw_hash", "verify_hash"):
            with pytest.raises(CommandError, match="no such hash"):
                run(command, value, reason="x")

    def test_a_reason_that_holds_a_hash_is_refused(self, listed) -> None:
        load(listed(f"hash_type,hash\npdq,{pdq(1)}\n"))
        with pytest.raises(CommandError, match="hash or a key"):
            run("withdraw_hash", pdq(1), reason=f"same as {pdq(2)}")
        with pytest.raises(CommandError, match="reason"):
            run("withdraw_hash", pdq(1), reason="  ")
        assert Entry.objects.get().status == EntryStatus.ACTIVE.value

    def test_a_canary_is_nobodys_to_withdraw(self, alpha: Keys) -> None:
        canary = Entry.objects.filter(canary_for=alpha.partner.id)[0]
        with pytest.raises(CommandError, match="no such hash"):
            run("withdraw_hash", canary.value, reason="x")


def test_the_deny_list_grows_from_a_file(listed) -> None:
    path = listed(f"hash_type,hash\npdq,{pdq('flag')}\nmd5,{md5('logo')}\npdq,zz\n")
    assert run("deny_hashes", path).splitlines()[-1] == "Added 2, already there 0, refused 1."
    assert run("deny_hashes", path).splitlines()[-1] == "Added 0, already there 2, refused 1."
    assert DenyEntry.objects.count() == 2


def test_publishing_says_how_many() -> None:
    protect(picture("a"))
    assert run("publish") == "Published 1.\n"
    assert run("publish") == "Published 0.\n"


def test_every_command_has_one_plain_sentence() -> None:
    ours = [(app, name) for name, app in get_commands().items() if str(app).startswith("leeward.industry")]
    assert {name for _app, name in ours} >= {"create_platform", "import_hashes", "import_platforms", "load_duties"}
    for app, name in ours:
        sentence = load_command_class(str(app), name).help
        assert sentence.endswith(".")
        assert "\n" not in sentence
