"""What pages may refer to of platforms: what one is called, and the page where it takes reports."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.industry.platforms.catalogue import shipped_catalogue
from leeward.industry.platforms.queries import own_page, recognise


def register_kinds() -> None:
    """Let pages refer to platforms."""
    register(
        Kind(
            name="platform",
            label=_("Platform"),
            hint=_("Its name. Part: report, the page where it takes reports itself."),
            tell=_tell,
            keys=_keys,
        )
    )


def _tell(keys: Collection[str], _language: str, _now: datetime) -> dict[str, Living]:
    found = {}
    for site in shipped_catalogue().sites:
        if site.code in keys:
            partner = recognise(site.main_host)
            page = own_page(platform_id=partner.id if partner else None, address=site.main_host)
            said = {"": Said(site.name)}
            if page:
                said["report"] = Said(page.name, page.url)
            found[site.code] = Living(title=site.name, said=said)
    return found


def _keys(_language: str) -> Iterable[tuple[str, str]]:
    return ((site.code, site.name) for site in shipped_catalogue().sites)
