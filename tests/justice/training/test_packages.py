"""Packages: ours is whole, one of others is shelved or refused with its reason, and judged by its own rule."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import etree

from leeward.foundation.accounts.rules import Role
from leeward.justice.training import decoding
from leeward.justice.training.decoding import DIED, decode_package
from leeward.justice.training.models import Completion, Package
from leeward.justice.training.operations.machines import find_system, make_key, take_statements
from leeward.justice.training.operations.shelving import shelve_package
from leeward.justice.training.queries.packages import package_of
from leeward.justice.training.rules import cmi5
from leeward.justice.training.rules.cmi5 import MoveOn, StructureRefused, is_done, read_package
from leeward.justice.training.rules.statements import Verb, read_batch
from leeward.justice.training.rules.terms import Result
from tests.foundation.accounts import people
from tests.justice.training.force import COURSE, NOW, OPERATOR, Force

PEERS = Path(__file__).with_name("cmi5")
UNIT = '<au id="https://x.example/1" moveOn="{move}" masteryScore="0.8">{texts}<url>{url}</url></au>'
TEXTS = "<title><langstring>T</langstring></title><description><langstring>D</langstring></description>"
WHOLE = f'<courseStructure xmlns="{cmi5.NAMESPACE}"><course id="https://x.example">{TEXTS}</course>%s</courseStructure>'


def structure(units: str = "", *, url: str = "https://x.example/play", move: str = "Passed") -> bytes:
    return (WHOLE % (units or UNIT.format(texts=TEXTS, url=url, move=move))).encode()


def pack(xml: bytes | None, **files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if xml is not None:
            archive.writestr("cmi5.xml", xml)
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


def link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cmi5.xml", structure())
        info = zipfile.ZipInfo("out")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return packed.getvalue()


def locked() -> bytes:
    packed = bytearray(pack(structure(), a=b"x"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = packed.index(mark)
        packed[place + at] |= 1
    return bytes(packed)


@pytest.mark.parametrize("name", ["simple", "complex", "extended"])
def test_the_structures_of_the_specification_are_read(name: str) -> None:
    sent = (PEERS / f"{name}-cmi5.xml").read_bytes()
    found = decode_package(sent)  # in a process of its own
    assert found == read_package(sent)
    assert found.id.startswith("http://course")
    assert len(found.units) == {"simple": 1, "complex": 14, "extended": 1}[name]


def test_blanks_around_values_and_a_thousand_units_pass() -> None:
    found = read_package(structure(move=" CompletedOrPassed "))
    assert [(each.move_on, each.mastery) for each in found.units] == [(MoveOn.COMPLETED_OR_PASSED, "0.8")]
    many = "".join(
        f'<au id="https://x.example/{number}">{TEXTS}<url>https://x.example/{number}</url></au>'
        for number in range(1_001)
    )
    assert len(read_package(structure(many)).units) == 1_001


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + structure()
OUTSIDE = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + structure()
GOAL = f'<au id="https://x.example/1">{TEXTS}<objectives><objective idref="https://x.example/o"/></objectives>'
DEEP = f'<block id="https://x.example/b%d">{TEXTS}'
ONE = UNIT.format(texts=TEXTS, url="https://x.example/a", move="Passed")
NESTED = "".join(DEEP % number for number in range(12)) + ONE + "</block>" * 12


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no XML"),
        (b"<a", "no XML"),
        (b"\xff\xfe" + "<a/>".encode("utf-16-le"), "No matching global declaration"),
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (OUTSIDE.decode().encode("utf-16"), "DOCTYPE"),
        (b"<a/>", "line 1"),
        (b" " * (cmi5.XML_MOST + 1), "larger than 4 MB"),
        (structure(move="Sometimes"), "moveOn"),
        (structure().replace(b"0.8", b"1.8"), "masteryScore"),
        (structure().replace(b"https://x.example/1", b"one"), "the id of this unit has no scheme"),
        (structure(ONE * 2), "another unit has this id, in line 1"),
        (structure(f"{GOAL}<url>https://x.example/a</url></au>"), "is not defined"),
        (structure(url="ftp://x.example/a"), "must begin with https://"),
        (structure(url="index.html"), "without a package"),
        (structure(url="https://x.example/?Endpoint=1"), "adds Endpoint"),
        (structure(NESTED), "more than 10 deep"),
        (pack(structure(url="index.html")), "there is no file index.html"),
        (pack(None, a=b"x"), "no cmi5.xml at the top"),
        (pack(None, in__cmi5_dot_xml=structure()), "no cmi5.xml at the top"),
        (pack(structure(), __etc=b"x"), "leads out of the package"),
        (link(), "a link, not a file"),
        (locked(), "has a password"),
        (pack(structure())[:-30], "cannot be unpacked"),
    ],
)  # fmt: skip
def test_what_is_no_package_is_refused_with_its_reason(sent: bytes, said: str) -> None:
    with pytest.raises(StructureRefused) as refused:
        read_package(sent)
    assert said in str(refused.value)


def test_a_path_that_climbs_out_is_refused() -> None:
    with pytest.raises(StructureRefused, match="leads out"):
        read_package(pack(structure(), **{"a__.___dot_.__b": b"x", "..__x": b"x"}))


def test_what_kills_its_reader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process tells nothing, too much, or something else."""
    halves: list[object] = [None, [], {}, {"id": 1}, {"id": "a:b", "titles": {}, "units": [{"id": "a:b"}]}]
    for told in halves:
        monkeypatch.setattr(decoding, "tell_apart", lambda *_sent, told=told, **_more: told)
        with pytest.raises(StructureRefused, match=DIED):
            decode_package(b"x")


@pytest.mark.parametrize(
    ("rule", "passed", "completed", "done"),
    [
        (MoveOn.PASSED, False, True, False),
        (MoveOn.COMPLETED, False, True, True),
        (MoveOn.COMPLETED_AND_PASSED, True, False, False),
        (MoveOn.COMPLETED_AND_PASSED, True, True, True),
        (MoveOn.COMPLETED_OR_PASSED, True, False, True),
        (MoveOn.NOT_APPLICABLE, False, False, True),
    ],
)
def test_when_a_unit_is_done(rule: MoveOn, *, passed: bool, completed: bool, done: bool) -> None:
    assert is_done(rule, passed=passed, completed=completed) is done


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_our_package_is_whole_by_the_schema_and_by_our_own_reader() -> None:
    number, packed = package_of(COURSE)
    assert package_of(COURSE) == (number, packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        schema = etree.XMLSchema(etree.parse(str(cmi5.SCHEMA)))
        schema.assertValid(etree.fromstring(archive.read("cmi5.xml")))
    [unit] = decode_package(packed).units
    assert unit.id.endswith(f"/training#{COURSE}/{number}")
    assert (unit.move_on, unit.mastery) == (MoveOn.PASSED, "1.0000")


@pytest.mark.django_db
def test_what_was_passed_elsewhere_is_judged_by_the_packages_rule(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.at(monkeypatch, NOW)
    shelve_package(course=COURSE, version=2, sent=structure(move="Completed"), by=OPERATOR, now=NOW)
    user, password = make_key(employer=north.employer, name="S", home="https://s.example", by=OPERATOR, now=NOW)
    for number, verb, unit, scaled in (
        (1, Verb.COMPLETED, "https://x.example/1", None),
        (2, Verb.PASSED, "https://x.example/1", 0.9),
        (3, Verb.COMPLETED, "https://x.example/other", None),
    ):
        said = {
            "actor": {"account": {"homePage": "https://s.example", "name": f"P-{number}"}},
            "verb": {"id": verb.value},
            "object": {"id": f"https://s.example/made-up/{number}"},
            "context": {"contextActivities": {"grouping": [{"id": unit}]}},
            "result": {"score": {"scaled": scaled}} if scaled else {},
        }
        take_statements(system=find_system(str(user), password), batch=read_batch(said), now=NOW)
    found = Completion.objects.order_by("pk").values_list("result", flat=True)
    assert sorted(found) == [Result.COMPLETED, Result.PASSED]  # to pass is not what this package asks for


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_an_author_shelves_a_package_and_anybody_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    people.employ("ines", Role.COURSE_AUTHOR)
    people.at(monkeypatch, NOW)
    ines, address = people.come_in("ines"), reverse("training:shelf")

    def send(content: bytes, name: str = "p.zip") -> str:
        sent = {"version": f"{COURSE}/2", "file": SimpleUploadedFile(name, content)}
        response = ines.post(address, sent)
        return response.content.decode() if response.status_code != 303 else ""

    assert "DOCTYPE" in send(BOMB)
    assert not Package.objects.exists()
    packed = pack(structure(url="index.html"), index_dot_html=b"x")
    assert send(packed) == ""
    assert "on the shelf already" in send(packed)
    assert send((PEERS / "complex-cmi5.xml").read_bytes()) == ""
    shown = Client().get(reverse("training:packages")).content.decode()
    assert "shelved and not judged" in shown
    assert "≥ 0.8" in shown
    row = Package.objects.get(units=1)
    taken = Client().get(reverse("training:shelved-package", args=[row.public_id]))
    assert (taken.content, taken.headers["Content-Type"]) == (packed, "application/zip")
    assert Client().get(reverse("training:own-package", args=[COURSE])).content[:2] == b"PK"
    assert Client().get(reverse("training:own-package", args=["nothing-here"])).status_code == 404
    assert ines.post(address, {"drop": str(row.public_id)}).status_code == 303
    assert not Package.objects.filter(units=1).exists()
