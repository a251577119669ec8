"""The rooms of the made-up nation, walked by everybody from link to link: each answer carries its headers."""

import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from demo.assessment import found_assessment
from demo.cast import PARTNERS, seal_past
from demo.declaration import found_declaration
from demo.directory import found_support
from demo.history import found_draft, found_history, found_releases
from demo.strategy import found_strategy
from demo.surveys import found_surveys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.operations import found_log
from leeward.foundation.vault.operations import found_services
from leeward.foundation.web.access import access_of, walk_patterns
from tests.answer_flaws import flaws
from tests.counters import start_afresh
from tests.depth import is_its_day, times
from tests.foundation.accounts.people import come_in, employ
from tests.rooms import ROOMS

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(alone=True)]

# Each sees the rooms with other eyes; the reviewers bear the names for which the made-up nation has bodies.
# The page that stands there, in another language or in other words.
SAME_PAGE = re.compile(r"\b(?:lang|words)=")
STAFF = {
    "petra": Role.POLICY_OFFICER,
    "ines": Role.POLICY_OFFICER,
    "tariq": Role.REVIEWER,
    "wren": Role.REVIEWER,
    "robin": Role.EXCHANGE_OFFICER,
    "dana": Role.DIRECTORY_EDITOR,
}
DOORS = (
    "/", "/check", "/demo", "/staff/", "/statistics/releases", "/statistics/api", "/how-the-nation-does/platforms",
    "/directory/api/v3", "/directory/api/v3/services", "/directory/api/v3/organizations",
    "/directory/api/v3/taxonomies", "/directory/api/v3/taxonomy_terms", "/directory/api/v3/service_at_locations",
    "/directory/open-data/services.zip",
    "/surveys", "/staff/surveys", *(f"/staff/surveys/waves/life-online-{wave}" for wave in ("open", "2", "3")),
    "/notary", "/notary/key", "/notary/tile/0/000.p/1",
)  # fmt: skip
# Of each kind of page so many are opened by each: a first one, and one that may have other things on it. Outside a deep
# run an officer opens two, for whom most pages are, and an editor four: not every organisation has a place.
MOST = {"petra": 2, "dana": 4}
OF_A_KIND = {name: MOST.get(name, times(1, deep=2)) for name in ("nobody", *STAFF)}
# These open what a visitor, a policy officer or a reviewer has seen before them on one of three days; else what is new.
LATER = ("ines", "wren", "robin", "dana")
# Of no room, and leads to what each room knows of a platform.
JOINED = "platforms-removal"
LINK = re.compile(r'href="([^"#]*)|action="([^"#]+)|"(?:url|href|@id|package_url)": "([^"]+)"')


# What no link leads to here, each group with the reason; tests of their own walk these.
UNSEEN = {
    "only takes what a form sends": (
        "assessment:finish", "assessment:freeze", "declarations:accept", "declarations:draft-discard",
        "declarations:draft-language", "declarations:draft-publish", "declarations:draft-commitment-remove",
        "declarations:organisation-link", "declarations:platform-figure-strike", "declarations:platform-request-drop",
        "declarations:statement-end",
        "directory:staff-proposal-accept", "directory:staff-proposal-reject", "directory:staff-rule-remove",
        "directory:staff-service-remind", "directory:staff-service-restore", "directory:staff-synonym-remove",
        "statistics-data:unplan", "surveys:staff-publish", "surveys:staff-table-drop",
        "statistics:reply-publish", "statistics:reply-send-back", "statistics:reply-take-back",
        "strategy:calendar-revoke",
    ),
    "opens by a link in a mail, or by a secret address": (
        "declarations:yours", "declarations:yours-evidence", "declarations:yours-sign", "declarations:yours-statement",
        "declarations:yours-statement-end", "directory:owner", "directory:owner-edit", "directory:owner-ended",
        "directory:owner-new-link", "strategy:calendar-secret",
    ),
    "follows once something was sent": (
        "assessment:workbook-preview", "declarations:joined", "directory:found", "directory:wrong-told",
        "surveys:thanks",
    ),
    "the made-up nation has none": (
        "assessment:compare-with", "strategy:action-from-warning", "strategy:scoping-edit",
        "strategy:scoping-publish", "strategy:warning",
        "surveys:staff-codes", "surveys:staff-discard", "surveys:staff-file", "surveys:staff-margins",
        "surveys:staff-sign",
    ),
    "a platform's lead's": ("statistics:reply",),
    "of the services that the list begins with none has one": ("directory:staff-rule",),
    "an address for programs, named in the guide": (
        "checking:key", "checking:record-json", "checking:record-jwt", "checking:status-json",
        "directory:api-openapi", "directory:api-organizations-one", "directory:api-root",
        "directory:api-service_at_locations-one", "directory:api-services-one", "statistics-data:api-series",
        "statistics-data:api-series-csv", "statistics-data:release-sums-plain",
        "statistics-data:api-series-metadata", "statistics:platforms-metadata", "declarations:figures-metadata",
    ),
    "the log has none before an authority has stamped it": (
        "editions:notary-stamp", "editions:notary-stamped", "editions:notary-stamps", "editions:notary-token",
    ),
    "may stand in a frame of any site": ("statistics:embed",),
    "says that there is nothing": ("directory:api-nothing-here", "directory:package-nothing-here"),
}  # fmt: skip


class Walk:
    """What one browser came to."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.wrong: list[str] = []
        self.leaves_out = True

    def go(self, who: str, client: Client) -> None:
        """Open a page, and what it leads to, until there is nothing new."""
        waiting, opened = list(DOORS), Counter[str]()
        known, before = set(waiting), set(self.seen)
        while waiting:
            path = waiting.pop(0)
            try:
                found = resolve(urlsplit(path).path)
            except Resolver404:
                continue
            name = found.view_name
            is_walked = name == JOINED or name.partition(":")[0] in ROOMS
            if path not in DOORS and not (is_walked and opened[name] < OF_A_KIND[who]):
                continue
            is_known = self.leaves_out and who in LATER and name in before and path not in DOORS
            if is_known and not is_its_day(who, name, turns=2):
                continue
            opened[name] += 1
            start_afresh()
            answer = client.get(path)
            access = access_of(found.func)
            assert access is not None, path
            if answer.streaming:
                list(answer)
            self.wrong += [f"{path} for {who}: {flaw}" for flaw in flaws(name, access, answer)]
            if answer.status_code == 200:
                self.seen.add(name)
                new = [each for each in links(path, answer) if each not in known and not SAME_PAGE.search(each)]
                known.update(new)
                waiting += new


def links(path: str, answer: object) -> Iterator[str]:
    """The addresses of this site that a page or a JSON document leads to."""
    kind = answer.headers.get("Content-Type", "")  # type: ignore[attr-defined]
    if not kind.startswith(("text/html", "application/json", "application/ld+json")):
        return
    for found in LINK.finditer(answer.content.decode()):  # type: ignore[attr-defined]
        split = urlsplit(urljoin(f"http://testserver{path}", html.unescape(next(filter(None, found.groups()), ""))))
        if split.hostname in ("testserver", "localhost", "127.0.0.1"):
            yield split.path + (f"?{split.query}" if split.query else "")


# What somebody of each role might type, and a word of what is found.
TERMS = {
    "petra": (("A9", "A9 "), ("picture house", "Picture House")),
    "tariq": (("fairhaven in 2026", "Fairhaven in 2026"),),
    "wren": (("fairhaven in 2026", "Fairhaven in 2026"),),
    "robin": (("picture", "Picture House"), ("petra", "Nothing that you may see")),
    "dana": (("helpline", "elpline"), ("A9", "Nothing that you may see")),
}


def dead_ends(who: str, client: Client) -> Iterator[str]:
    """What the home page or the search offers somebody and does not open, or what a search does not find."""
    offered = set(re.findall(r'<td[^>]*><a class="govuk-link" href="([^"]+)"', client.get("/staff/").content.decode()))
    if not offered and who != "wren":  # her body has finished
        yield f"nothing waits for {who}"
    for term, wanted in TERMS.get(who, TERMS["petra"]):
        answer = client.post("/staff/search", {"term": term}, follow=True)
        page = answer.content.decode()
        if wanted not in page:
            yield f"{term} finds nothing for {who}"
        offered |= set(re.findall(r'<span class="leeward-head"><a class="govuk-link" href="([^"]+)"', page))
    for address in offered:
        status = client.get(html.unescape(address), follow=True).status_code
        if status != 200:
            yield f"{address} answers {status} to {who}"


@pytest.mark.turn(0, days=2)
def test_every_page_of_every_room_carries_the_headers_and_asks_nobody_else(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    now, by = timezone.now(), Actor.operator()
    found_services(by=by, now=now)
    found_log(by=by, now=now)
    for partner in PARTNERS:
        call_command("create_platform", partner.name, stdout=io.StringIO())
    found_support(by=by, now=now)
    found_declaration(now=now)
    found_history(now=now)
    found_strategy(now=now)
    for name, role in STAFF.items():
        employ(name, role, now=now)
    found_releases(now=now)
    found_draft(now=now)
    found_assessment(now=now)
    found_surveys(now=now)
    seal_past(now=now)
    walk = Walk()
    walk.go("nobody", Client())
    for name in STAFF:
        walk.go(name, come_in(name))
        walk.wrong += dead_ends(name, come_in(name))
    every = {
        name for _route, name, _pattern in walk_patterns(get_resolver().url_patterns) if name.partition(":")[0] in ROOMS
    }
    unseen = {name for names in UNSEEN.values() for name in names}
    walk.leaves_out = every - walk.seen == unseen
    for name in () if walk.leaves_out else LATER:  # what was left out today may have led to what nobody has seen
        walk.go(name, come_in(name))
    assert walk.wrong == []
    assert every - walk.seen == unseen
