"""What anybody can check of the declaration: certificates of standing."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.kinds import Checked, SignedKind
from leeward.foundation.days import write_day
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.industry.declarations.rules.certificates import KIND
from leeward.industry.declarations.rules.standing import Standing


def facts(claims: Any) -> list[tuple[Text, object]]:
    """A certificate's claims in words."""
    return [
        (_("Organisation"), claims["organisation"]),
        (_("Its site"), claims["website"]),
        (_("Version that it signed"), claims["version"]),
        (_("How it stood"), word(Standing(claims["standing"]))),
        (_("Since"), write_day(date.fromisoformat(claims["standing_since"]))),
    ]


CHECKED = Checked(
    kinds=(
        SignedKind(
            code=KIND,
            name=_("Certificate of standing under the national declaration"),
            facts=facts,
            roles=frozenset({Role.EXCHANGE_OFFICER}),
            is_open=True,
        ),
    )
)
