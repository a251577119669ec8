"""Which lists of staff have a file: those of the nation's work, none of what victims, platforms or strangers told."""

import csv
import html
import io
import re
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import PLATFORM_ROLES, Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.web.access import walk_patterns
from leeward.industry.platforms.queries import listed_platforms
from leeward.justice.courts.operations.founding import keep_court
from tests.foundation.accounts.people import come_in, employ
from tests.justice.perpetrators.programme import found_programmes
from tests.justice.training.force import add
from tests.victim.network.members import sign

pytestmark = pytest.mark.django_db

FILES = {
    "assessment:home": (Role.REVIEWER, "rounds"),
    "checking:records": (Role.POLICY_OFFICER, "signed-records"),
    "courts:courts": (Role.ORDER_OFFICER, "courts"),
    "bulletin:planned": (Role.NETWORK_SECRETARY, "releases-planned"),
    "bulletin:staff": (Role.NETWORK_SECRETARY, "releases"),
    "declarations:home": (Role.EXCHANGE_OFFICER, "organisations"),
    "declarations:platforms": (Role.ADMINISTRATOR, "platforms-policy"),
    "directory:staff-home": (Role.DIRECTORY_EDITOR, "services"),
    "directory:staff-organizations": (Role.DIRECTORY_EDITOR, "organizations"),
    "directory:staff-synonyms": (Role.DIRECTORY_EDITOR, "synonyms"),
    "duties-regimes": (Role.SUPERVISOR, "duties"),
    "editions:notary": (Role.REVIEWER, "notary"),
    "exchange-platforms": (Role.EXCHANGE_OFFICER, "platforms-exchange"),
    "network:members": (Role.NETWORK_SECRETARY, "members"),
    "outcomes:submissions": (Role.ANALYST, "submissions"),
    "outcomes:cohorts": (Role.ANALYST, "cohorts"),
    "pages:pages": (Role.DIRECTORY_EDITOR, "pages"),
    "pages:pictures": (Role.DIRECTORY_EDITOR, "pictures"),
    "pages:runs": (Role.DIRECTORY_EDITOR, "print-runs"),
    "platforms-known": (Role.DESK_PRACTITIONER, "platforms"),
    "statistics-data:planned": (Role.POLICY_OFFICER, "releases-planned"),
    "statistics-data:staff": (Role.POLICY_OFFICER, "releases"),
    "strategy:map": (Role.POLICY_OFFICER, "map"),
    "strategy:registers": (Role.POLICY_OFFICER, "agreements"),
    "strategy:standards": (Role.POLICY_OFFICER, "standards"),
    "training:changes": (Role.COURSE_AUTHOR, "changes"),
    "training:due": (Role.TRAINING_MANAGER, "due"),
    "surveys:staff": (Role.POLICY_OFFICER, "surveys"),
}
# Each with the reason.
NO_FILE = {
    "assessment:bodies": (Role.POLICY_OFFICER, "names who answers for a group of survivors"),
    "courts:orders": (Role.ORDER_OFFICER, "is about victims"),
    "courts:sheets": (Role.COURT_CLERK, "tells of single convictions"),
    "courts:platform-orders": (Role.PLATFORM_LEAD, "is about victims"),
    "perpetrators:inbox": (Role.PROGRAMME_WORKER, "is about people who did harm"),
    "directory:staff-proposals": (Role.DIRECTORY_EDITOR, "says what strangers and owners wrote, until it is decided"),
    "helpline:desk-queue": (Role.PRACTITIONER, "is about victims"),
    "helpline:desk-reviews": (Role.PRACTITIONER, "is about victims"),
    "helpline:lead-cases": (Role.HELPLINE_LEAD, "is about victims"),
    "helpline:lead-queue": (Role.HELPLINE_LEAD, "is about victims"),
    "helpline:lead-complaints": (Role.HELPLINE_LEAD, "is about victims"),
    "network:inbox": (Role.MEMBER_WORKER, "is about victims"),
    "people:people": (Role.ADMINISTRATOR, "tells who works here and when"),
    "removals:desk-counter-notices": (Role.SUPERVISOR, "is about victims"),
    "removals:desk-looks": (Role.SUPERVISOR, "is about victims"),
    "removals:desk-notices": (Role.SUPERVISOR, "is about victims"),
    "removals:desk-queue": (Role.SUPERVISOR, "is about victims"),
    "removals:desk-reports": (Role.SUPERVISOR, "is about victims"),
    "removals:desk-reviews": (Role.SUPERVISOR, "is about victims"),
    "removals:platform-queue": (Role.PLATFORM_LEAD, "is about victims"),
    "removals:platform-waiting": (Role.PLATFORM_LEAD, "is about victims"),
    "training:machines": (Role.TRAINING_MANAGER, "names whom a system meant, until it is decided"),
    "statistics:replies": (Role.POLICY_OFFICER, "says what platforms told, until it is looked at"),
}
ARGUMENTS = {
    "helpline:desk-queue": ["waiting"],
    "helpline:lead-queue": ["waiting"],
    "removals:desk-queue": ["due"],
    "removals:desk-notices": ["by_hand"],
}


def lists() -> set[str]:
    return {
        name
        for _route, name, pattern in walk_patterns(get_resolver().url_patterns)
        if getattr(pattern.callback, "shows_list", False)
    }


def ask(name: str, role: Role, **query: str) -> tuple[str, str, str]:
    """What the address of a list answers somebody: the kind, the name of the file, and the text."""
    body = ""
    if role in PLATFORM_ROLES:
        call_command("create_platform", "Chatter", stdout=io.StringIO())
        body = str(listed_platforms()[0].public_id)
    if role is Role.MEMBER_WORKER:
        body = str(sign())
    if role is Role.PROGRAMME_WORKER:
        found_programmes(worker="noor")
        return _ask(name, query)
    if role is Role.TRAINING_MANAGER:
        body = str(add("Harbour Police").employer)
    if role is Role.COURT_CLERK:
        kept = {"name": "Harbour Court", "jurisdiction": "Fairhaven", "contact": "+0 1"}
        body = str(keep_court(**kept, by=Actor.operator(), now=timezone.now()))
    employ("noor", role, affiliation=body, now=timezone.now())
    return _ask(name, query)


def _ask(name: str, query: dict[str, str]) -> tuple[str, str, str]:
    address = reverse(name, args=ARGUMENTS.get(name, []))
    answer = come_in("noor").get(f"{address}?{urlencode(query)}")
    assert answer.status_code == 200, (name, answer.status_code)
    kind, text = answer.headers["Content-Type"].partition(";")[0], answer.content.decode()
    return kind, answer.headers.get("Content-Disposition", ""), text


def test_each_list_has_a_file_or_a_reason_for_none() -> None:
    assert lists() == set(FILES) | set(NO_FILE)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_list_of_the_nations_work_has_its_file(name: str) -> None:
    role, file = FILES[name]
    kind, sent_as, text = ask(name, role, format="csv")
    assert (kind, sent_as) == ("text/csv", f'attachment; filename="{file}.csv"')
    head, *_rows = csv.reader(text.splitlines())
    assert len(head) >= 2
    assert all(head)


@pytest.mark.parametrize("name", sorted(NO_FILE))
def test_a_list_of_what_people_told_has_none(name: str) -> None:
    role, _reason = NO_FILE[name]
    kind, sent_as, text = ask(name, role, format="csv")
    assert (kind, sent_as) == ("text/html", "")
    assert "There is no such file of this list." in html.unescape(text)
    assert not re.search(r'href="[^"]*format=csv', text.partition("<main")[2])  # above it the language is changed
