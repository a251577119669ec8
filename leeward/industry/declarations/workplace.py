"""What the declaration tells the home page, the search and a platform's page: who wishes to sign, and who signed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import write_day
from leeward.foundation.labels import Labelled
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.foundation.work.rooms import (
    FOUND,
    Hit,
    Need,
    Owed,
    Part,
    Room,
    RoomPage,
    Waiting,
    wait_in_list,
    wait_in_rows,
)
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.queries import (
    Handed,
    OrganisationLine,
    SignatoryLine,
    count_information,
    list_waiting,
    organisation_rows,
    overdue_requests,
    policy_lines,
    standing_of,
)
from leeward.industry.declarations.queries.staff import UNDECIDED
from leeward.industry.declarations.rules.terms import Stage
from leeward.industry.declarations.views.platforms import tell_overdue
from leeward.industry.declarations.views.staff import STAFF, organisations_list
from leeward.industry.platforms.queries import find_partner


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Organisations that wish to sign, and evidence, statements and signatures that wait for a decision."""
    if user.role not in STAFF:
        return
    home = reverse("declarations:home")
    yield wait_in_list(
        _("Organisations that wish to sign"), home, organisations_list(now=now), _applicant, narrowed=UNDECIDED
    )
    yield wait_in_rows(_("Handed in, to decide"), home, map(_handed, list_waiting()))


def find(user: User, term: str) -> Iterable[Hit]:
    """Organisations by a part of their name."""
    if user.role not in STAFF:
        return
    rows = organisation_rows().filter(Q(name__icontains=term)).order_by("name", "pk")[:FOUND]
    for row in rows:
        address = reverse("declarations:organisation", args=[row.public_id])
        yield Hit(kind=_("Signatory"), title=row.name, standing=word(Stage(row.stage)), address=address)


def part_of(user: User, platform: UUID, now: datetime) -> Iterable[Part]:
    """What one platform signed and with what standing, how its policy measures up, and what it was asked."""
    if user.role not in STAFF:
        return
    partner = find_partner(platform)
    (policy,) = policy_lines([partner])
    signed, counted = standing_of(partner, now=now), count_information(now=now, partner=partner)
    address = reverse("declarations:platform", args=[platform])
    owed, links = [], [(_("Its policy, process and figures"), address)]
    if overdue := overdue_requests(now=now).get(partner.id, 0):
        owed.append(Owed(whom=partner.name, what=tell_overdue(overdue), address=address, is_late=True))
    if signed:
        organisation = reverse("declarations:organisation", args=[signed.public_id])
        links.append((_("What it signed and handed in"), organisation))
        owed += [
            Owed(whom=_("Exchange officers"), what=f"{_('To decide')}: {each.words}", address=organisation)
            for each in list_waiting()
            if each.signatory_id == signed.public_id
        ]
    yield Part(
        title=_("Declaration and policy"),
        facts=[
            *_standing_facts(signed),
            (_("Model policy met"), _so_many(policy.met, len(read_checklist().items))),
            (
                _("Requests for information answered in time"),
                _so_many(counted.in_time, counted.due) if counted.due else _("None was due"),
            ),
        ],
        links=links,
        owed=owed,
    )


def _standing_facts(signed: SignatoryLine | None) -> list[tuple[Text, Text | Labelled]]:
    if signed is None:
        return [(_("National declaration"), _("It has not signed the declaration."))]
    version = {"version": signed.version, "day": write_day(signed.signed_on)}
    return [
        (_("National declaration"), signed.report.standing),
        (_("Signed"), gettext("Version %(version)s, %(day)s") % version),
        (_("Commitments with evidence"), _so_many(signed.shown, signed.promised)),
    ]


def _so_many(part: int, whole: int) -> str:
    return gettext("%(part)d of %(all)d") % {"part": part, "all": whole}


def _applicant(line: OrganisationLine) -> Need:
    words = gettext("Waits since %(day)s") % {"day": write_day(line.applied_at)}
    if line.forget_on:
        words += ". " + gettext("Ends on %(day)s unless somebody decides") % {"day": write_day(line.forget_on)}
    address = reverse("declarations:organisation", args=[line.public_id])
    return Need(about=line.name, why=words, press=_("Open the application"), address=address)


def _handed(each: Handed) -> Need:
    address = reverse("declarations:organisation", args=[each.signatory_id])
    words = gettext("Handed in on %(day)s") % {"day": write_day(each.handed_in_on)}
    return Need(about=each.signatory, why=words, press=_("Decide"), address=address)


ROOM = Room(
    pages=(
        RoomPage(name="declarations:home", text=_("Declaration and signatories")),
        RoomPage(name="declarations:draft", text=_("Draft of the text")),
        RoomPage(name="declarations:platforms"),
    ),
    waiting=waiting,
    find=find,
    part_of=part_of,
)
