"""Every address, opened by everybody: each answer carries its headers and asks nobody else for anything."""

import hashlib
import html
import json
import re
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

import leeward
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editions.operations import sign_edition
from leeward.foundation.editions.queries import find_draft
from leeward.foundation.web.access import Access, Audience, access_of, walk_patterns
from leeward.foundation.work.models import Batch
from leeward.industry.bank.operations import admit_platform
from leeward.industry.platforms.models import PlatformChannel, PlatformDomain
from leeward.industry.platforms.queries import all_partners
from leeward.justice.courts.operations.drafting import begin_draft
from leeward.justice.courts.operations.founding import keep_court, load_types
from leeward.justice.courts.operations.recording import record_order
from leeward.justice.courts.operations.serving import serve_target
from leeward.justice.courts.operations.sheets import keep_sheet
from leeward.justice.courts.rules.sheets import Conviction, week_of
from leeward.justice.courts.rules.terms import Way
from leeward.justice.outcomes.models import CodeList, Submission
from leeward.justice.outcomes.operations.links import make_link
from leeward.justice.outcomes.operations.printing import draft_year
from leeward.justice.perpetrators.models import Programme
from leeward.justice.perpetrators.operations.trials import NewTrial, begin_trial
from leeward.justice.perpetrators.rules.trials import Arm, TrialPlan
from leeward.justice.training.models import Completion, Course, Employer, Learner, LearnerLink
from leeward.justice.training.operations.certifying import certify
from leeward.justice.training.operations.reckoning import reckon_stale
from leeward.justice.training.rules.terms import Result, Source
from leeward.victim.helpline.models import AllocationRule, Case, Complaint, Funding
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.locker.models import Item
from leeward.victim.network.models import LawGap, PathReview, Practice, Referral
from leeward.victim.network.models import Member as NetworkMember
from leeward.victim.network.operations.alerts import name_gap
from leeward.victim.network.published import draft
from leeward.victim.network.queries.bulletin import BULLETIN
from leeward.victim.network.rules.turns import ReferralState
from leeward.victim.removals.models import Appeal, Decision, Notice, Report, Request
from tests.answer_flaws import flaws, flaws_of_page
from tests.counters import start_afresh
from tests.depth import is_its_day
from tests.foundation.accounts.people import Member, come_in, employ
from tests.foundation.pages.made import make_page
from tests.justice.courts.conftest import ANSWERS, KIND
from tests.justice.outcomes.land import authority, cohort, publish_counts, use_codes, whole_year
from tests.justice.perpetrators.programme import Programmes, filled, found_programmes
from tests.justice.register.land import filled as register_filled
from tests.justice.register.land import found_land, land_there
from tests.justice.training.force import Force, add, changed, person, publish, require, shelved, tell
from tests.rooms import ROOMS
from tests.society.directory.factories import make_organization
from tests.victim.helpline.caller import Caller
from tests.victim.network.members import sign
from tests.victim.network.warned import raised
from tests.victim.portal.conftest import fake_payload
from tests.victim.removals.conftest import NOW, OPERATOR, Company
from tests.victim.removals.platform_people import colleague, ring
from tests.victim.removals.security.conftest import Canary

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
ROLES = {role.value for role in Role}
# Whoever opens these is signed out, or her visit ends with it, so they come last.
ENDING = ("web:leave", "accounts:sign-out", "accounts:lock", "portal:child", "portal:unsure", "helpline:my-done")
KEEPERS = ("registrar", "disclosure-officer")
# Addresses whose page nobody here sees, each with the reason.
UNSEEN = {
    "accounts:enrol": "opens by a link that has not been used",
    "accounts:lock": "leads on to unlocking",
    "accounts:passkey-name": "nobody here has a passkey",
    "accounts:provider": "no agency here has a provider",
    "accounts:provider-arrive": "the same",
    "accounts:provider-finish": "the same",
    "accounts:unlock": "everybody here is unlocked",
    "api-nothing-here": "says that there is nothing",
    "demo-behind": "no demonstration was founded in this nation",
    "demo-mail": "no mail was sent in this nation",
    "courts:by-link": "a company that has an account gets no link",
    "courts:hashes": "the order here has no list of hashes",
    "courts:hashes-withdraw": "the same",
    "holds:confirm": "nothing is held here",
    "holds:lift": "the same",
    "holds:record": "the same",
    "exchange-blind": "nothing is worked out for it here",
    "exchange-nothing-here": "says that there is nothing",
    "exchange-snapshot": "a feed this short has none",
    "helpline:lead-lend": "a case of the closed team alone is lent, and this one is the helpline's",
    "helpline:desk-referral-change": "what somebody has said yes to is changed no more",
    "locker:begin": "the person here has a locker",
    "locker:piece": "a kept state has no pieces of files",
    "locker:shown-piece": "the same",
    "locker:save-pack": "leads on without what somebody has chosen to take out",
    "network:my-answer": "nobody has a question here",
    "network:my-outcome": "nobody has said here that they will help",
    "network:link": "nobody here came by the link of a mail, which its own tests open",
    "network:link-tactic": "the same",
    "network:warned": "the same",
    "network:turn": "nobody here was passed on to this member, whose own tests open it",
    "network:turn-file": "the same",
    "network:turn-tactic": "the same",
    "network:program": "leads on to the protocol, which nobody here has accepted",
    "perpetrators:follow": "leads on to the questions",
    "portal:own-code": "nobody here came by a code that a member of staff has seen",
    "register:entry-letter": "no letter waits for its answer here",
    "removals:desk-letter": "no notice here goes by letter",
    "removals:desk-site": "whatever was sent here stands at a site that is known",
    "removals:link-answer": "leads back to the link's page without an answer",
    "removals:my-again": "nobody here has stopped the desk",
    "removals:my-begin": "leads on to the first question",
    "removals:my-report": "leads to the first page",
    "removals:platform-answer": "leads back to the queue without an answer",
    "removals:platform-second-look": "nothing here waits for a second look",
    "stopncii-fetch-hashes": "asks for its key in a header of its own",
    "training:certificate-jwt": "nothing is signed here",
    "training:take-delta": "no version here has one",
    "web:come-back": "leads to the first page",
    "web:leave": "leads away",
    "work:view-new": "no list is narrowed here",
}


# --- which addresses, with what there is in each ----------------------------------------------------------------------


def known(lived: Canary, chatter: Company) -> dict[str, dict[str, str]]:
    """For the beginning of a name, what to fill into its address: things that are there."""
    report = Report.objects.get()
    sent = Request.objects.exclude(notice=None).order_by("id")[0]
    at_desk = {
        "report": str(report.reference),
        "item": str(sent.reference),
        "notice": str(Notice.objects.order_by("id")[0].reference),
        "queue": "due",
        "review": str(report.reviews.get().reference),
        "appeal": str(Appeal.objects.get(side=Appeal.Side.UPLOADER).reference),
    }
    by_link = Request.objects.get(platform__name="Lantern")
    name_gap(gap=uuid.uuid4(), words="A threat alone is no crime.", by=OPERATOR, now=NOW)
    programmes = filled(programmes_there())
    published = draft(title="A bulletin", by=OPERATOR, now=NOW)
    sha256 = find_draft(BULLETIN, published).sha256
    sign_edition(shelf=BULLETIN, name=published, sha256=sha256, by=Actor.system(), now=NOW)
    return {
        "removals:desk-": at_desk,
        "removals:desk-notices": {"queue": "undelivered"},
        "removals:desk-sending": {"batch": str(Batch.objects.order_by("begun_at")[0].reference)},
        "removals:my-": {"question": "words", "ordinal": "1", "path": "threat"},
        "removals:platform-second-look": {"reference": str(Decision.objects.order_by("id")[0].reference)},
        "removals:platform-": {"reference": str(sent.reference)},
        "removals:link": {"token": lived.secrets["link"], "reference": str(by_link.reference)},
        "removals:door-": {"id": str(sent.reference)},
        "portal:": {"ordinal": "1", "door": "links"},
        "demo-tour": {"key": "photo"},
        "file:": {"slug": "short"},
        "accounts:take-out": {"reference": User.objects.get(username="ada").reference},
        "people:": {"reference": User.objects.get(username="ada").reference},
        "accounts:": {"token": "nothing-here", "reference": "nothing-here", "name": "nothing-here"},
        "platforms-removal-domain": {"reference": str(PlatformDomain.objects.order_by("id")[0].reference)},
        "platforms-removal-channel": {"reference": str(PlatformChannel.objects.order_by("id")[0].reference)},
        "platforms-known-": {"code": "instagram"},
        "duties-": {"code": "us-tida", "number": "1"},
        "helpline:desk-": helped(),
        "helpline:liaison-": helped(),
        "helpline:volunteer-": helped(),
        "helpline:care-": {"care": str(report.reference)},
        "locker:": {"item": str(Item.objects.order_by("ordinal")[0].reference), "team": "helpline"}
        | {"generation": "1", "number": "1", "about": str(find_case(report.reference))},
        "network:door-": {"id": str(report.reference)},
        "network:my-": {"referral": str(Referral.objects.get(state=ReferralState.DRAFTED).reference)},
        "helpline:lead-": helped()
        | {
            "complaint": str(Complaint.objects.order_by("id")[0].reference),
            "funding": str(Funding.objects.get().public_id),
            "rule": str(AllocationRule.objects.get().public_id),
            "care": str(report.reference),
        },
        "network:": {
            "turn": str(report.reference),
            "member": str(NetworkMember.objects.get(name="Harbour").public_id),
            "organization": str(make_organization().id),
            "token": "nothing-here",
            "alert": str(raised(NOW)),
            "gap": str(LawGap.objects.get().public_id),
            "practice": str(a_practice()),
            "path": "outing",
            "review": str(a_review()),
        },
        "bulletin:": {"edition": published, "name": "gaps.csv"},
        "bulletin:draft-": {"edition": draft(title="A draft", by=OPERATOR, now=NOW)},
        "training:": trained(),
        "courts:": ordered(),
        **programmes,
        "perpetrators:": programmes["perpetrators:"] | tried(),
        "outcomes:": counted(),
        **register_filled(land_there(names=KEEPERS)),
        "web:guide": {"name": "requests"},
        "pages:": make_page(),
        "work:": {"reference": str(report.reference)},
        "holds:": {"hold": "00000000-0000-4000-8000-000000000000", "kind": "order", "record": "nothing"},
        "demo-": {"name": "nothing-here"},
        "": {"public_id": str(chatter.partner.public_id)},
    }


def programmes_there() -> Programmes:
    """The providers and programmes that were founded for whoever works there."""
    own, other = Programme.objects.get(provider__way="accounts"), Programme.objects.get(provider__way="link")
    return Programmes(
        provider=own.provider.public_id,
        programme=own.public_id,
        by_link=other.provider.public_id,
        link_programme=other.public_id,
    )


def tried() -> dict[str, str]:
    """A trial of two messages that runs."""
    texts = {arm: {"en": f"Text {arm}"} for arm in Arm}
    plan = TrialPlan(followed=500, more_percent=100, weekly=10_000)
    begin_trial(new=NewTrial(code="spring", texts=texts, plan=plan), by=OPERATOR, now=NOW)
    return {"trial": "spring", "arm": "a"}


def trained() -> dict[str, str]:
    """Somebody who has passed a course, and a file that waits to be kept."""
    force = Force(employer=Employer.objects.get().public_id, manager="training-manager")
    publish()
    requirement = require()
    force.load(person(1), now=NOW)
    reckon_stale(limit=1)
    learner = Learner.objects.get()
    completion = uuid.uuid4()
    Completion.objects.create(
        reference=completion, learner=learner, course=Course.objects.get(), version=2, on=NOW.date(),
        result=Result.PASSED, source=Source.CLASSROOM, source_id="1", noted_at=NOW, noted_by="x",
    )  # fmt: skip
    upload = force.send_roster(person(1))
    certify(learner=learner.pk, completion=completion, mailbox="", by=OPERATOR, now=NOW)
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    LearnerLink.objects.create(
        learner=learner, digest=digest, sent_to=learner.mailbox_index, ends_at=NOW + timedelta(days=9)
    )
    return {
        "token": token,
        "course": "first-response",
        "version": "2",
        "learner": str(learner.reference),
        "completion": str(completion),
        "statement": str(tell(force)),
        "talk": "first-call",
        "trigger": str(changed()),
        "package": str(shelved()),
        "upload": str(upload),
        "requirement": str(requirement),
        "employer": str(force.employer),
    }


def counted() -> dict[str, str]:
    """An authority that has handed in a year, which is printed, and has a link."""
    own = UUID(User.objects.get(username="statistician").affiliation)
    use_codes()
    whole_year(own, "harbour-police", {"0": 20, "1": 30, "16": 80, "18": 70})
    publish_counts(2025)
    again = draft_year(year=2025, reason="Counted again", by=OPERATOR, now=NOW)
    return {
        "authority": str(own),
        "cohort": str(cohort()),
        "token": make_link(authority=own, by=OPERATOR, now=NOW),
        "submission": str(Submission.objects.latest("pk").public_id),
        "kind": "offences",
        "year": "2025",
        "printing": str(again),
        "code_list": str(CodeList.objects.latest("pk").public_id),
    }


def ordered() -> dict[str, str]:
    """An order that was served to the company, and one that is being written down."""
    clerk = User.objects.get(username="court-clerk")
    keyring = ring(Member(name=clerk.username, recovery_code="", waits=False))
    here: dict[str, Any] = {"by": actor(clerk), "now": NOW}
    load_types(types=[KIND], **here)
    answers = replace(ANSWERS, court=clerk.affiliation)
    number = record_order(answers=answers, viewer=clerk, keyring=keyring, **here)
    serve_target(number=number, ordinal=1, way=Way.DOOR, at=NOW, keyring=keyring, **here)
    draft = begin_draft(team=clerk.team or "", answers=answers, **here)
    told = Conviction(
        week=week_of(NOW.date()), offence="1", impact=None, told=None, told_days=None, rehabilitation=None,
        notification=None, entries=(),
    )  # fmt: skip
    return {
        "sheet": str(keep_sheet(court=clerk.affiliation, told=told, **here)),
        "token": "nothing-here",
        "number": number,
        "reference": "00000000-0000-4000-8000-000000000000",
        "target": "1",
        "event": "1",
        "code": KIND.code,
        "court": clerk.affiliation,
        "draft": str(draft),
        "question": "file",
    }


def a_practice() -> UUID:
    """A page on the network's shelf."""
    return Practice.objects.create(
        page="safety", measured="Who wrote again", result="Few", measured_by="Us", review_on=NOW.date(), changed_at=NOW
    ).public_id


def a_review() -> UUID:
    """What a member of the network said of a page of advice."""
    member, day = NetworkMember.objects.get(name="Harbour"), NOW.date()
    text = {"people": "Two", "said": "Good", "language": "en", "sha256": "0" * 64, "path": "outing"}
    kept = PathReview(**text, member=member, reviewed_on=day, review_on="2199-01-01", changed_at=NOW)
    kept.save()
    return kept.public_id


def helped() -> dict[str, str]:
    """The case at the helpline, with everything of it that has an address of its own."""
    case = Case.objects.get(helps__isnull=False)
    return {
        "case": str(case.reference),
        "help_": str(case.helps.get().reference),
        "review": str(case.reviews.get(kind="close").reference),
        "referral": str(case.file.referrals.get().reference),
        "queue": "waiting",
        "instrument": "image-abuse",
    }


def addresses(filled: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, Access]]:
    """Every address once, but those of the nation's rooms: its name, a path of it, and who may open it."""
    for route, name, pattern in walk_patterns(get_resolver().url_patterns):
        if name.partition(":")[0] in ROOMS:
            continue
        access = access_of(pattern.callback)
        assert access is not None
        path = "/" + re.sub(r"\(\?:/\.\*\)\?|[$^]", "", route).replace("//?", "/")
        fitting = sorted((prefix for prefix in filled if name.startswith(prefix)), key=len)
        values = {key: value for prefix in fitting for key, value in filled[prefix].items()}
        path = PARAMETER.sub(lambda found, values=values: values[found[2]], path)
        assert resolve(path).view_name == name, (path, name)
        yield name, path, access


@pytest.fixture
def everybody(lived: Canary, chatter: Company) -> dict[str, Client]:
    """A browser of nobody, of the person, of who has a platform's link, and of each role of staff."""
    clients = {"nobody": Client(), "outside": lived.clients["outside"]}
    clients |= {"newcomer": _half_way(Client()), "person": _protecting(lived.clients["person"])}
    arriving = Caller()
    arriving.arrive()
    arriving.leads("/talk/signs", dangers=("now",))
    arriving.leads("/talk/what", harm="sextortion")  # who is shown what to do first
    clients["arriving"] = arriving.client
    entering = Caller()
    entering.walk_in()  # who is shown her code
    clients["entering"] = entering.client
    for partner in all_partners():
        admit_platform(partner=partner, by=OPERATOR, now=NOW)
    clients["machine"] = Client(headers={"Authorization": f"Bearer {lived.secrets['fetch key']}"})
    here = {
        Role.DESK_PRACTITIONER: "rob",
        Role.SUPERVISOR: "sue",
        Role.MODERATOR: "mona",
        Role.PRACTITIONER: "hana",
        Role.HELPLINE_LEAD: "lea",
        Role.VOLUNTEER: "vic",
    }
    inside = Member(name="mona", recovery_code="", waits=False)
    for role in Role:
        name = here.get(role, role.value.replace("_", "-"))
        if role is Role.PLATFORM_LEAD:
            colleague(name, chatter, role, beside=inside)
        elif role is Role.PROGRAMME_WORKER:
            found_programmes(worker=name)
        elif name == KEEPERS[0]:
            found_land(registrar=KEEPERS[0], officer=KEEPERS[1])  # both of them
        elif role not in here and name not in KEEPERS:
            employ(name, role, affiliation=_body_of(role))
        clients[role.value] = lived.clients.get(name) or come_in(name)
    return clients


def _body_of(role: Role) -> str:
    """The public id of a new body for somebody of this role, "" for who has none."""
    if role is Role.MEMBER_WORKER:
        return str(sign("Harbour"))
    if role is Role.COURT_CLERK:
        return str(keep_court(name="Harbour Court", jurisdiction="Here", contact="+0 1", by=OPERATOR, now=NOW))
    if role is Role.STATISTICIAN:
        return str(authority("harbour-police"))
    return str(add("Harbour Police").employer) if role is Role.TRAINING_MANAGER else ""


def _half_way(client: Client) -> Client:
    """Who has answered the questions before anything is kept."""
    client.get("/report/begin/online")
    client.post("/report/where", {"skip": "1"})
    client.post("/report/age", {"everyone_adult": "yes"})
    assert client.post("/report/yes", {"agrees": "no"}).status_code == 303
    return client


def _protecting(client: Client) -> Client:
    """Who has a picture protected under the code of her report."""
    client.post("/status/add/age", {"everyone_adult": "yes"})
    page = client.post("/status/add/paste", {"codes": json.dumps(fake_payload("one"))}).content.decode()
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="(codes|token)" value="([^"]*)"', page)}
    assert client.post("/status/add/paste/send", sent | {"consent": "on"}).status_code == 303
    client.post("/status/add/age", {"everyone_adult": "yes"})  # and is about to add more
    return client


# --- what each answer must carry --------------------------------------------------------------------------------------


@pytest.mark.turn(1, days=2)
def test_every_answer_to_everybody_carries_the_headers_and_asks_nobody_else(
    lived: Canary,
    chatter: Company,
    everybody: dict[str, Client],
) -> None:
    wrong, seen, refusing = [], set(), set()
    every = sorted(addresses(known(lived, chatter)), key=lambda address: address[0] in ENDING)
    for who, client in everybody.items():
        kept = {key: morsel.value for key, morsel in client.cookies.items()}
        for name, path, access in every:
            # Whoever may not come in is kept out by one guard, and sees one page; what is everybody's, staff see as
            # others do: each at a sixth of them a turn.
            is_others = (who in ROLES or access.audience is Audience.STAFF) and name not in ENDING
            if is_others and who not in access.roles and not is_its_day(who, name, days=6, turns=2):
                continue
            # What somebody has seen here already is the same template to the next: a third of these a turn.
            if is_others and name in seen and not is_its_day(who, name, turns=2):
                continue
            answer = client.get(path)
            wrong += [f"{path} for {who}: {flaw}" for flaw in flaws(name, access, answer)]
            seen |= {name} if answer.status_code == 200 else set()
            refusing |= {name} if answer.status_code == 405 else set()
            for key, value in kept.items():
                client.cookies[key] = value
            start_afresh()
    assert wrong == []
    assert {name for name, _path, _access in every} - seen - refusing == set(UNSEEN)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('<img src="https://stranger.example/x.png">', "loads https://stranger.example/x.png"),
        ('<img src="//stranger.example/x.png">', "loads //stranger.example/x.png"),
        ('<link rel="stylesheet" href="http://stranger.example/x.css">', "loads http://stranger.example/x.css"),
        ('<form action="https://stranger.example/">', "loads https://stranger.example/"),
        ("<script>alert(1)</script>", "inline script"),
        ('<p style="color:red">', "inline p style"),
        ('<p onclick="x()">', "inline p onclick"),
        ('<meta http-equiv="refresh" content="0;url=https://stranger.example/">', "inline meta http-equiv"),
        ('<iframe srcdoc="x"></iframe>', "inline iframe srcdoc"),
        ('<a href="https://stranger.example/">', "leads to https://stranger.example/ and says whence"),
        ('<a href="/safety" rel=""><a href="tel:1"><a href="https://x.example/" rel="noopener noreferrer">', ""),
    ],
)
def test_what_a_page_may_not_hold_is_noticed(text: str, flaw: str) -> None:
    assert list(flaws_of_page("portal:home", text)) == ([flaw] if flaw else [])


def test_no_style_sheet_of_ours_asks_anybody_else() -> None:
    sheets = [path for path in Path(leeward.__file__).parent.rglob("*.css") if "node_modules" not in path.parts]
    assert len(sheets) >= 4
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text, sheet
        assert [
            url for url in re.findall(r"url\(['\"]?([^'\")]+)", text) if not url.startswith("data:") and ":" in url
        ] == []


def test_numbers_in_addresses_are_random_references() -> None:
    """What is counted can be guessed, and tells how much there is; counted are her own list, the files of one entry,
    whose own reference is random, the parts of one order, whose number is, and what is published: versions, years,
    leaves of the log, and status lists."""
    counted = {
        name
        for route, name, _pattern in walk_patterns(get_resolver().url_patterns)
        if "int" in (kind for kind, _name in PARAMETER.findall(route))
    }
    own = {"removals:my-place", "removals:my-look-again", "removals:my-take-back", "portal:withdraw"}
    own |= {f"locker:{name}" for name in ("file", "open-file", "piece", "shown", "open-shown", "shown-piece")}
    own |= {f"courts:{name}" for name in ("paper", "serve", "happened", "void", "relink", "certify")}
    assert counted == own | {
        "duties-version",
        "declarations:version",
        "outcomes:draft-year",
        "outcomes:year-csv",
        "outcomes:year-metadata",
        "editions:notary-leaf",
        "editions:notary-stamp",
        "editions:notary-stamped",
        "editions:notary-content",
        "checking:status",
        "checking:status-json",
        "pages:edition",
        "pages:withdraw",
        "surveys:questionnaire-form",
        "surveys:questionnaire-json",
        "surveys:staff-questionnaire",
        "training:take-delta",
    }
