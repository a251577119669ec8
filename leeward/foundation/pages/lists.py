"""The lists of all pages, pictures and print runs, for those who write pages."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from leeward.foundation.editing.fields import box, line, select
from leeward.foundation.pages.models import Draft
from leeward.foundation.pages.queries import (
    FileView,
    PageView,
    RunView,
    file_rows,
    languages,
    page_rows,
    pages_to_look_at,
    run_rows,
    uses,
    view_files,
    view_pages,
    view_runs,
)
from leeward.foundation.pages.rules.dialect import REFERENCE
from leeward.foundation.pages.rules.pictures import PictureState
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing


def pages_list() -> Listing[PageView]:
    """Pages by their names in the address, with how each language stands."""
    return Listing(
        rows=page_rows(),
        lines=view_pages,
        columns=[
            Column("title", _("Page"), lambda line: line.title),
            Column("code", _("Name in the address"), lambda line: line.code, Order(by="code", is_unique=True)),
            *(_column(language, place) for place, language in enumerate(languages())),
            Column("drafts", _("Drafts"), _drafts),
            Column("review_on", _("Review on"), lambda line: line.review_on, Order(by="review_on")),
        ],
        sort="code",
        address=lambda line: reverse("pages:staff", args=[line.code]),
        filters=[
            Filter(key="words", field=line(_("Words of the title")), where=lambda words: Q(title__icontains=words)),
            Filter(
                key="uses",
                field=line(_("Refers to"), help_text=_("A reference, such as [[line:helpline]]")),
                where=_uses,
            ),
            Filter(
                key="open",
                field=box(_("With a draft")),
                where=lambda _open: Q(pk__in=Draft.objects.values("page")),
            ),
            Filter(
                key="due",
                field=box(_("To review again")),
                where=lambda _due: Q(pk__in=pages_to_look_at().values("pk")),
            ),
        ],
        empty=_("No page fits."),
        csv="pages",
    )


def _column(language: str, place: int) -> Column[PageView]:
    name = get_language_info(language)["name_local"]
    return Column(f"in_{language}", name, lambda line: line.languages[place].standing)


def _drafts(line: PageView) -> list[str]:
    return [
        _("%(language)s, ready") % {"language": get_language_info(each.language)["name_local"]}
        if each.draft.is_ready
        else get_language_info(each.language)["name_local"]
        for each in line.languages
        if each.draft
    ]


def _uses(typed: str) -> Q:
    found = REFERENCE.search(typed) or REFERENCE.search(f"[[{typed.strip()}]]")
    return uses(found[1], found[2]) if found else Q(pk__in=())


def runs_list() -> Listing[RunView]:
    """Print runs, the latest first, with whether their sheets are still right."""
    return Listing(
        rows=run_rows(),
        lines=view_runs,
        columns=[
            Column("title", _("Page"), lambda line: line.title),
            Column("form", _("Size"), lambda line: word(line.form)),
            Column("language", _("Language"), lambda line: get_language_info(line.language)["name_local"]),
            Column("copies", _("Copies"), lambda line: line.copies, is_numeric=True),
            Column("location", _("Location of copies"), lambda line: line.location),
            Column("printed", _("Printed on"), lambda line: line.printed_on, Order(by="printed_on")),
            Column("by", _("Noted by"), lambda line: line.made_by),
            Column("state", _("State"), lambda line: line.state),
        ],
        sort="-printed",
        address=lambda line: reverse("pages:run", args=[line.reference]),
        filters=[
            Filter(key="words", field=line(_("Place")), where=lambda words: Q(location__icontains=words)),
            Filter(key="open", field=box(_("Not replaced")), where=lambda _open: Q(replaced_at=None)),
        ],
        empty=_("No print run fits."),
        csv="print-runs",
    )


def pictures_list() -> Listing[FileView]:
    """Pictures that pages may show, by their codes."""
    return Listing(
        rows=file_rows(),
        lines=view_files,
        columns=[
            Column("name", _("Picture"), lambda line: line.name),
            Column("code", _("Code"), lambda line: line.code, Order(by="code", is_unique=True)),
            Column("standing", _("State"), lambda line: line.standing),
            Column("added", _("Added"), lambda line: line.added_at),
        ],
        sort="code",
        address=lambda line: reverse("pages:look", args=[line.code]),
        filters=[
            Filter(key="words", field=line(_("Words of the name")), where=lambda words: Q(name__icontains=words)),
            Filter(
                key="standing",
                field=select(_("State"), [("", _("All")), *choices_of(PictureState)]),
                where=_standing,
            ),
        ],
        empty=_("No picture fits."),
        csv="pictures",
    )


def _standing(value: str) -> Q:
    return {
        PictureState.WAITING: Q(approved_at=None, withdrawal=None),
        PictureState.IN_USE: Q(approved_at__isnull=False, withdrawal=None),
        PictureState.WITHDRAWN: Q(withdrawal__isnull=False),
    }[PictureState(value)]
