"""Who is in the made-up nation: its platforms and how they are reached, its law, the people at its desk."""

import contextlib
import hashlib
import io
import json
import random
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from demo import nook
from demo.assessment import found_assessment
from demo.cohorts import PEOPLE as ANALYSTS
from demo.cohorts import found_analysts, found_cohorts
from demo.courts import PEOPLE as COURT_PEOPLE
from demo.courts import court_id, found_court, found_orders, found_sheets
from demo.declaration import found_declaration
from demo.desk.crew import call_crew
from demo.desk.life import LAW_ABROAD
from demo.desk.lives import Lives
from demo.desk.telling import HOSTS, first_lived_day, tell_all
from demo.directory import found_support
from demo.helpline import found_helpline
from demo.history import SEED, found_draft, found_history
from demo.locker import draw_code, found_locker
from demo.network import MEMBER_PEOPLE, found_members, found_shelf, found_warnings, member_id
from demo.outcomes import PEOPLE as OUTCOMES_PEOPLE
from demo.outcomes import authority_id, found_authorities, found_counts
from demo.pages import found_pages
from demo.perpetrators import WORKER, found_programmes, found_providers, made_id
from demo.published import MADE_UP_KIND, MADE_UP_NAME, MADE_UP_WORDS
from demo.quick import quick_hashes
from demo.register import PEOPLE as REGISTER_PEOPLE
from demo.register import agency_id, found_agencies
from demo.strategy import found_strategy
from demo.surveys import found_surveys
from demo.training import employer_id, found_employers, found_training
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff, keys, let_in, sign_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.operations import enter, found_log, seal
from leeward.foundation.notary.queries import entries_of, find_entries, waiting_rows
from leeward.foundation.vault.operations import found_services, found_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.operations import publish_regime_version, switch_regime
from leeward.industry.duties.queries import all_regimes
from leeward.industry.duties.rules import (
    Commencement,
    CopyScope,
    Element,
    PauseReason,
    Redress,
    RedressBody,
    RegimeDraft,
    StartEvent,
)
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    change_channel,
    describe_platform,
)
from leeward.industry.platforms.queries import channels_of, domains_of, find_partner_by_name
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Profile, Rung
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures

FACTS_FILE, LIVED_FILE = "demo.json", "demo-desk-lived"
DESK_TEAM = "desk"
# Whoever waits to write looks every tenth of a second whether it is their turn.
PAUSE_SECONDS = 0.2
SEALED_AFTER = timedelta(minutes=7)
LAW = "xx-osa"
REGULATOR = "Fairhaven Online Safety Commission, 2 Harbour Road, Fairhaven"


class MadeByAnotherVersion(Exception):
    """A demonstration was founded with other tables than those of this version."""


@dataclass(frozen=True, kw_only=True)
class Partner:
    """One made-up platform: its name on pages, its folder, its client, where it stands and how it is written to."""

    name: str
    folder: str
    client: str
    host: str
    path: str
    channel: ChannelKind
    address: str = ""
    clause: str = ""


PARTNERS = (
    Partner(
        name="Old Harbour",
        folder="stock",
        client="the unmodified threatexchange client; it never answers a removal request",
        host="oldharbour.example",
        path="",
        channel=ChannelKind.EMAIL,
        address="abuse@oldharbour.example",
        clause="Terms, 7",
    ),
    Partner(
        name="Lantern",
        folder="sync",
        client="hashmatch sync; a signed webhook and the door for machines, and it removes at once",
        host="127.0.0.1",
        path="/lantern",
        channel=ChannelKind.WEBHOOK,
        clause="House rules, 3",
    ),
    Partner(
        name="Picture House",
        folder="site",
        client="hashmatch inside a small site with uploads; its people answer removal requests on the desk’s pages",
        host="127.0.0.1",
        path="/picture",
        channel=ChannelKind.INBOX,
        clause="Rules, 4.2",
    ),
    Partner(
        name="Market Square",
        folder="square",
        client="the door for machines; it asks for a missing element first",
        host="127.0.0.1",
        path="/square",
        channel=ChannelKind.INBOX,
        clause="Market rules, 9",
    ),
)


@dataclass(frozen=True, kw_only=True)
class StaffFacts:
    """One made-up member of staff, and how a visitor signs in as her."""

    name: str
    display_name: str
    role: str
    passphrase: str


@dataclass(frozen=True, kw_only=True)
class DemonstrationFacts:
    """What the page at /demo tells a visitor, and no more than that."""

    site_url: str
    walls_url: str
    staff: tuple[StaffFacts, ...]
    posts_folders: dict[str, str]
    lived_until: str  # the desk has a made-up past until then
    kept_code: str  # of the person who has a locker
    tables: str  # what `tables_made` said when it was founded


# Name, name on pages, role, and the platform, member or employer whose people they are. The first of a team holds
# its key by the link, and lets the others in.
STAFF = (
    ("robin", "Robin Vale", Role.EXCHANGE_OFFICER, ""),
    ("sasha", "Sasha Reed", Role.DESK_PRACTITIONER, ""),
    ("mika", "Mika Thorn", Role.SUPERVISOR, ""),
    ("amal", "Amal Rowe", Role.PRACTITIONER, ""),
    ("jonas", "Jonas Fell", Role.PRACTITIONER, ""),
    ("selma", "Selma Frost", Role.HELPLINE_LEAD, ""),
    ("nadia", "Nadia Birch", Role.SURVIVOR_LIAISON, ""),
    ("vida", "Vida Lark", Role.VOLUNTEER, ""),
    ("milo", "Milo Dunn", Role.VOLUNTEER, ""),
    ("noor", "Noor Hale", Role.MODERATOR, "Picture House"),
    ("lena", "Lena Marsh", Role.PLATFORM_LEAD, "Picture House"),
    ("dana", "Dana Quay", Role.DIRECTORY_EDITOR, ""),
    ("petra", "Petra Knoll", Role.POLICY_OFFICER, ""),
    ("ines", "Ines Calder", Role.POLICY_OFFICER, ""),
    ("hugo", "Hugo Lind", Role.NETWORK_SECRETARY, ""),
    *((name, shown, Role.MEMBER_WORKER, member) for name, shown, member in MEMBER_PEOPLE),
    ("nell", "Nell Harrow", Role.TRAINING_MANAGER, "Outer Isles Police"),
    ("otto", "Otto Brand", Role.TRAINING_MANAGER, "Eastmarsh Police"),
    ("pia", "Pia Lind", Role.TRAINING_MANAGER, "Fairhaven Prosecution Service"),
    ("ada", "Ada Crane", Role.COURSE_AUTHOR, ""),
    ("tariq", "Tariq Stone", Role.REVIEWER, ""),
    ("wren", "Wren Ash", Role.REVIEWER, ""),
    *COURT_PEOPLE,
    WORKER,
    *OUTCOMES_PEOPLE,
    *ANALYSTS,
    *REGISTER_PEOPLE,
)

# A law of a made-up nation, so that the clocks can be watched; it says so in its own name.
FAIRHAVEN_LAW = RegimeDraft(
    code=LAW,
    name="Fairhaven Online Safety Act (made up)",
    jurisdiction="Fairhaven",
    limit_hours=48,
    start_event=StartEvent.MADE_VALID,
    elements=(
        Element.SIGNATURE,
        Element.IDENTIFICATION,
        Element.LOCATION,
        Element.NON_CONSENT,
        Element.GOOD_FAITH,
        Element.CONTACT,
    ),
    pauses=(PauseReason.MISSING_ELEMENT,),
    copies=CopyScope.KNOWN_IDENTICAL,
    redress=(Redress(body=RedressBody.REGULATOR, name="Fairhaven Online Safety Commission"),),
    legal_basis="Fairhaven Online Safety Act, section 12 (made up)",
    source_name="Made up for the demonstration",
    source_url="",
    commencement=Commencement.IN_FORCE,
    in_force_on=datetime(2026, 1, 1).date(),  # noqa: DTZ001  # a day of no zone
    checked_on=datetime(2026, 1, 1).date(),  # noqa: DTZ001  # a day of no zone
)


# Under which sites abroad are asked: no hours are named in it, so no clock runs.
LAW_OF_ABROAD = replace(
    FAIRHAVEN_LAW,
    code=LAW_ABROAD,
    name="Convention on hosting (made up)",
    jurisdiction="Abroad (made up)",
    limit_hours=None,
    legal_basis="Convention on hosting, article 4 (made up)",
    redress=(),
)


def read_facts(data: Path) -> DemonstrationFacts | None:
    """The running demonstration's facts, or None where none was ever started with this data folder."""
    kept = _read(data)
    return (
        DemonstrationFacts(**{**kept, "staff": tuple(StaffFacts(**each) for each in kept["staff"])}) if kept else None
    )


def _read(data: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((data / FACTS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return kept


def refuse_other_tables(data: Path) -> None:
    """Raise MadeByAnotherVersion where this folder's demonstration was founded with other tables than ours."""
    if (kept := _read(data)) and kept.get("tables") != tables_made():
        raise MadeByAnotherVersion(
            f"The demonstration in {data} was made by another version of Leeward, with other tables. "
            "All of it is made up: delete that folder, and start the demonstration again."
        )


@cache
def tables_made() -> str:
    """A digest of all migrations of ours: what is founded with one cannot be used with another."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parents[1] / "leeward").glob("*/*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@quick_hashes()
def found_nation(data: Path, *, site_url: str, walls_url: str) -> DemonstrationFacts:
    """Make tables, platforms, law and staff that are not there yet; safe to call again.

    Keys are shown once, so each partner's are written to its own folder, readable by their owner alone.
    Raises MadeByAnotherVersion.
    """
    refuse_other_tables(data)
    known = read_facts(data)  # written when the staff are there
    call_command("migrate", interactive=False, verbosity=0)
    now, by = timezone.now(), Actor.operator()
    found_parties(data, walls_url=walls_url, now=now)
    found_nook(data, now=now)
    facts = DemonstrationFacts(
        site_url=site_url,
        walls_url=walls_url,
        staff=employ_staff(known.staff if known else (), now=now),
        posts_folders={partner.name: str(data / "partners" / partner.folder / "posts") for partner in PARTNERS[:1]},
        lived_until=known.lived_until if known else now.isoformat(),
        kept_code=known.kept_code if known else draw_code(),
        tables=tables_made(),
    )
    _write_private(data / FACTS_FILE, json.dumps(asdict(facts)))
    until = first_lived_day(datetime.fromisoformat(facts.lived_until).date())
    rooms: list[Callable[[], object]] = [
        partial(found_support, by=by, now=now),
        partial(found_helpline, {each.name: each.passphrase for each in facts.staff}, now=now),  # after its hours
        partial(found_pages, now=now),
        partial(found_shelf, now=now),  # of its pages, and of organisations of the directory
        partial(found_warnings, now=now),  # by who works at the helpline; its bulletin tells of the shelf
        partial(found_sheets, now=now),
        partial(found_orders, {each.name: each.passphrase for each in facts.staff}, now=now),
        partial(found_training, {each.name: each.passphrase for each in facts.staff}, now=now),
        partial(found_programmes, {each.name: each.passphrase for each in facts.staff}, now=now),
        partial(found_counts, now=now),
        partial(found_cohorts, {each.name: each.passphrase for each in facts.staff}, now=now),
        partial(found_locker, facts.kept_code, now=now),
        partial(found_declaration, now=now),
        partial(found_history, now=now, until=until),
        partial(found_strategy, now=now),
        # Otherwise it is of what the desk is going to have lived through.
        *([partial(found_draft, now=now)] if is_lived(data) else []),
        partial(found_assessment, now=now),  # after the staff, of whom some answer for bodies
        partial(found_surveys, now=now),
    ]
    for found in rooms:
        with transaction.atomic():  # a thousand writes that each waited for the disk would take longer than all else
            found()
    seal_past(now=now)
    return facts


def found_parties(data: Path, *, walls_url: str, now: datetime) -> None:
    """Make the keys, the law, the platforms and the members of the network that are not there yet."""
    by = Actor.operator()
    found_services(by=by, now=now)
    found_log(by=by, now=now)
    found_team(team=DESK_TEAM, by=by, now=now)
    _make_law(now=now)
    found_members(now=now)
    found_court(now=now)
    found_employers(now=now)
    found_providers(now=now)
    found_authorities(now=now)
    found_agencies(now=now)
    found_analysts(now=now)
    for partner in PARTNERS:
        keys = data / "partners" / partner.folder / "keys.json"
        if not keys.exists():
            keys.parent.mkdir(parents=True, exist_ok=True)
            _write_private(keys, _output_of("create_platform", partner.name))
        _describe(partner, walls_url=walls_url, now=now)


def found_nook(data: Path, *, now: datetime) -> None:
    """Make the small platform that checks without the list, and its uploads, if they are not there yet."""
    home = data / "partners" / nook.FOLDER
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "keys.json").exists():
        _write_private(home / "keys.json", _output_of("create_platform", nook.NAME, "--without-list"))
    nook.found_uploads(home, now=now)


def seal_past(*, now: datetime) -> None:
    """Seal each leaf of the made-up past as the notary would have: some minutes after it was published.

    Then the log says itself that these days are made up.
    """
    while waiting := entries_of(waiting_rows()[:1]):
        seal(now=min(now, waiting[0].entered_at + SEALED_AFTER), limit=1)
    if not find_entries(MADE_UP_KIND, MADE_UP_NAME):
        enter(kind=MADE_UP_KIND, name=MADE_UP_NAME, content=MADE_UP_WORDS, media_type="text/plain", now=now)
        seal(now=now)


def live_desk(data: Path, *, brief: bool) -> None:
    """Let the desk's past happen, as far as it has not yet; it takes minutes, and can be stopped and begun again.
    A brief past has a tenth of the reports that chance makes, and each that was arranged.

    Its hours are real ones, so it wants a clock that runs as all others do.
    """
    facts, done = read_facts(data), data / LIVED_FILE
    if facts is None or done.exists():
        return
    now = datetime.fromisoformat(facts.lived_until)
    crew = call_crew(data, {each.name: each.passphrase for each in facts.staff}, now=now)
    told = tell_all(random.Random(SEED), now=now, brief=brief)  # noqa: S311  # made up, and the same each time
    lives = Lives(crew, told, now=now)
    lives.live(pause_seconds=PAUSE_SECONDS)
    lives.be_counted(_count)
    done.touch()


def _count() -> None:
    now = timezone.now()
    gather(now=now)
    publish_figures(now=now)
    found_draft(now=now)


def is_lived(data: Path) -> bool:
    """Whether the desk's past is over: it has happened, or there is none."""
    return (data / LIVED_FILE).exists() or not (data / FACTS_FILE).exists()


def _make_law(*, now: datetime) -> None:
    _output_of("load_duties")
    known = {regime.code for regime in all_regimes()}
    for draft in (FAIRHAVEN_LAW, LAW_OF_ABROAD):
        if draft.code not in known:
            publish_regime_version(draft=draft, by=Actor.operator(), now=now)
            switch_regime(code=draft.code, on=True, reason="a law of the made-up nation", by=Actor.operator(), now=now)


def _describe(partner: Partner, *, walls_url: str, now: datetime) -> None:
    """Say where a platform stands and how it is written to; addresses follow the ports of this start."""
    by, known = Actor.operator(), find_partner_by_name(partner.name)
    if not domains_of(known):
        add_domain(partner=known, domain=NewDomain(host=partner.host, path_prefix=partner.path), by=by, now=now)
        if partner.host != HOSTS[partner.name]:
            add_domain(partner=known, domain=NewDomain(host=HOSTS[partner.name]), by=by, now=now)
        describe_platform(
            partner=known,
            profile=Profile(language="en", policy_clause=partner.clause, jurisdiction="XX"),
            by=by,
            now=now,
        )
    address = f"{walls_url}lantern/hook" if partner.channel is ChannelKind.WEBHOOK else partner.address
    wanted = NewChannel(kind=partner.channel, rung=Rung.PLATFORM, address=address, language="en")
    present = next(iter(channels_of(known, rung=Rung.PLATFORM)), None)
    if present is None:
        add_channel(partner=known, channel=wanted, by=by, now=now)
    elif present.address != address:
        change_channel(partner=known, reference=present.reference, channel=wanted, by=by, now=now)
    if not channels_of(known, rung=Rung.REGULATOR):
        complaint = NewChannel(kind=ChannelKind.LETTER, rung=Rung.REGULATOR, address=REGULATOR, language="en")
        add_channel(partner=known, channel=complaint, by=by, now=now)


def employ_staff(known: tuple[StaffFacts, ...], *, now: datetime) -> tuple[StaffFacts, ...]:
    """Make the staff that an earlier release did not know; passphrases are shown at /demo, since all is made up."""
    employed, names = list(known), {person.name for person in known}
    insiders: dict[str, tuple[User, Keyring]] = {}
    for name, display_name, role, body in STAFF:
        if name in names:
            continue
        link = create_staff(
            username=name,
            display_name=display_name,
            role=role,
            affiliation=_affiliation(role, body),
            by=Actor.operator(),
            now=now,
        )
        passphrase = "-".join(secrets.token_hex(3) for _ in range(4))
        enrolled = choose_passphrase(token=link.token, passphrase=passphrase, now=now)
        employed.append(StaffFacts(name=name, display_name=display_name, role=role.value, passphrase=passphrase))
        user, team = enrolled.user, enrolled.user.team or ""
        if enrolled.waits:
            colleague, keyring = insiders[team]
            let_in(colleague=colleague, reference=user.reference, keyring=keyring, now=now)
        elif team:
            key = keys.open_by_passphrase(user=user, passphrase=passphrase)
            insiders[team] = (user, keys.open_teams_with(key))
    for each in employed:  # a team takes in nothing, and an inbox is sent nothing, before somebody there has signed in
        if not User.objects.filter(username=each.name, last_login__isnull=False).exists():
            sign_in(username=each.name, passphrase=each.passphrase, now=now)
    return tuple(employed)


def _affiliation(role: Role, body: str) -> str:
    if not body:
        return ""
    if role is Role.COURT_CLERK:
        return str(court_id(body))
    if role is Role.STATISTICIAN:
        return str(authority_id(body))
    if role is Role.TRAINING_MANAGER:
        return str(employer_id(body))
    if role is Role.PROGRAMME_WORKER:
        return str(made_id(body))
    if role in (Role.REGISTRAR, Role.DISCLOSURE_OFFICER):
        return str(agency_id(body))
    return str(member_id(body) if role is Role.MEMBER_WORKER else find_partner_by_name(body).public_id)


def _output_of(command: str, *arguments: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        call_command(command, *arguments)
    return said.getvalue()


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
