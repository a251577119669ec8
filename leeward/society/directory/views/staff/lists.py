"""The editors' pages about the lists beside the entries: synonyms, holidays, places."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.fields import line
from leeward.foundation.editing.pages import WRITING, status_of, typed
from leeward.foundation.rows import read_row
from leeward.foundation.work.lists import Act, Column, Filter, Found, Listing, Selection, show_list
from leeward.foundation.work.way import shows_list
from leeward.society.directory.forms.staff.sorting import HolidaysForm, SynonymForm
from leeward.society.directory.operations.places import SynonymRow, remove_synonym, save_holidays, save_synonyms
from leeward.society.directory.queries.places import count_places
from leeward.society.directory.queries.sorting import (
    BY_WORD,
    has_term,
    holiday_years,
    list_holidays,
    synonym_rows,
    with_words,
)
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.words import split_words
from leeward.society.directory.views.staff.shared import editors, go, page, today

YEARS_AROUND = 2
PARTS = ("language", "word", "means")  # of a synonym, as it is ticked


def synonyms_list() -> Listing[SynonymRow]:
    """All synonyms, by the word that people use."""
    gone = Act(text=_("Remove what is ticked"), address=reverse("directory:staff-synonym-remove"))
    return Listing(
        rows=synonym_rows(),
        lines=lambda rows: [read_row(SynonymRow, row) for row in rows],
        columns=[
            Column("word", _("Search words"), lambda each: each.word, BY_WORD),
            Column("means", _("What is meant"), lambda each: each.means),
            Column("language", _("Language"), lambda each: each.language),
        ],
        sort="word",
        filters=[Filter(key="q", field=line(_("A part of it")), where=with_words)],
        selection=Selection(
            name="synonym", value=lambda each: "\t".join(getattr(each, part) for part in PARTS), acts=[gone]
        ),
        csv="synonyms",
        empty=_("There is none."),
        known=["said"],
    )


@editors
@require_http_methods(WRITING)
@shows_list
def synonyms(request: HttpRequest) -> HttpResponse:
    """Words that people use, and what they mean here."""
    form = SynonymForm(typed(request))
    if form.is_bound and form.is_valid() and _is_meant(form):
        row = SynonymRow(**form.cleaned_data)
        save_synonyms([row], by=actor_of(request), now=timezone.now())
        return go("staff-synonyms", said="added")

    def answer(found: Found[SynonymRow]) -> HttpResponse:
        return page(request, "synonyms", {"form": form, "found": found}, status=status_of(form))

    return show_list(request, synonyms_list(), answer)


@editors
@require_POST
def drop_synonyms(request: HttpRequest) -> HttpResponse:
    """Take away the synonyms that are ticked."""
    ticked = [each.split("\t", 2) for each in request.POST.getlist("synonym")]
    rows = [SynonymRow(language=each[0], word=each[1], means=each[2]) for each in ticked if len(each) == len(PARTS)]
    gone = [remove_synonym(row, by=actor_of(request), now=timezone.now()) for row in rows]
    return go("staff-synonyms", said="removed" if any(gone) else "same")


@editors
@require_http_methods(WRITING)
def holidays(request: HttpRequest) -> HttpResponse:
    """The nation's holidays of a year, a line each."""
    year = _year(request.GET.get("year", ""))
    if request.method == "POST":
        form = HolidaysForm(request.POST)
        if form.is_valid():
            days, wanted = form.cleaned_data["days"], form.cleaned_data["year"]
            save_holidays(days.items(), replace_years=[wanted], by=actor_of(request), now=timezone.now())
            return go("staff-holidays", said="saved")
    else:
        lines = "\n".join(f"{day:%Y-%m-%d} {name}" for day, name in list_holidays(year))
        form = HolidaysForm(initial={"year": year, "lines": lines})
    known = dict(holiday_years())
    around = range(today().year - 1, today().year + YEARS_AROUND + 1)
    years = [(each, known.get(each, 0)) for each in sorted({*known, *around})]
    return page(request, "holidays", {"form": form, "year": year, "years": years}, status=status_of(form))


@editors
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """How many postcodes and towns are known, and how more come in."""
    counts = count_places()
    context = {"postcodes": counts[PlaceKind.POSTCODE], "towns": counts[PlaceKind.TOWN]}
    return page(request, "places", context)


def _is_meant(form: SynonymForm) -> bool:
    """Whether there are words in it, and a term that is named is there."""
    if not split_words(form.cleaned_data["word"]):
        form.add_error("word", _("Enter a word with letters or digits"))
    means = form.cleaned_data["means"]
    taxonomy, colon, code = means.partition(":")
    if colon and " " not in means and not has_term(taxonomy, code):
        form.add_error("means", _("There is no such term. Enter its two short names, such as needs:legal"))
    return not form.errors


def _year(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else today().year
