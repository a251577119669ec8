"""The editors' first page: how fresh the directory is, what waits, and all services, to find and to check."""

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.fields import Words, box, line, select
from leeward.foundation.web.words import choices_of, hint_of, word
from leeward.foundation.work.lists import Column, Filter, Found, Listing, Tag, show_list
from leeward.foundation.work.way import address_of, shows_list
from leeward.society.directory.figures import freshness_figures
from leeward.society.directory.queries import editing
from leeward.society.directory.queries.editing import Check, ServiceLine
from leeward.society.directory.rules.records import ServiceStatus
from leeward.society.directory.views.staff.describing import describe_owner
from leeward.society.directory.views.staff.shared import page, today

OWNERS = [("", _("With or without")), ("yes", _("With an owner")), ("no", _("Without an owner"))]


def services_list(*, on: date) -> Listing[ServiceLine]:
    """All services by name; those whose check is due, the oldest check first; those with a trouble."""
    here = reverse("directory:staff-home")
    views: list[tuple[Words, str]] = [(_("All services"), here)]
    views += [(word(each), checks_address(each)) for each in Check]
    return Listing(
        rows=editing.service_rows(),
        tell=editing.tell_services,
        lines=lambda rows: editing.service_lines(rows, today=on),
        columns=[
            Column("name", _("Service"), lambda each: each.name, editing.BY_NAME),
            Column("organization", _("Organisation"), lambda each: each.organization),
            Column("state", _("State"), _state_of),
            Column(
                "checked", _("Last checked"), lambda each: each.assured_date or _("Never checked"), editing.BY_CHECK
            ),
            Column("owner", _("Owner"), describe_owner),
            Column("trouble", _("Problem"), lambda each: (word(each.trouble), each.about) if each.trouble else None),
        ],
        sort="name",
        address=lambda each: reverse("directory:staff-service", args=[each.id]),
        filters=[
            Filter(key="q", field=line(_("Name of a service or organisation")), where=editing.found_by),
            Filter(
                key="check",
                field=select(_("Check"), [("", _("All")), *choices_of(Check)]),
                where=lambda check: editing.checked(Check(check), today=on),
            ),
            Filter(
                key="owner",
                field=select(_("Owner"), OWNERS),
                where=lambda owner: ~Q(owner_email="") if owner == "yes" else Q(owner_email=""),
            ),
            Filter(key="trouble", field=box(_("With a broken link or number")), where=lambda _ticked: editing.TROUBLED),
        ],
        views=[*views, (_("Broken links and numbers"), address_of(here, {"trouble": "on", "sort": "checked"}))],
        csv="services",
        empty=_("Nothing here fits. Try a shorter part of the name."),
        known=["said"],
    )


def checks_address(check: Check) -> str:
    """Where services stand by how long ago they were checked, the oldest check first."""
    return address_of(reverse("directory:staff-home"), {"check": check.value, "sort": "checked"})


@require_role(
    Role.DIRECTORY_EDITOR,
    desk_title=_("Directory of services"),
    desk_summary=_("Who helps where: change entries, see what is stale, decide what owners propose."),
)
@require_safe
@shows_list
def home(request: HttpRequest) -> HttpResponse:
    """Figures, all services, and the organisations that bear what was searched for."""

    def answer(found: Found[ServiceLine]) -> HttpResponse:
        words, check = found.chosen.get("q"), found.chosen.get("check")
        context = {
            "found": found,
            "figures": freshness_figures(today=today()),
            "organizations": editing.find_organizations(words) if words else (),
            "hint": hint_of(Check(check)) if check else "",
            "due": checks_address(Check.LABELLED),
            "hidden": checks_address(Check.HIDDEN),
        }
        return page(request, "home", context)

    return show_list(request, services_list(on=today()), answer)


def _state_of(each: ServiceLine) -> list[object]:
    """How far an entry can be relied on, and what else is special about it."""
    state: object = each.freshness
    if each.is_withdrawn or each.is_internal:
        state = Tag(_("Withdrawn") if each.is_withdrawn else _("Not listed"), "grey")
    return [state, Tag(word(each.status), "orange") if each.status is not ServiceStatus.ACTIVE else None]
