"""Packages: ours is whole, one of others is shelved or refused with its reason, and judged by its own rule."""

import io
import stat
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import etree

from leeward.foundation.accounts.rules import Role
from leeward.justice.training import decoding
from leeward.justice.training.decoding import DIED, decode_package
from leeward.justice.training.models import Completion, MachineStatement, Package, PackageUnit
from leeward.justice.training.operations.machines import (
    count_statement,
    find_system,
    make_key,
    match_statements,
    take_statements,
)
from leeward.justice.training.operations.shelving import shelve_package
from leeward.justice.training.queries.packages import package_of
from leeward.justice.training.rules import cmi5
from leeward.justice.training.rules.cmi5 import MoveOn, StructureRefused, is_done, read_package
from leeward.justice.training.rules.statements import Verb, read_batch
from leeward.justice.training.rules.terms import Result, StatementState
from tests.foundation.accounts import people
from tests.justice.training.force import COURSE, NOW, OPERATOR, Force, person

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


class Several:
    """A learning system that tells of a package of several units."""

    def __init__(self, north: Force, sent: bytes) -> None:
        self.north = north
        shelve_package(course=COURSE, version=2, sent=sent, by=OPERATOR, now=NOW)
        self.user, self.password = make_key(
            employer=north.employer, name="S", home="https://s.example", by=OPERATOR, now=NOW
        )

    def tell(
        self, verb: Verb, unit: str, *, number: int = 1, ago: int = 0, scaled: float | None = None, enrolment: int = 1
    ) -> uuid.UUID:
        said: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "actor": {"account": {"homePage": "https://s.example", "name": f"P-{number}"}},
            "verb": {"id": verb.value},
            "object": {"id": "https://s.example/made-up"},
            "context": {
                "registration": str(uuid.UUID(int=enrolment)),
                "contextActivities": {"grouping": [{"id": unit}]},
            },
            "timestamp": (NOW - timedelta(days=ago)).isoformat(),
            "result": {"score": {"scaled": scaled}} if scaled is not None else {},
        }
        self.take(said)
        return uuid.UUID(said["id"])

    def void(self, statement: uuid.UUID) -> None:
        self.take(
            {
                "actor": {"account": {"homePage": "https://s.example", "name": "admin"}},
                "verb": {"id": Verb.VOIDED.value},
                "object": {"objectType": "StatementRef", "id": str(statement)},
            }
        )

    def take(self, said: dict[str, Any]) -> None:
        system = find_system(str(self.user), self.password)
        take_statements(system=system, batch=read_batch(said), now=NOW)


def counted() -> list[Completion]:
    return list(Completion.objects.filter(voids__isnull=True, voided_by__isnull=True).order_by("pk"))


@pytest.mark.django_db
def test_the_specifications_nested_course_is_done_when_every_unit_is_by_its_own_rule(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.at(monkeypatch, NOW)
    sent = (PEERS / "complex-cmi5.xml").read_bytes()
    system, units = Several(north, sent), list(read_package(sent).units)
    wanted = [each for each in units if each.move_on is not MoveOn.NOT_APPLICABLE]
    assert len({each.move_on for each in wanted}) > 1
    assert PackageUnit.objects.count() == len(wanted)
    for place, unit in enumerate(reversed(wanted)):
        assert counted() == [], "one is not done yet"
        score = float(unit.mastery) if unit.mastery else None
        days = place + 1
        if unit.move_on in (MoveOn.COMPLETED, MoveOn.COMPLETED_AND_PASSED):
            system.tell(Verb.COMPLETED, unit.id, ago=days)
        if unit.move_on is not MoveOn.COMPLETED:
            system.tell(Verb.PASSED, unit.id, ago=days, scaled=score)
    [found] = counted()
    assert (found.result, found.version, found.on) == (Result.PASSED, 2, NOW.date() - timedelta(days=1))
    assert set(MachineStatement.objects.values_list("state", flat=True)) == {"collected", "counted"}
    system.tell(Verb.PASSED, wanted[0].id, scaled=1.0)
    assert counted() == [found], "once for an enrolment"


TWO = UNIT.format(texts=TEXTS, url="https://x.example/a", move="CompletedAndPassed") + (
    f'<block id="https://x.example/b">{TEXTS}<block id="https://x.example/c">{TEXTS}'
    f'<au id="https://x.example/2" moveOn="Completed">{TEXTS}<url>https://x.example/2</url></au>'
    f'<au id="https://x.example/3">{TEXTS}<url>https://x.example/3</url></au></block></block>'
)
FIRST, SECOND = "https://x.example/1", "https://x.example/2"


@pytest.mark.django_db
def test_enrolments_and_people_are_not_mixed_and_a_score_too_low_is_no_part(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.at(monkeypatch, NOW)
    system = Several(north, structure(TWO))
    system.tell(Verb.PASSED, FIRST, scaled=0.9)
    system.tell(Verb.COMPLETED, FIRST, enrolment=2)
    system.tell(Verb.COMPLETED, SECOND)
    system.tell(Verb.COMPLETED, SECOND, number=2)
    system.tell(Verb.COMPLETED, FIRST, number=2)
    system.tell(Verb.PASSED, FIRST, number=2, scaled=0.7)
    system.tell(Verb.FAILED, FIRST, number=2)
    assert counted() == []
    assert MachineStatement.objects.filter(state=StatementState.CONTRADICTED).count() == 1
    system.tell(Verb.COMPLETED, FIRST)
    assert len(counted()) == 1


@pytest.mark.django_db
def test_what_is_taken_back_undoes_the_course_until_it_is_told_again(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.at(monkeypatch, NOW)
    system = Several(north, structure(TWO))
    system.tell(Verb.COMPLETED, FIRST)
    passed = system.tell(Verb.PASSED, FIRST, scaled=0.9)
    last = system.tell(Verb.COMPLETED, SECOND)
    assert len(counted()) == 1
    system.void(passed)
    assert counted() == [], "the first unit is not done any more"
    system.tell(Verb.PASSED, FIRST, scaled=1.0)
    assert len(counted()) == 1
    more = system.tell(Verb.COMPLETED, SECOND)
    system.void(last)
    assert len(counted()) == 1, "the second unit was told twice"
    system.void(more)
    assert counted() == []


@pytest.mark.django_db
def test_parts_that_waited_for_the_roster_or_the_manager_count_with_the_others(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.at(monkeypatch, NOW)
    system = Several(north, structure(TWO))
    system.tell(Verb.COMPLETED, SECOND, number=77)
    waived = system.tell(Verb.WAIVED, FIRST, number=77)
    north.load(*(person(each) for each in (*range(12), 77)))
    assert match_statements(now=NOW, limit=10) == 2
    assert counted() == []
    row = MachineStatement.objects.get(statement=waived)
    assert row.state is StatementState.WAIVED
    count_statement(statement=row.reference, employer=north.employer, number="", by=north.actor, now=NOW)
    [found] = counted()
    assert found.result is Result.PASSED


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
    assert "on the shelf already" in send((PEERS / "complex-cmi5.xml").read_bytes() + b" "), "it has the same units"
    by_itself = UNIT.format(texts=TEXTS, url="https://x.example/a", move="NotApplicable").replace(
        "example/1", "example/0"
    )
    assert send(structure(by_itself)) == ""
    shown = Client().get(reverse("training:packages")).content.decode()
    assert "shelved and not judged" in shown
    assert "Done when each of its " in shown
    assert "≥ 0.8" in shown
    row = Package.objects.get(units=1, unit="https://x.example/1")
    taken = Client().get(reverse("training:shelved-package", args=[row.public_id]))
    assert (taken.content, taken.headers["Content-Type"]) == (packed, "application/zip")
    assert Client().get(reverse("training:own-package", args=[COURSE])).content[:2] == b"PK"
    assert Client().get(reverse("training:own-package", args=["nothing-here"])).status_code == 404
    assert ines.post(address, {"drop": str(row.public_id)}).status_code == 303
    assert not Package.objects.filter(pk=row.pk).exists()
