"""What anybody can check of training: certificates, and nothing of whose they are."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.kinds import Checked, SignedKind
from leeward.foundation.days import write_day
from leeward.foundation.signing.rules.terms import OPEN_BADGE
from leeward.foundation.web.components import Text


def facts(claims: Any) -> list[tuple[Text, object]]:
    """A certificate's claims in words."""
    achievement = claims["achievement"]
    return [
        (_("Course"), achievement["name"]),
        (_("Version"), achievement["version"]),
        (_("Passed on"), write_day(date.fromisoformat(claims["passedOn"]))),
        (_("Names somebody"), _("A work address, hashed") if claims.get("identifier") else _("No")),
    ]


CHECKED = Checked(
    kinds=(
        SignedKind(
            code=OPEN_BADGE,
            name=_("Course certificate"),
            facts=facts,
            roles=frozenset({Role.POLICY_OFFICER}),
            is_open=False,
        ),
    )
)
