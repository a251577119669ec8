"""Taking in a file of platforms: whole or not at all, again without harm, and every mistake named."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.models import Platform, PlatformChannel, PlatformDomain
from leeward.industry.platforms.operations import meet_site
from leeward.industry.platforms.queries import (
    all_partners,
    channels_of,
    domains_of,
    find_partner,
    find_partner_by_name,
    profile_of,
    recognise,
)
from leeward.industry.platforms.rules import ChannelKind, Rung
from tests.industry.conftest import NOW, Keys

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operating" / "platforms.md"
DESK = Actor.operator()


@pytest.fixture
def take_in(tmp_path: Path):
    def run(content: object) -> str:
        path = tmp_path / "platforms.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        out = io.StringIO()
        call_command("import_platforms", str(path), stdout=out)
        return out.getvalue().strip()

    return run


def guide_example() -> dict[str, list[dict[str, object]]]:
    (block,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(block)


def rows() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Platform, PlatformDomain, PlatformChannel)]


def test_the_guides_example_is_taken_in_and_again(take_in) -> None:
    assert take_in(guide_example()) == "New 1, changed 0, as they were 0."
    partner = find_partner_by_name("Old Harbour")
    assert (partner.is_listed, partner.language, partner.jurisdiction) == (True, "en", "IE")
    assert all_partners() == ()
    assert profile_of(partner).is_complete
    assert [domain.host for domain in domains_of(partner)] == ["hosted.example", "oldharbour.example"]
    assert recognise("https://www.oldharbour.example/photo/1") == partner
    assert recognise("https://hosted.example/old-harbour/1") == partner
    assert recognise("https://hosted.example/other") is None
    shown = channels_of(partner)
    assert [(channel.rung, channel.kind) for channel in shown] == [
        (Rung.PLATFORM, ChannelKind.EMAIL),
        (Rung.PLATFORM, ChannelKind.FORM),
        (Rung.TRUSTED_FLAGGER, ChannelKind.EMAIL),
        (Rung.HOST, ChannelKind.XARF),
        (Rung.REGULATOR, ChannelKind.LETTER),
    ]
    before, lines = rows(), AuditEvent.objects.count()
    assert take_in(guide_example()) == "New 0, changed 0, as they were 1."
    assert rows() == before
    assert AuditEvent.objects.count() == lines + 1


def test_every_kind_and_rung_stands_in_the_guide() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for value in (*ChannelKind, *Rung):
        assert f"`{value}`" in guide


def test_what_the_file_does_not_name_stays(take_in) -> None:
    take_in(guide_example())
    change = {
        "name": "Old Harbour",
        "domains": ["harbour-cdn.example"],
        "lead": {"name": "Somebody new", "checked_on": "2026-11-20"},
        "channels": [{"kind": "email", "address": "notices@oldharbour.example", "language": "en", "position": 7}],
    }
    assert take_in({"platforms": [change]}) == "New 0, changed 1, as they were 0."
    partner = find_partner_by_name("Old Harbour")
    profile = profile_of(partner)
    assert (profile.lead_name, profile.policy_clause) == ("Somebody new", "4.2 Intimate images")
    assert len(domains_of(partner)) == 3
    assert len(channels_of(partner)) == 5
    assert {channel.position for channel in channels_of(partner, rung=Rung.PLATFORM)} == {1, 7}


def test_a_platform_of_the_exchange_is_completed(take_in, alpha: Keys) -> None:
    assert take_in({"platforms": [{"name": "Alpha", "domains": ["alpha.example"]}]}).startswith("New 0, changed 1")
    partner = recognise("alpha.example")
    assert partner is not None
    assert partner.id == alpha.partner.id
    assert [each.id for each in all_partners()] == [alpha.partner.id]


def test_a_met_site_becomes_the_platform(take_in) -> None:
    met = meet_site(host="newsite.example", by=DESK, now=NOW)
    assert take_in({"platforms": [{"name": "New Site", "domains": ["newsite.example"]}]}).startswith("New 0, changed 1")
    named = find_partner(met.public_id)
    assert (named.name, named.is_listed) == ("New Site", True)
    assert Platform.objects.count() == 1


def test_a_domain_of_another_platform_stops_everything(take_in) -> None:
    take_in({"platforms": [{"name": "One", "domains": ["one.example"]}]})
    before = rows()
    two = {"platforms": [{"name": "Zero"}, {"name": "Two", "domains": ["two.example", "one.example"]}]}
    with pytest.raises(CommandError, match=r"Two: one\.example belongs to One"):
        take_in(two)
    assert rows() == before


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"name": ""}, "name: A platform's name"),
        ({}, "name: A platform's name"),
        ({"name": 7}, "name: This is a text"),
        ({"name": "A", "domain": ["a.example"]}, "There is no key 'domain' here"),
        ({"name": "A", "domains": "a.example"}, "domains: This is a list"),
        ({"name": "A", "domains": ["a.example", "co.uk"]}, r"domains\[2\]: co.uk is no site"),
        ({"name": "A", "domains": [{"host": "a.example", "path": "/x"}]}, r"domains\[1\]: There is no key 'path'"),
        ({"name": "A", "domains": ["a.example", "www.a.example"]}, "domains: The same domain stands here twice"),
        ({"name": "A", "channels": [{"address": "a@a.example"}]}, r"channels\[1\].kind: This is one of inbox, webhook"),
        (
            {"name": "A", "channels": [{"kind": "email", "rung": "top", "address": "a@a.example"}]},
            r"channels\[1\].rung",
        ),
        (
            {"name": "A", "channels": [{"kind": "email", "address": "a"}]},
            r"channels\[1\].address: Enter an e-mail address",
        ),
        ({"name": "A", "channels": [{"kind": "inbox", "position": "1"}]}, r"channels\[1\].position: .* whole number"),
        ({"name": "A", "channels": [{"kind": "inbox", "position": True}]}, r"channels\[1\].position: .* whole number"),
        ({"name": "A", "channels": [{"kind": "inbox"}, {"kind": "inbox"}]}, "channels: The same channel stands here"),
        ({"name": "A", "channels": ["inbox"]}, r"channels\[1\]: This is an object"),
        ({"name": "A", "channels": [{"kind": ["inbox"]}]}, r"channels\[1\].kind: This is one of"),
        ({"name": "A", "lead": {"name": "B", "checked_on": "soon"}}, "lead.checked_on: This is a day"),
        ({"name": "A", "policy": {"link": "x"}}, "policy: There is no key 'link'"),
        ({"name": "A", "policy": {"url": "x"}}, "policy_url: Enter a web address"),
        ({"name": "A", "language": "English"}, "language: Enter the code of a language"),
        ("A", "entry: This is an object"),
    ],
)
def test_a_mistake_is_named_with_its_place(take_in, entry: object, says: str) -> None:
    good = {"name": "Good", "domains": ["good.example"]}
    with pytest.raises(CommandError, match=rf"(?s)Nothing was taken in.*platform 2.*{says}"):
        take_in({"platforms": [good, entry]})
    assert Platform.objects.count() == 0


def test_all_mistakes_are_named_at_once(take_in) -> None:
    wrong = [{"name": f"P{number}", "language": "?"} for number in range(30)]
    with pytest.raises(CommandError) as refused:
        take_in({"platforms": wrong})
    assert len(str(refused.value).splitlines()) == 22
    assert "and 10 more" in str(refused.value)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([{"name": "A"}, {"name": "A"}], "A: stands in the file twice"),
        (
            [{"name": "A", "domains": ["a.example"]}, {"name": "B", "domains": ["a.example"]}],
            "belongs to A in this file",
        ),
    ],
)
def test_a_file_that_contradicts_itself(take_in, entries: list[object], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        take_in({"platforms": entries})
    assert Platform.objects.count() == 0


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"platforms": {}}', '{"platforms": [], "more": 1}', "[" * 100_000]
)
def test_a_file_that_is_none(take_in, content: str) -> None:
    with pytest.raises(CommandError, match="Nothing was taken in"):
        take_in(content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_platforms", str(path))
