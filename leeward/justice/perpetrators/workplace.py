"""What programmes tell the home page: what waits for a provider's people, and the pages of everybody who works here."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, write_day
from leeward.foundation.holds.queries import Holdable
from leeward.foundation.work.doors import Door
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.justice.perpetrators.errors import ReferralUnknown
from leeward.justice.perpetrators.operations.referring import HELD
from leeward.justice.perpetrators.queries.programmes import list_providers
from leeward.justice.perpetrators.queries.referrals import IS_NEW, referrals_of, teams_of_referral
from leeward.justice.perpetrators.rules.referrals import Way

SHOWN = 100


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """For a provider's people: who was sent and not judged, and whom it is time to look at again."""
    if user.role != Role.PROGRAMME_WORKER:
        return
    mine, path = referrals_of(UUID(user.affiliation)), reverse("perpetrators:inbox")
    new = (
        Need(
            about=row.programme.name,
            why=gettext("Sent on %(day)s. Say whether the programme suits them") % {"day": write_day(row.sent_on)},
            press=_("Open the referral"),
            address=reverse("perpetrators:referral", args=[row.reference]),
        )
        for row in mine.filter(IS_NEW).order_by("sent_on", "pk")[:SHOWN]
        if row.sent_on
    )
    yield wait_in_rows(_("Sent to your programmes"), path, new)
    again = (
        Need(
            about=row.programme.name,
            why=gettext("It ended on %(day)s. Look at it again") % {"day": write_day(row.ended_on)},
            press=_("Open the referral"),
            address=reverse("perpetrators:referral", args=[row.reference]),
        )
        for row in mine.filter(look_on__lte=local_day(now)).order_by("look_on", "pk")[:SHOWN]
        if row.ended_on
    )
    yield wait_in_rows(_("To look at again"), path, again)


def doors() -> Iterable[Door]:
    """Each provider whose people have accounts, once it has a programme. One by a link reads codes and days alone."""
    for each in list_providers(on=local_day(timezone.now())):
        if each.way is Way.ACCOUNTS and each.programmes:
            yield Door(
                name=each.name,
                team=each.team,
                roles=(Role.PROGRAMME_WORKER,),
                body=str(each.public_id),
                shut=_("Nobody can be sent to the programmes of this provider."),
            )


def _held_file(user: User, referral: str) -> str:
    row = None
    if user.role == Role.PROGRAMME_WORKER:
        try:
            row = referrals_of(UUID(user.affiliation)).filter(reference=UUID(referral)).first()
        except ValueError as error:
            raise ReferralUnknown from error
    if row is None:
        raise ReferralUnknown
    return row.programme.name


HOLDABLE = (
    Holdable(
        kind=HELD,
        label=_("Programme file"),
        find=_held_file,
        address=lambda referral: reverse("perpetrators:referral", args=[referral]),
        readers=teams_of_referral,
    ),
)
ROOM = Room(
    pages=(
        RoomPage(name="perpetrators:inbox", also=("perpetrators:referral", "perpetrators:step", "perpetrators:signal")),
        RoomPage(name="perpetrators:today"),
        RoomPage(
            name="perpetrators:referred",
            also=("perpetrators:refer", "perpetrators:referred-one", "perpetrators:answer"),
        ),
        RoomPage(
            name="perpetrators:providers",
            also=(
                "perpetrators:provider-add",
                "perpetrators:programme-add",
                "perpetrators:programme",
                "perpetrators:referrer-add",
                "perpetrators:link",
            ),
        ),
        RoomPage(name="perpetrators:trials", also=("perpetrators:trial-begin", "perpetrators:trial-end")),
    ),
    waiting=waiting,
    doors=doors,
    is_locked=True,
)
