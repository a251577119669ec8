"""Known sites: what ships is sourced, look-ups find the most exact one, loading leaves alone what people changed."""

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.catalogue import SHIPPED, read_catalogue, read_sites, shipped_catalogue
from leeward.industry.platforms.errors import DirectoryRefused
from leeward.industry.platforms.figures import profile_figures
from leeward.industry.platforms.models import Platform, PlatformChannel, PlatformDomain
from leeward.industry.platforms.operations import add_channel, add_domain, list_platform, meet_site
from leeward.industry.platforms.queries import (
    all_partners,
    channels_of,
    domains_of,
    find_partner_by_name,
    known_site,
    listed_platforms,
    own_page,
    profile_of,
    recognise,
)
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain
from leeward.industry.platforms.rules.known import CATALOGUE, HashList, Stand
from tests.industry.conftest import NOW
from tests.industry.staff_people import signed_in

DESK = Actor.operator()
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operating" / "known-sites.md"
OWN: dict[str, object] = {
    "sources": {
        "harbour": {"title": "Harbour's own page", "url": "https://harbour.example/about", "dated": "2026-11-02"},
        "undated": {"title": "A leaflet", "url": "https://leaflet.example", "dated": None},
    },
    "platforms": [
        {
            "code": "harbour",
            "name": "Harbour",
            "category": "social",
            "operator": {"name": "Harbour Company", "source": "undated"},
            "hosts": [
                {"hosts": ["harbour.example", "hbr.example"], "source": "harbour"},
                {"hosts": ["old-harbour.example"], "source": None},
            ],
            "reporting": {"url": "https://harbour.example/report", "for_intimate_images": True, "source": "harbour"},
            "mailboxes": [{"address": "abuse@harbour.example", "source": None}],
            "hash_lists": [{"list": "stopncii", "stand": "takes_part", "source": "harbour"}],
        }
    ],
}


def own(**changes: object) -> dict[str, object]:
    """The file above with other values in its one entry."""
    content = copy.deepcopy(OWN)
    content["platforms"][0].update(changes)  # type: ignore[index]
    return content


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
    def run(content: object = None, *options: str) -> str:
        path = tmp_path / "sites.json"
        path.write_text(json.dumps(OWN if content is None else content), encoding="utf-8")
        out = io.StringIO()
        call_command("load_platforms", str(path), *options, stdout=out)
        return out.getvalue()

    return run


def said(added: str = "0", changed: str = "0", same: str = "0", kept: str = "0") -> str:
    return (
        f"Added: {added}.\nBrought up to the file: {changed}.\nAs they were: {same}.\n"
        f"Changed here, so left alone; compare by hand: {kept}.\n"
    )


ONE = "1 (Harbour)"

# --- what ships -----------------------------------------------------------------------------------------------------


def test_what_ships_is_valid_and_large_enough() -> None:
    sites = read_catalogue(SHIPPED)
    assert len(sites) >= 80
    assert len({site.code for site in sites}) == len(sites)
    hosts = [host.value for site in sites for host in site.hosts]
    assert len(set(hosts)) == len(hosts)


def test_every_entry_has_a_source_with_a_day_and_most_hosts_were_read() -> None:
    for site in shipped_catalogue().sites:
        facts = [*site.hosts, *site.mailboxes, *(fact for fact in (site.operator, site.reporting) if fact)]
        days = [fact.checked_on for fact in facts if fact.checked_on]
        days += [each.source.dated for each in site.participations if each.source.dated]
        assert days, site.code
        assert all(day <= NOW.date() for day in days), site.code
    hosts = [host for site in shipped_catalogue().sites for host in site.hosts]
    assert sum(host.source is None for host in hosts) < len(hosts) / 20


def test_nothing_says_without_a_source_that_a_company_draws_hashes() -> None:
    told = {
        site.name: {each.hash_list: each.stand for each in site.participations}
        for site in shipped_catalogue().sites
        if site.participations
    }
    assert told["Instagram"] == {HashList.STOPNCII: Stand.TAKES_PART, HashList.TAKE_IT_DOWN: Stand.TAKES_PART}
    assert told["Google Search"] == {HashList.STOPNCII: Stand.ANNOUNCED}
    assert "Telegram" not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://t.me/x", "Telegram"),
        ("https://telegra.ph/x-11-24", "Telegraph"),
        ("www.instagram.com/p/abc", "Instagram"),
        ("https://instagr.am/p/abc", "Instagram"),
        ("m.facebook.com", "Facebook"),
        ("https://mbasic.facebook.com/story.php?id=1", "Facebook"),
        ("https://fb.watch/abc/", "Facebook"),
        ("https://m.me/somebody", "Messenger"),
        ("old.reddit.com", "Reddit"),
        ("https://i.redd.it/a.jpg", "Reddit"),
        ("https://x.com/a/status/1", "X"),
        ("https://twitter.com/a", "X"),
        ("https://t.co/a", "X"),
        ("https://vm.tiktok.com/a/", "TikTok"),
        ("https://story.snapchat.com/a", "Snapchat"),
        ("https://discord.gg/a", "Discord"),
        ("https://youtu.be/a", "YouTube"),
        ("https://pin.it/a", "Pinterest"),
        ("https://wa.me/1", "WhatsApp"),
        ("https://drive.google.com/file/d/1", "Google Drive"),
        ("https://www.google.de/search?q=a", "Google Search"),
        ("https://somebody.tumblr.com/post/1", "Tumblr"),
        ("https://somebody.blogspot.com/2026", "Blogger"),
        ("hxxps://www[.]pornhub[.]com/view_video.php?viewkey=1", "Pornhub"),
        ("Instagram", "Instagram"),
        (" tiktok ", "TikTok"),
        ("https://instagram.com.evil.example/p/1", None),
        ("https://notinstagram.com/p/1", None),
        ("My school's chat", None),
        ("", None),
    ],
)
def test_a_pasted_address_is_known_by_the_longest_host(address: str, name: str | None) -> None:
    site = known_site(address)
    assert (site.name if site else None) == name


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], 'The file is one object {"sources": {...}, "platforms": [...]}'),
        (own(code="Harbour!"), "platform 1 (Harbour): code: This is at most 40 small letters, digits and hyphens."),
        (own(name=""), "platform 1 (harbour): name: A platform's name has 1 to 60 printable characters."),
        (own(category="shop"), "entry.category: This is one of social, messenger,"),
        (own(surprise=1), "entry: There is no key 'surprise' here, only code, name,"),
        (own(hosts=[]), "hosts: A site has 1 to 200 hosts."),
        (
            own(hosts=[{"hosts": ["a.example"]}]),
            'hosts[1].source: Name a key of "sources" where this was read, or null',
        ),
        (own(hosts=[{"hosts": ["a.example"], "source": "hearsay"}]), 'hosts[1].source: Name a key of "sources"'),
        (own(hosts=[{"hosts": ["co.uk"], "source": None}]), "co.uk is no site of its own"),
        (
            own(hosts=[{"hosts": ["www.a.example"], "source": None}]),
            "'www.a.example' is kept as a.example. Write that.",
        ),
        (own(hosts=[{"hosts": ["a.example", "a.example"], "source": None}]), "a.example stands here twice."),
        (own(hosts=[{"hosts": ["a.example", "b.a.example"], "source": None}]), "b.a.example is found by a.example"),
        (
            own(reporting={"url": "ftp://a.example", "for_intimate_images": True, "source": None}),
            "reporting.url: Enter an address that begins with https://",
        ),
        (
            own(reporting={"url": "https://a.example", "for_intimate_images": "yes", "source": None}),
            "reporting.for_intimate_images: This is true or false.",
        ),
        (own(mailboxes=[{"address": "a at b", "source": None}]), "mailboxes[1].address: Enter an e-mail address"),
        (
            own(hash_lists=[{"list": "stopncii", "stand": "takes_part", "source": None}]),
            "hash_lists[1].source: That a company takes part is said only with a source.",
        ),
        (
            own(
                hosts=[{"hosts": ["a.example"], "source": "undated"}],
                reporting=OWN["platforms"][0]["reporting"] | {"source": None},
                hash_lists=[],
            ),  # type: ignore[index]
            "No fact in it has a source with a day.",
        ),
        (
            OWN | {"sources": {"harbour": {"title": "A", "url": "https://a.example"}}},
            "sources.harbour.dated: Give the day",
        ),
        (
            OWN | {"platforms": [*OWN["platforms"], *own(code="two", name="Two")["platforms"]]},
            "Two (two): harbour.example belongs to Harbour in this file. Leave it out here.",
        ),  # type: ignore[misc]
        (OWN | {"platforms": [*OWN["platforms"], *OWN["platforms"]]}, "Harbour (harbour): stands in the file twice."),  # type: ignore[misc]
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(content: object, words: str) -> None:
    with pytest.raises(DirectoryRefused) as refused:
        read_sites(content)
    assert words in str(refused.value)


def test_a_more_exact_host_below_another_sites_is_a_site_of_its_own() -> None:
    content = copy.deepcopy(OWN)
    content["platforms"].append(  # type: ignore[attr-defined]
        {
            "code": "b",
            "name": "Photos",
            "category": "files",
            "hosts": [{"hosts": ["p.harbour.example"], "source": "harbour"}],
        }
    )
    assert [site.name for site in read_sites(content)] == ["Harbour", "Photos"]


def test_the_guides_example_can_be_read() -> None:
    (block,) = GUIDE.read_text(encoding="utf-8").split("```json\n")[1:]
    assert len(read_sites(json.loads(block.partition("```")[0]))) == 1


# --- taking up and loading ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_known_site_is_taken_up_with_what_is_known_of_it_and_nothing_more() -> None:
    partner = meet_site(host="https://www.instagram.com/p/1", by=DESK, now=NOW)
    assert (partner.name, partner.is_listed) == ("Instagram", False)
    assert meet_site(host="ig.me", by=DESK, now=NOW) == partner
    assert recognise("https://instagr.am/x") == partner
    (channel,) = channels_of(partner)
    assert (channel.kind, channel.address[:25]) == (ChannelKind.FORM, "https://www.facebook.com/")
    assert channel.source.startswith(f"{CATALOGUE}: Chayn")
    assert channel.checked_on == profile_of(partner).reporting_checked_on is not None
    assert all_partners() == () == listed_platforms()
    assert profile_figures().listed == 0


@pytest.mark.django_db
def test_what_is_not_checked_is_taken_up_as_never_checked() -> None:
    partner = meet_site(host="gofile.io", by=DESK, now=NOW)
    (channel,) = channels_of(partner)
    assert (channel.kind, channel.checked_on) == (ChannelKind.EMAIL, None)
    assert channel.source == f"{CATALOGUE}: known, not checked"


@pytest.mark.django_db
def test_a_platform_here_wins_but_not_over_a_more_exact_known_site() -> None:
    google = meet_site(host="google.com", by=DESK, now=NOW)
    assert recognise("https://maps.google.com/x") == google
    assert recognise("https://drive.google.com/file/1") is None
    drive = meet_site(host="drive.google.com", by=DESK, now=NOW)
    assert drive.name == "Google Drive"
    assert recognise("https://drive.google.com/file/1") == drive
    add_domain(partner=google, domain=NewDomain(host="photos.google.com"), by=DESK, now=NOW)
    assert recognise("https://photos.google.com/x") == google


@pytest.mark.django_db
def test_the_own_page_is_the_noted_one_and_else_the_catalogues() -> None:
    page = own_page(platform_id=None, address="https://x.com/a")
    assert page is not None
    assert (page.name, page.checked_on) == ("X", None)
    partner = meet_site(host="x.com", by=DESK, now=NOW)
    Platform.objects.filter(pk=partner.id).update(reporting_url="https://x.com/other", reporting_checked_on=NOW.date())
    page = own_page(platform_id=partner.id, address="https://x.com/a")
    assert page is not None
    assert (page.url, page.checked_on) == ("https://x.com/other", NOW.date())
    assert own_page(platform_id=None, address="https://nobody.example") is None
    assert own_page(platform_id=None, address="") is None


def rows() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Platform, PlatformDomain, PlatformChannel)]


@pytest.mark.django_db
def test_loading_again_changes_nothing(load: Callable[..., str]) -> None:
    assert load(None, "--dry-run") == said(added=ONE) + "This was a dry run: nothing was written.\n"
    assert Platform.objects.count() == 0
    assert AuditEvent.objects.count() == 0
    assert load() == said(added=ONE)
    before = rows()
    partner = find_partner_by_name("Harbour")
    assert not partner.is_listed
    assert [channel.kind for channel in channels_of(partner)] == [ChannelKind.FORM, ChannelKind.EMAIL]
    assert load() == said(same=ONE)
    assert rows() == before


@pytest.mark.django_db
def test_a_changed_file_changes_what_nobody_here_has_touched(load: Callable[..., str]) -> None:
    load()
    list_platform(partner=find_partner_by_name("Harbour"), name="Harbour", by=DESK, now=NOW)
    moved = own(
        hosts=[{"hosts": ["harbour.example", "new.example"], "source": "harbour"}],
        mailboxes=[{"address": "help@harbour.example", "source": "harbour"}],
    )
    assert load(moved, "--dry-run").startswith(said(changed=ONE))
    assert load(moved) == said(changed=ONE)
    partner = find_partner_by_name("Harbour")
    assert partner.is_listed
    assert [domain.host for domain in domains_of(partner)] == ["harbour.example", "new.example"]
    assert [channel.address for channel in channels_of(partner)][1] == "help@harbour.example"
    assert load(moved) == said(same=ONE)


@pytest.mark.django_db
def test_what_people_here_changed_is_kept_and_said(load: Callable[..., str]) -> None:
    load()
    partner = find_partner_by_name("Harbour")
    new = NewChannel(kind=ChannelKind.EMAIL, address="desk@harbour.example")
    add_channel(partner=partner, channel=new, by=DESK, now=NOW)
    before = rows()
    moved = own(mailboxes=[])
    assert load(moved) == said(kept=ONE)
    assert load() == said(kept=ONE)
    assert rows() == before


@pytest.mark.django_db
def test_a_site_met_by_its_host_alone_is_completed_and_anothers_host_stays_there(load: Callable[..., str]) -> None:
    met = meet_site(host="hbr.example", by=DESK, now=NOW)
    other = meet_site(host="old-harbour.example", by=DESK, now=NOW)
    list_platform(partner=other, name="Old harbour museum", by=DESK, now=NOW)
    Platform.objects.filter(pk=other.id).update(is_listed=False)
    assert load() == said(changed=ONE)
    partner = find_partner_by_name("Harbour")
    assert partner.id == met.id
    assert [domain.host for domain in domains_of(partner)] == ["harbour.example", "hbr.example"]
    assert load() == said(same=ONE)


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_changes_nothing(load: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"was not loaded. Mend this first:\nplatform 1 \(Harbour\): entry.category"):
        load(own(category="shop"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_platforms", str(tmp_path / "none.json"))
    assert Platform.objects.count() == 0


@pytest.mark.django_db
def test_all_that_ships_can_be_loaded_and_again() -> None:
    out = io.StringIO()
    call_command("load_platforms", stdout=out)
    number = len(shipped_catalogue().sites)
    assert out.getvalue().startswith(f"Added: {number}.\n")
    assert listed_platforms() == ()
    again = io.StringIO()
    call_command("load_platforms", "--dry-run", stdout=again)
    assert f"As they were: {number}." in again.getvalue()


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_find_a_known_site_see_where_its_facts_were_read_and_take_it_up() -> None:
    officer: Client = signed_in(Role.EXCHANGE_OFFICER)
    unknown = meet_site(host="nobody.example", by=DESK, now=NOW)
    listed = officer.get(reverse("platforms-known"), {"search": "twitter"}).content.decode()
    address = reverse("platforms-known-site", args=["x"])
    assert address in listed
    page = officer.get(address).content.decode()
    assert "Known, not checked" in page
    assert "Read in a source of 19 August 2026:" in page
    assert "Read in a source without a day:" in page
    assert "StopNCII.org, for adults:" in page
    assert "only a platform with keys here takes part here" in page
    taken = officer.post(address)
    partner = find_partner_by_name("X")
    assert taken.headers["Location"] == reverse("platforms-removal", args=[partner.public_id])
    reached = officer.get(taken.headers["Location"]).content.decode()
    assert "What the catalogue of known sites says" in reached
    assert "StopNCII.org, for adults:" in reached
    assert address not in officer.get(reverse("platforms-known"), {"search": "twitter"}).content.decode()
    assert "Contact channels" in officer.get(address).content.decode()
    assert officer.post(address).headers["Location"] == taken.headers["Location"]
    assert officer.get(reverse("platforms-known-site", args=["nobody"])).status_code == 404
    assert (
        "What the catalogue" not in officer.get(reverse("platforms-removal", args=[unknown.public_id])).content.decode()
    )
