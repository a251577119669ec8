"""What anybody can check of signed orders on the common check page, by the number of the signed record."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.checking.kinds import Checked, SignedKind
from leeward.foundation.days import write_day
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.justice.courts.rules.claims import KIND
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Action, Recorder


def facts(claims: Any) -> list[tuple[Text, object]]:
    """An order's claims in words."""
    asked = "; ".join(
        " ".join(filter(None, (str(word(Action(each["action"]))), each["name"]))) for each in claims["targets"]
    )
    return [
        (_("Number of the order"), write_number(claims["number"])),
        (_("Court"), claims["court"]["name"]),
        (_("Type"), claims["type"]["name"]),
        (_("Who recorded it"), word(Recorder(claims["recordedBy"]))),
        (_("Issued on"), write_day(date.fromisoformat(claims["issuedOn"]))),
        (_("Where it applies"), " ".join(claims["territory"])),
        (_("Measure"), asked),
    ]


# Revoked with the order alone, by the court or the Centre: the page of signed records takes none back.
CHECKED = Checked(kinds=(SignedKind(code=KIND, name=_("Court order"), facts=facts, roles=frozenset(), is_open=True),))
