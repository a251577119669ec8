"""Versions that never change, a switch that needs a law in force, and a file that may be loaded again and again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.industry.duties.errors import (
    CommencementUnknown,
    NothingChanged,
    RegimeRefused,
    RegimeUnknown,
    VersionMoved,
)
from leeward.industry.duties.models import Regime, RegimeVersion
from leeward.industry.duties.operations import load_regimes, publish_regime_version, switch_regime
from leeward.industry.duties.queries import (
    active_regimes,
    all_regimes,
    find_regime,
    find_regimes,
    switch_reason,
    versions_of,
)
from leeward.industry.duties.rules import Commencement, Element, Origin, RegimeDraft, SeedRegime, as_record
from leeward.industry.duties.rules import Regime as Published
from leeward.industry.duties.rules.regimes import FROM_THE_FIRST
from leeward.industry.duties.schemas import SHIPPED, read_shipped
from tests.industry.duties.conftest import DRAFT, NOW, OPERATOR, TODAY, draft

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TOMORROW = TODAY + timedelta(days=1)


def publish(one: RegimeDraft = DRAFT, *, now: datetime = NOW, **rest: Any) -> Published:
    return publish_regime_version(draft=one, by=OPERATOR, now=now, **rest)


def switch_on(code: str = "xx-act", *, now: datetime = NOW) -> bool:
    return switch_regime(code=code, on=True, reason="Counsel has read it.", by=OPERATOR, now=now)


def audited() -> list[tuple[str, str, dict[str, Any]]]:
    lines = AuditEvent.objects.filter(subject_kind="regime").order_by("verb")
    return [(line.verb, line.subject_reference, json.loads(line.facts)) for line in lines]


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_new_law_begins_switched_off_and_answers_for_every_day() -> None:
    regime = publish()
    assert (regime.version, regime.valid_from, regime.is_switched_on) == (1, FROM_THE_FIRST, False)
    assert regime.origin is Origin.STAFF
    assert regime.as_draft() == DRAFT
    assert find_regime("xx-act", on=date(1999, 1, 1)) == regime
    assert regime not in active_regimes(on=TODAY)
    [(verb, reference, facts)] = audited()
    assert (verb, reference) == ("duties.version_published", "xx-act")
    assert facts == {
        "version": 1,
        "valid_from": "0001-01-01",
        "origin": "staff",
        "limit_hours": "48",
        "commencement": "in_force",
    }


def test_a_request_finds_the_version_that_it_was_sent_under() -> None:
    publish()
    publish(draft(limit_hours=24.0), valid_from=TOMORROW)
    publish(draft(limit_hours=2.0), valid_from=TODAY + timedelta(days=9))
    assert [find_regime("xx-act", number).limit_hours for number in (1, 2, 3)] == [48, 24, 2]
    days = [find_regime("xx-act", on=TODAY + timedelta(days=day)).version for day in (-400, 0, 1, 8, 9, 400)]
    assert days == [1, 1, 2, 2, 3, 3]
    assert find_regime("xx-act").version == 3
    assert [regime.version for regime in versions_of("xx-act")] == [3, 2, 1]
    assert [one.version for one in all_regimes(on=TODAY) if one.code == "xx-act"] == [1]
    assert [one.version for one in all_regimes() if one.code == "xx-act"] == [3]


def test_the_later_word_counts_where_two_versions_hold() -> None:
    publish()
    publish(draft(limit_hours=24.0), valid_from=TODAY + timedelta(days=9))
    publish(draft(limit_hours=12.0))
    assert find_regime("xx-act", on=TODAY).version == 3
    assert find_regime("xx-act", on=TODAY + timedelta(days=9)).version == 3


def test_the_day_is_that_of_utc() -> None:
    publish()
    east = datetime(2026, 11, 25, 1, 0, tzinfo=UTC).astimezone()
    assert publish(draft(limit_hours=24.0), now=east).valid_from == TOMORROW


def test_what_is_not_there() -> None:
    for ask in (
        lambda: find_regime("nothing"),
        lambda: versions_of("nothing"),
        lambda: switch_reason("nothing"),
        lambda: switch_on("nothing"),
    ):
        with pytest.raises(RegimeUnknown, match="nothing"):
            ask()
    publish()
    for number in (0, 2, -1):
        with pytest.raises(RegimeUnknown):
            find_regime("xx-act", number)


def test_many_regimes_are_found_at_once(django_assert_num_queries: Any) -> None:
    publish()
    publish(draft(limit_hours=24.0))
    publish(draft(code="yy-act"))
    wanted = [("xx-act", 1), ("xx-act", None), ("yy-act", 1), ("xx-act", 1)]
    with django_assert_num_queries(1):
        found = find_regimes(wanted)
    assert found == {name: find_regime(*name) for name in wanted}
    assert found["xx-act", None].version == 2
    with django_assert_num_queries(0):
        assert find_regimes([]) == {}
    with pytest.raises(RegimeUnknown, match="yy-act 2, zz-act"):
        find_regimes([*wanted, ("zz-act", None), ("yy-act", 2)])


def test_a_version_that_says_nothing_new_is_refused() -> None:
    publish()
    with pytest.raises(NothingChanged):
        publish()
    publish(draft(notes=()))
    publish()  # going back is a change
    assert find_regime("xx-act").version == 3


def test_two_authors_do_not_write_over_each_other() -> None:
    publish(based_on=0)
    publish(draft(limit_hours=24.0), based_on=1)
    with pytest.raises(VersionMoved):
        publish(draft(limit_hours=12.0), based_on=1)
    with pytest.raises(VersionMoved):
        publish(draft(limit_hours=12.0), based_on=0)
    assert find_regime("xx-act").version == 2


def test_no_version_holds_in_the_past_and_no_wrong_draft_is_published() -> None:
    with pytest.raises(RegimeRefused, match="valid_from"):
        publish(valid_from=TODAY - timedelta(days=1))
    with pytest.raises(RegimeRefused, match="elements"):
        publish(draft(elements=()))
    assert not Regime.objects.filter(code="xx-act").exists()
    assert audited() == []


def test_the_database_refuses_to_change_a_version() -> None:
    publish()
    version = RegimeVersion.objects.get(regime__code="xx-act")
    version.limit_hours = 1.0
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        version.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        RegimeVersion.objects.filter(pk=version.pk).update(name="Another Act")
    assert find_regime("xx-act").as_draft() == DRAFT


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 1},
        {"number": 0},
        {"limit_hours": 0.0},
        {"start_event": "whenever"},
        {"copies": "all"},
        {"origin": "?"},
        {"commencement": "perhaps"},
        {"commencement": "not_yet", "in_force_on": None},
        {"commencement": "not_verified"},
    ],
    ids=str,
)
def test_the_database_keeps_the_rules_too(changes: dict[str, Any]) -> None:
    publish()
    values = {name: value for name, value in as_record(DRAFT).items() if name != "code"}
    plain = {"number": 2, "valid_from": TODAY, "published_at": NOW, "origin": "staff", **values, **changes}
    with pytest.raises(IntegrityError), transaction.atomic():
        RegimeVersion.objects.create(regime=Regime.objects.get(code="xx-act"), **plain)


# --- the switch ---------------------------------------------------------------------------------------------------


def test_switching_on_and_off_for_a_reason() -> None:
    publish()
    assert switch_on()
    assert not switch_on()
    assert find_regime("xx-act") in active_regimes(on=TODAY)
    assert switch_reason("xx-act") == "Counsel has read it."
    assert switch_regime(code="xx-act", on=False, reason=" Repealed. ", by=OPERATOR, now=NOW)
    assert find_regime("xx-act", 1).is_switched_on is False
    assert switch_reason("xx-act") == "Repealed."
    assert [(verb, facts) for verb, _code, facts in audited()[:2]] == [
        ("duties.switched_off", {"reason": "Repealed."}),
        ("duties.switched_on", {"reason": "Counsel has read it."}),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_a_switch_needs_a_reason(reason: str) -> None:
    publish()
    with pytest.raises(RegimeRefused, match="reason"):
        switch_regime(code="xx-act", on=True, reason=reason, by=OPERATOR, now=NOW)
    assert not find_regime("xx-act").is_switched_on


def test_nothing_is_switched_on_before_its_commencement_is_verified(shipped: None) -> None:
    with pytest.raises(CommencementUnknown, match="verified"):
        switch_on("uk-cpa")
    verified = replace(
        find_regime("uk-cpa").as_draft(), commencement=Commencement.IN_FORCE, in_force_on=date(2026, 11, 1)
    )
    publish(verified, valid_from=TOMORROW)
    with pytest.raises(CommencementUnknown):
        switch_on("uk-cpa")  # today's version still says that nobody knows
    assert switch_on("uk-cpa", now=NOW + timedelta(days=1))
    assert "uk-cpa" in {regime.code for regime in active_regimes(on=TOMORROW)}
    assert "uk-cpa" not in {regime.code for regime in active_regimes(on=TODAY)}


def test_a_version_that_takes_the_verification_back_ends_the_use() -> None:
    publish()
    switch_on()
    publish(draft(commencement=Commencement.NOT_VERIFIED, in_force_on=None))
    assert "xx-act" not in {regime.code for regime in active_regimes(on=TODAY)}
    assert switch_regime(code="xx-act", on=False, reason="Nobody knows any more.", by=OPERATOR, now=NOW)


def test_a_law_that_begins_later_is_used_from_its_day() -> None:
    publish(draft(commencement=Commencement.NOT_YET, in_force_on=TODAY + timedelta(days=3)))
    switch_on()
    active = ["xx-act" in {regime.code for regime in active_regimes(on=TODAY + timedelta(days=day))} for day in (2, 3)]
    assert active == [False, True]


# --- the file -----------------------------------------------------------------------------------------------------


def seed(one: RegimeDraft = DRAFT) -> SeedRegime:
    return SeedRegime(draft=one, is_switched_on=True)


def load(*seeds: SeedRegime, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
    loaded = load_regimes(seeds=seeds, by=OPERATOR, now=now)
    return {
        outcome: codes for outcome in ("added", "changed", "unchanged", "kept") if (codes := getattr(loaded, outcome))
    }


def test_loading_again_changes_nothing() -> None:
    assert load(seed()) == {"added": ("xx-act",)}
    assert find_regime("xx-act") in active_regimes(on=TODAY)
    before = len(audited())
    assert load(seed()) == {"unchanged": ("xx-act",)}
    assert find_regime("xx-act").version == 1
    assert len(audited()) == before


def test_a_change_in_the_file_makes_a_version_and_leaves_the_switch() -> None:
    load(seed())
    switch_regime(code="xx-act", on=False, reason="Not here.", by=OPERATOR, now=NOW)
    assert load(seed(draft(limit_hours=24.0)), now=NOW + timedelta(days=1)) == {"changed": ("xx-act",)}
    newest = find_regime("xx-act")
    assert (newest.version, newest.valid_from, newest.origin) == (2, TOMORROW, Origin.FILE)
    assert not newest.is_switched_on
    assert find_regime("xx-act", on=TODAY).version == 1


def test_what_staff_wrote_is_never_written_over() -> None:
    load(seed())
    publish(draft(elements=(Element.EMAIL,)))
    assert load(seed()) == {"unchanged": ("xx-act",)}
    assert load(seed(draft(limit_hours=24.0))) == {"kept": ("xx-act",)}
    assert load(seed(draft(elements=(Element.EMAIL,)))) == {"unchanged": ("xx-act",)}
    assert find_regime("xx-act").version == 2


def test_staff_who_made_a_law_first_keep_it() -> None:
    publish()
    assert load(seed(draft(limit_hours=24.0))) == {"kept": ("xx-act",)}


def test_a_fresh_installation_has_what_ships() -> None:
    with transaction.atomic():
        RegimeVersion.objects.all().delete()
        Regime.objects.all().delete()
    step = import_module("leeward.industry.duties.migrations.0001_initial")
    step.load(apps, None)
    assert {regime.code: (regime.as_draft(), regime.is_switched_on) for regime in all_regimes()} == {
        one.draft.code: (one.draft, one.is_switched_on) for one in read_shipped()
    }
    assert {regime.code for regime in all_regimes()} - {regime.code for regime in active_regimes(on=TODAY)} == {
        "uk-cpa"
    }
    assert audited() == []
    assert load(*read_shipped()) == {"unchanged": tuple(one.draft.code for one in read_shipped())}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_duties", *arguments, stdout=out)
    return out.getvalue()


def test_the_command(shipped: None, tmp_path: Path) -> None:
    assert run().startswith("As they were: us-tida, uk-cpa,")
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    content["regimes"][0]["limit_hours"] = 24
    file = tmp_path / "regimes.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "New version: us-tida.\n" in run(str(file))
    assert find_regime("us-tida").limit_hours == 24
    publish(replace(find_regime("us-tida").as_draft(), limit_hours=12.0))
    content["regimes"][0]["limit_hours"] = 36
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "Edited here since, so left alone; compare by hand: us-tida.\n" in run(str(file))


def test_the_command_names_what_is_wrong_and_loads_nothing(shipped: None, tmp_path: Path) -> None:
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    content["regimes"][0]["limit_hours"] = 24
    content["regimes"][1]["is_switched_on"] = True
    file = tmp_path / "regimes.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CommandError, match="uk-cpa, is_switched_on: must be false"):
        run(str(file))
    assert find_regime("us-tida").limit_hours == 48
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "nothing.json"))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(file))
