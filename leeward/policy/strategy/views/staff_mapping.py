"""The secretariat's pages about the map: organisations, coverage, scoping exercises and their reports."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import line, select
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.pages import WRITING, Asking, typed
from leeward.foundation.opendata import table
from leeward.foundation.web.words import choices_of
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, Tag, show_list
from leeward.foundation.work.way import shows_list
from leeward.policy.strategy.forms.mapping import ConfirmForm, ReasonForm, ScopingForm, StakeholderForm
from leeward.policy.strategy.operations import mapping
from leeward.policy.strategy.queries.mapping import (
    ShownStakeholder,
    coverage_now,
    find_scoping,
    find_stakeholder,
    for_capability,
    list_scopings,
    list_stakeholders,
    show_stakeholders,
    stakeholder_rows,
)
from leeward.policy.strategy.queries.model import model_rows
from leeward.policy.strategy.rules.terms import Level, Sector
from leeward.policy.strategy.views.reports import coverage_csv, scoping_csv, scoping_pdf
from leeward.policy.strategy.views.shared import ask, secretariat
from leeward.policy.strategy.views.shared import show as show_page
from leeward.policy.strategy.views.showing import HISTORY, STEPS
from leeward.society.directory.queries.places import known_areas
from leeward.victim.network.queries.members import read_routes
from leeward.victim.network.rules.members import Kind

COLUMNS = (
    "name",
    "sector",
    "area",
    "capabilities",
    "identifier",
    "work",
    "capacity",
    "capacity_words",
    "influence",
    "interest",
    "funding",
    "contact_role",
    "contact",
    "may_be_named",
)


def organisations() -> Listing[ShownStakeholder]:
    """The organisations on the map, by words in their names, sector and capability."""
    rows = [(row.id, f"{row.id} {gettext(row.title)}") for row in model_rows()]
    return Listing(
        rows=stakeholder_rows(),
        lines=show_stakeholders,
        columns=[
            Column("name", _("Name"), lambda each: each.entry.name, Order(by="name")),
            Column("sector", _("Sector"), lambda each: each.entry.sector, Order(by="sector")),
            Column("area", _("Area"), lambda each: each.entry.area),
            Column("rows", _("Capability"), lambda each: ", ".join(each.entry.rows)),
            Column("state", _("State"), lambda each: None if each.entry.named else Tag(_("Not to be named"), "purple")),
        ],
        sort="name",
        address=lambda each: reverse("strategy:stakeholder", args=[each.reference]),
        filters=[
            Filter(key="words", field=line(_("Name")), where=lambda said: Q(name__icontains=said)),
            Filter(
                key="sector",
                field=select(_("Sector"), [("", _("All")), *choices_of(Sector)]),
                where=lambda sector: Q(sector=sector),
            ),
            Filter(key="row", field=select(_("Capability"), [("", _("All")), *rows]), where=for_capability),
        ],
        csv="map",
        empty=_("None."),
    )


@secretariat
@require_safe
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """The organisations on the map."""
    return show_list(request, organisations(), lambda found: show_page(request, "staff/map", found=found))


@secretariat
@require_safe
def file_all(request: HttpRequest) -> HttpResponse:
    """The same with everything that is kept, as a table."""
    del request
    lines = [
        (
            each.name,
            each.sector.value,
            each.area,
            " ".join(each.rows),
            each.identifier,
            each.work,
            each.capacity.value,
            each.capacity_words,
            each.influence.value,
            each.interest.value,
            each.funding,
            each.contact_role,
            each.contact,
            "yes" if each.named else "no",
        )
        for each in (found.entry for found in list_stakeholders())
    ]
    return table([COLUMNS, *lines], name="organisations.csv")


@secretariat
@require_http_methods(WRITING)
def add(request: HttpRequest) -> HttpResponse:
    """An organisation that is new on the map."""
    unknown = dict.fromkeys(("capacity", "influence", "interest"), Level.UNKNOWN.value)
    form = StakeholderForm(typed(request), initial={"named": True, **unknown})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new organisation on the map"),
            back=reverse("strategy:map"),
            back_text=_("Map of organisations"),
            save=lambda by, now: mapping.save_stakeholder(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_safe
def show(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Everything about one organisation."""
    found = find_stakeholder(reference)
    return show_page(request, "staff/stakeholder", it=found, changes=HISTORY.tell(changes_of(reference)))


@secretariat
@require_http_methods(WRITING)
def edit(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is kept of an organisation."""
    found = find_stakeholder(reference)
    plain = {name: getattr(found.entry, name).value for name in ("sector", "capacity", "influence", "interest")}
    form = StakeholderForm(typed(request), initial={**vars(found.entry), **plain})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the organisation"),
            entry=reference,
            back=reverse("strategy:stakeholder", args=[reference]),
            back_text=found.entry.name,
            save=lambda by, now: mapping.save_stakeholder(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def end(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take an organisation off the map, for a reason."""
    found = find_stakeholder(reference)
    form = ReasonForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Remove from the map"),
            lead=found.entry.name,
            button=_("Remove from the map"),
            kind="warning",
            back=reverse("strategy:stakeholder", args=[reference]),
            back_text=found.entry.name,
            save=lambda by, now: mapping.end_stakeholder(
                reference=reference, reason=form.cleaned_data["reason"], by=by, now=now
            ),
        ),
    )


@secretariat
@require_safe
def cover(request: HttpRequest) -> HttpResponse:
    """Who covers what now, gaps first, and how influence and interest lie."""
    mapped, coverage = coverage_now()
    entries = [each.entry for each in list_stakeholders()]
    grid = [
        (
            influence,
            [
                sorted(each.name for each in entries if (each.influence, each.interest) == (influence, interest))
                for interest in STEPS
            ],
        )
        for influence in STEPS
    ]
    areas = known_areas()
    routes = read_routes(areas, now=timezone.now())
    holes = {kind: [areas[each.area] for each in routes if each.kind is kind and not each.takers] for kind in Kind}
    return show_page(
        request,
        "staff/coverage",
        coverage=coverage,
        is_empty=not mapped,
        grid=grid,
        holes={kind: found for kind, found in holes.items() if found},
        all_areas=len(areas),
    )


@secretariat
@require_safe
def file_cover(request: HttpRequest) -> HttpResponse:
    """The coverage as it is now, as a table."""
    del request
    return coverage_csv(coverage_now()[1])


# --- scoping exercises ------------------------------------------------------------------------------------------------


@secretariat
@require_safe
def list_exercises(request: HttpRequest) -> HttpResponse:
    """Every scoping exercise."""
    return show_page(request, "staff/scopings", scopings=list_scopings())


@secretariat
@require_http_methods(WRITING)
def add_exercise(request: HttpRequest) -> HttpResponse:
    """A scoping exercise that is new."""
    form = ScopingForm(typed(request), initial={"began_on": local_day(timezone.now())})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new scoping exercise"),
            back=reverse("strategy:scopings"),
            back_text=_("Scoping exercises"),
            save=lambda by, now: mapping.save_scoping(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_safe
def show_exercise(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One exercise, as its report will be or is."""
    return show_page(request, "staff/scoping", scoping=find_scoping(reference))


@secretariat
@require_http_methods(WRITING)
def edit_exercise(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is said in an exercise that is not published."""
    found = find_scoping(reference)
    form = ScopingForm(typed(request), initial=vars(found.entry))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the scoping exercise"),
            entry=reference,
            back=reverse("strategy:scoping", args=[reference]),
            back_text=found.entry.title,
            save=lambda by, now: mapping.save_scoping(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def publish_exercise(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Publish an exercise with the map as it is now, after looking at it once more."""
    found = find_scoping(reference)
    form = ConfirmForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Publish the scoping exercise"),
            lead=_("The map is published as it is today, and the report is not changed from then on."),
            button=_("Publish the scoping exercise"),
            back=reverse("strategy:scoping", args=[reference]),
            back_text=found.entry.title,
            save=lambda by, now: mapping.publish_scoping(reference=reference, by=by, now=now),
        ),
    )


@secretariat
@require_safe
def file_exercise(request: HttpRequest, reference: UUID) -> HttpResponse:
    """An exercise's organisations as a table."""
    del request
    return scoping_csv(find_scoping(reference))


@secretariat
@require_safe
def print_exercise(request: HttpRequest, reference: UUID) -> HttpResponse:
    """An exercise's report as an accessible document."""
    del request
    return scoping_pdf(find_scoping(reference))
