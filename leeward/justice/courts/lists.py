"""The lists of orders: one over all files for clerks and the Centre, a company's own, courts."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import line, select
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Late, Listing
from leeward.justice.courts.queries.courts import CourtLine, court_lines, court_rows
from leeward.justice.courts.queries.orders import (
    IS_OPEN,
    NOT_SERVED,
    TargetLine,
    due_soon,
    due_text,
    overdue,
    owed_text,
    target_lines,
    targets_of,
    tell_targets,
    with_file_number,
)
from leeward.justice.courts.queries.platforms import HAS_NEWS, ServedLine, served_lines, served_rows, tell_served
from leeward.justice.courts.queries.sheets import SheetRow, sheet_lines, sheet_rows, tell_sheets
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.sheets import write_week
from leeward.justice.courts.rules.terms import Action, TargetState, to_addressee

WHAT = (
    ("", _("Open")),
    ("unserved", _("Not served")),
    ("overdue", _("Overdue")),
    ("soon", _("Due within 7 days")),
    ("all", _("All")),
)


def orders_list(viewer: User, *, keyring: Keyring, by: Actor, now: datetime) -> Listing[TargetLine]:
    """Every target over all files: what is not served first, then by when it is due."""
    wheres = {"unserved": NOT_SERVED, "overdue": overdue(now), "soon": due_soon(now)}
    filters = [
        Filter(
            key="what",
            field=select(_("What"), WHAT),
            where=lambda what: wheres.get(what, Q()),
            otherwise=IS_OPEN,
        ),
        Filter(
            key="action",
            field=select(_("Measure"), [("", _("All")), *choices_of(Action)]),
            where=lambda action: Q(action=action),
        ),
    ]
    if viewer.role == Role.COURT_CLERK:
        filters.append(
            Filter(
                key="file",
                field=line(_("Whole file number")),
                where=lambda typed: with_file_number(viewer.affiliation, typed),
            )
        )
    columns: list[Column[TargetLine]] = [
        Column("order", _("Court order"), lambda each: write_number(each.number)),
        Column("file", _("File number"), lambda each: each.file_number),
        Column(
            "state",
            _("State"),
            lambda each: [each.state, Late(_("Overdue")) if each.is_overdue(now) else None],
        ),
        Column("action", _("Measure"), lambda each: word(each.action)),
        Column("whom", _("Who must do it"), lambda each: each.name or word(each.addressee), is_minor=True),
        Column("served", _("Served"), lambda each: each.served_at and local_day(each.served_at), is_minor=True),
        Column(
            "due",
            _("Due"),
            lambda each: due_text(each, now=now) or (_("Not served") if each.state is TargetState.ISSUED else ""),
            Order(by="sorted_at"),
        ),
    ]
    if viewer.role != Role.COURT_CLERK:
        columns.insert(2, Column("court", _("Court"), lambda each: each.court, is_minor=True))
    return Listing(
        rows=targets_of(viewer),
        tell=tell_targets,
        lines=lambda rows: target_lines(rows, keyring=keyring, by=by, now=now),
        columns=columns,
        sort="due",
        address=lambda each: reverse("courts:order", args=[each.number]),
        item=lambda each: each.number,
        filters=filters,
        empty=_("There are no orders here."),
    )


def courts_list() -> Listing[CourtLine]:
    """The courts whose orders are recorded here."""
    return Listing(
        rows=court_rows(),
        lines=court_lines,
        columns=[
            Column("name", _("Court"), lambda each: each.name, Order(by="name", is_unique=True)),
            Column("where", _("Jurisdiction"), lambda each: each.jurisdiction),
            Column("contact", _("How the Centre reaches it"), lambda each: each.contact),
        ],
        sort="name",
        address=lambda each: reverse("courts:court", args=[each.public_id]),
        csv="courts",
        empty=_("No court yet."),
    )


def served_list(platform_id: int, *, now: datetime) -> Listing[ServedLine]:
    """What was served to a company, the soonest due first."""
    return Listing(
        rows=served_rows(platform_id),
        tell=tell_served,
        lines=served_lines,
        columns=[
            Column("order", _("Court order"), lambda each: write_number(each.number)),
            Column("court", _("Court"), lambda each: each.court),
            Column("asks", _("Measure"), lambda each: word(each.action)),
            Column(
                "state",
                _("State"),
                lambda each: [
                    to_addressee(each.state),
                    Late(_("Overdue")) if each.is_overdue(now) else None,
                    Late(_("New")) if each.told_at is None else None,
                ],
            ),
            Column("due", _("Due"), lambda each: owed_text(each, now=now), Order(by="sorted_at")),
        ],
        sort="due",
        address=lambda each: reverse("courts:platform-order", args=[each.number]),
        item=lambda each: each.number,
        filters=[
            Filter(
                key="what",
                field=select(_("What"), [("", _("Open")), ("all", _("All"))]),
                where=lambda _what: Q(),
                otherwise=IS_OPEN | HAS_NEWS,
            )
        ],
        empty=_("No court order has been served on you here."),
    )


def sheets_list(court: str) -> Listing[SheetRow]:
    """A court's sheets, the newest week first."""
    return Listing(
        rows=sheet_rows(court),
        tell=tell_sheets,
        lines=sheet_lines,
        columns=[
            Column("week", _("Week"), lambda each: write_week(each.week), Order(by="week")),
            Column("offence", _("Code of the offence"), lambda each: each.offence),
            Column("could", _("May order"), lambda each: each.could, is_numeric=True),
            Column("asked", _("Asked for"), lambda each: each.asked, is_numeric=True),
            Column("made", _("Orders made"), lambda each: each.made, is_numeric=True),
            Column("from", _("From"), lambda each: _("By hand") if each.is_by_hand else _("From a file")),
        ],
        sort="-week",
        address=lambda each: reverse("courts:sheet", args=[each.public_id]),
        empty=_("No conviction has been noted yet."),
    )
