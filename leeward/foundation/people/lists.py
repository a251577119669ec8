"""The list of everybody who has an account."""

from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leeward.foundation.accounts.queries import Account, account_rows, accounts_of, with_ways_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.fields import box, select
from leeward.foundation.people.bodies import names_of_bodies
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing


def staff_list(*, now: datetime) -> Listing[Account]:
    """Staff by their sign-in names; those who have left are shown when asked for.

    There is no file of it: who works at a desk, and when they are here, is worth much to whoever looks for a victim.
    """
    bodies = names_of_bodies()
    return Listing(
        rows=account_rows(),
        tell=with_ways_in,
        lines=partial(accounts_of, now=now),
        columns=[
            Column("name", _("Name"), lambda line: line.name),
            Column("username", _("Staff name"), lambda line: line.username, Order(by="username", is_unique=True)),
            Column("role", _("Role"), lambda line: [word(line.role), bodies.get(line.affiliation)]),
            Column("state", _("State"), lambda line: line.state),
            Column("keys", _("Keys"), keys_in_words),
            Column("seen", _("Last seen"), lambda line: line.last_seen),
        ],
        sort="username",
        address=lambda line: reverse("people:person", args=[line.reference]),
        filters=[
            Filter(
                key="role",
                field=select(_("Role"), [("", _("All")), *choices_of(Role)]),
                where=lambda role: Q(role=role),
            ),
            Filter(
                key="left",
                field=box(_("Former staff")),
                where=lambda _left: Q(is_active=False),
                otherwise=Q(is_active=True),
            ),
        ],
        empty=_("Nobody fits."),
    )


def keys_in_words(line: Account) -> list[str]:
    """Which keys somebody has enrolled."""
    said = [passkeys_in_words(line) if line.passkeys else _("No passkey")]
    if line.team and line.has_key:
        said.append(_("Holds the team's key") if line.holds_team_key else _("Not in the team yet"))
    return said


def passkeys_in_words(line: Account) -> str:
    """How many passkeys somebody has."""
    return ngettext("%(number)d passkey", "%(number)d passkeys", line.passkeys) % {"number": line.passkeys}
