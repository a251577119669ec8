"""What of editions themselves stands in the public log, beside what each room publishes."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.foundation.editions.operations import ERRATUM_KIND
from leeward.foundation.editions.shelves import all_shelves
from leeward.foundation.notary.rules.succession import KEY_KIND


def _page(name: str) -> str:
    """Return the page of the edition that an erratum is about, which its name has between its shelf and its number."""
    shelf, edition, _number = name.split("/")
    return next((each.url("release", edition) for each in all_shelves() if each.code == shelf), reverse("editions:all"))


ERRATA = LeafKind(code=ERRATUM_KIND, title=_("Erratum of an edition"), address=_page)
KEYS = LeafKind(code=KEY_KIND, title=_("Keys of this log"))
