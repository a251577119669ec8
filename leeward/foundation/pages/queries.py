"""Which text of a page is in force, what waits, and what is behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language_info

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.catalogue import shipped
from leeward.foundation.pages.kinds import KINDS, Found, keys_of, look_up
from leeward.foundation.pages.models import (
    AllowedSite,
    Draft,
    FileContent,
    FileWithdrawal,
    Page,
    PageEdition,
    PageFile,
    PrintRun,
    Sheet,
    Withdrawal,
    Written,
)
from leeward.foundation.pages.rules.checks import Finding, Known, check
from leeward.foundation.pages.rules.dialect import Reference
from leeward.foundation.pages.rules.differences import Difference, differences
from leeward.foundation.pages.rules.papers import Format, Moved, RunState, SaidThen, what_moved
from leeward.foundation.pages.rules.pictures import PictureState
from leeward.foundation.pages.rules.texts import Text, is_behind
from leeward.foundation.rows import read_row

A_TO_Z_MOST = 2_000
SHEETS_SHOWN = 50
RUNS_LOOKED_AT = 100


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The text of a page that is shown: an edition, or the product's own, whose number is 0."""

    code: str
    text: Text
    number: int
    is_watched: bool
    approved_at: datetime | None = None
    is_behind: bool = False
    place: str = ""  # the code of the page in whose place it is shown, where it is

    formats = tuple(Format)  # in which it is printed

    @property
    def main_language(self) -> str:
        """What the language is called in which pages are written first."""
        return str(get_language_info(settings.LANGUAGE_CODE)["name_local"])

    @property
    def address(self) -> str:
        """Where the page stands."""
        return address_of(self.place or self.code)


class Standing(Labelled):
    """How a page's text in one language stands."""

    SHIPPED = "shipped", mark("The product’s own text"), "grey"
    APPROVED = "approved", mark("In force"), "green"
    BEHIND = "behind", mark("Out of date"), "orange"
    COMING = "coming", mark("Begins later"), "blue"
    OVER = "over", mark("Over"), "grey"
    MISSING = "missing", mark("Not written"), "grey"


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """An open draft and everybody who wrote in it, by their references and by their names."""

    text: Text
    is_ready: bool
    writers: tuple[str, ...]
    names: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class LanguageView:
    """A page in one language, as staff see it."""

    language: str
    standing: Standing
    shown: InForce | None
    draft: DraftView | None


@dataclass(frozen=True, kw_only=True)
class PageView:
    """A page as staff see it, in each language of the pages."""

    code: str
    reference: UUID
    title: str
    is_watched: bool
    review_on: date
    address: str
    languages: tuple[LanguageView, ...]

    def language(self, wanted: str) -> LanguageView:
        """In one language. Raises EntryUnknown."""
        return or_unknown(next((each for each in self.languages if each.language == wanted), None))


def or_unknown[R](found: R | None) -> R:
    """What was found. Raises EntryUnknown where that is nothing."""
    if found is None:
        raise EntryUnknown
    return found


def text_of(row: Written) -> Text:
    """A draft's or an edition's text."""
    return read_row(Text, row)


def address_of(code: str) -> str:
    """Where a page stands: at the address of its own, or among all pages."""
    own = shipped().get(code)
    return reverse(own.place) if own and own.place else reverse("pages:page", args=[code])


def languages() -> tuple[str, ...]:
    """The languages of the pages, the nation's own first."""
    return tuple(sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != settings.LANGUAGE_CODE))


def in_force(code: str, language: str) -> InForce:
    """The text of a page in this language, else in the nation's, else in any. Raises EntryUnknown.

    Where the database is away, what came with the product: whom to call must stand there even then.
    """
    return or_unknown(texts_in_force([code], language).get(code))


def in_force_in(code: str, language: str) -> InForce | None:
    """The text of a page in this very language; None where there is none."""
    shown = texts_in_force([code], language).get(code)
    return shown if shown and shown.text.language == language else None


def texts_in_force(codes: Iterable[str], language: str) -> Mapping[str, InForce]:
    """The texts of several pages; one that is not there, or not on this day, is left out."""
    wanted: dict[str, list[PageEdition]] = {code: [] for code in codes}
    try:
        for row in _shown_editions().filter(page__code__in=wanted).select_related("page"):
            wanted[row.page.code].append(row)
    except OperationalError:
        wanted = {code: [] for code in wanted}
    return {code: found for code, rows in wanted.items() if (found := _choose(code, language, rows))}


def _choose(code: str, language: str, rows: Sequence[PageEdition]) -> InForce | None:
    own, mine = shipped().get(code), {row.language: row for row in rows}
    for wanted in dict.fromkeys((language, settings.LANGUAGE_CODE, *mine, *(own.texts if own else ()))):
        if row := mine.get(wanted):
            return InForce(
                code=code,
                text=text_of(row),
                number=row.number,
                is_watched=row.page.is_watched,
                approved_at=row.approved_at,
                is_behind=_is_behind(code, text_of(row), mine),
            )
        if own and wanted in own.texts:
            text = own.texts[wanted]
            return InForce(
                code=code, text=text, number=0, is_watched=own.is_watched, is_behind=_is_behind(code, text, mine)
            )
    return None


def _is_behind(code: str, text: Text, rows: Mapping[str, PageEdition]) -> bool:
    """Whether the text in the nation's first language says something else by now than what this one renders."""
    if text.language == settings.LANGUAGE_CODE:
        return False
    own, source = shipped().get(code), rows.get(settings.LANGUAGE_CODE)
    if source:
        return is_behind(text_of(source), text)
    return bool(own and settings.LANGUAGE_CODE in own.texts and is_behind(own.texts[settings.LANGUAGE_CODE], text))


def _shown_editions() -> QuerySet[PageEdition]:
    """Of each page and language the newest edition whose days hold today and that was not withdrawn."""
    today = local_day(timezone.now())
    holds = Q(from_on=None) | Q(from_on__lte=today), Q(until_on=None) | Q(until_on__gte=today), Q(withdrawal=None)
    newer = PageEdition.objects.filter(
        *holds, page=OuterRef("page"), language=OuterRef("language"), number__gt=OuterRef("number")
    )
    return PageEdition.objects.filter(~Exists(newer), *holds)


def source_of(code: str) -> Text:
    """What is translated: the newest text in the nation's first language that is not over, in force yet or not.

    Raises EntryUnknown.
    """
    rows = PageEdition.objects.filter(page__code=code, language=settings.LANGUAGE_CODE, withdrawal=None)
    newest = rows.exclude(until_on__lt=local_day(timezone.now())).order_by("-number").first()
    own = shipped().get(code)
    return text_of(newest) if newest else or_unknown(own.texts.get(settings.LANGUAGE_CODE) if own else None)


def last_day_of(code: str) -> date | None:
    """The last day of a page that is over; None for one that is not, or that comes again."""
    rows = PageEdition.objects.filter(page__code=code, withdrawal=None)
    if rows.exclude(until_on__lt=local_day(timezone.now())).exists():
        return None
    last: date | None = rows.aggregate(last=Max("until_on"))["last"]
    return last


def all_in_force(language: str) -> tuple[InForce, ...]:
    """Every page that can be read, by its title in this language."""
    rows: dict[str, list[PageEdition]] = {code: [] for code in shipped()}
    for row in _shown_editions().select_related("page")[:A_TO_Z_MOST]:
        rows.setdefault(row.page.code, []).append(row)
    found = [each for code, of_it in rows.items() if (each := _choose(code, language, of_it))]
    return tuple(sorted(found, key=lambda each: each.text.title.casefold()))


def page_rows() -> QuerySet[Page]:
    """Every page, for a list of them."""
    return Page.objects.all()


def uses(kind: str, key: str) -> Q:
    """Which pages refer to a thing in a text that is in force."""
    shown = _shown_editions().filter(references__kind=kind, references__key=key)
    return Q(pk__in=shown.values("page"))


def find_page(code: str) -> Page:
    """A page's row. Raises EntryUnknown."""
    return or_unknown(Page.objects.filter(code=code).first())


def view_pages(rows: Iterable[Page]) -> tuple[PageView, ...]:
    """Pages as staff see them, in few queries for all."""
    pages, today = list(rows), local_day(timezone.now())
    editions: dict[int, list[PageEdition]] = {page.pk: [] for page in pages}
    for row in _shown_editions().filter(page__in=pages).select_related("page"):
        editions[row.page_id].append(row)
    dated = PageEdition.objects.filter(Q(from_on__gt=today) | Q(until_on__lt=today), page__in=pages, withdrawal=None)
    others: dict[tuple[int, str], Standing] = {}
    for page_id, language, until_on in dated.order_by("number").values_list("page_id", "language", "until_on"):
        others[page_id, language] = Standing.OVER if until_on and until_on < today else Standing.COMING
    drafts = {(row.page_id, row.language): row for row in Draft.objects.filter(page__in=pages)}
    names = names_of(writer for row in drafts.values() for writer in row.writers)
    return tuple(
        PageView(
            code=page.code,
            reference=page.public_id,
            title=page.title,
            is_watched=page.is_watched,
            review_on=page.review_on,
            address=address_of(page.code),
            languages=tuple(
                _language_view(
                    page.code,
                    each,
                    editions[page.pk],
                    drafts.get((page.pk, each)),
                    names,
                    others.get((page.pk, each), Standing.MISSING),
                )
                for each in languages()
            ),
        )
        for page in pages
    )


def _language_view(
    code: str,
    language: str,
    rows: Sequence[PageEdition],
    draft: Draft | None,
    names: Mapping[str, str],
    standing: Standing,
) -> LanguageView:
    """`standing`: how it stands where nothing is shown."""
    found = _choose(code, language, rows)
    if found and found.text.language != language:
        found = None
    if found:
        standing = Standing.BEHIND if found.is_behind else Standing.APPROVED if found.number else Standing.SHIPPED
    return LanguageView(
        language=language,
        standing=standing,
        shown=found,
        draft=DraftView(
            text=text_of(draft),
            is_ready=draft.is_ready,
            writers=tuple(draft.writers),
            names=", ".join(names.get(each, "–") for each in draft.writers),
            changed_at=draft.changed_at,
        )
        if draft
        else None,
    )


def view_page(code: str) -> PageView:
    """One page as staff see it. Raises EntryUnknown."""
    (found,) = view_pages([find_page(code)])
    return found


def list_editions(code: str) -> tuple[PageEdition, ...]:
    """All editions of a page, withdrawn ones too, the newest first."""
    return tuple(
        PageEdition.objects.filter(page__code=code).select_related("withdrawal").order_by("-approved_at", "-pk")
    )


def find_edition(code: str, language: str, number: int) -> PageEdition:
    """One edition, withdrawn or not. Raises EntryUnknown."""
    return or_unknown(PageEdition.objects.filter(page__code=code, language=language, number=number).first())


def pages_to_look_at() -> QuerySet[Page]:
    """Pages at which somebody must look again, the longest overdue first."""
    return Page.objects.filter(review_on__lte=local_day(timezone.now())).order_by("review_on", "code")


def drafts_to_approve(*, but: str) -> QuerySet[Draft]:
    """Drafts that are ready, the oldest first; `but`: leave out those that this person wrote last."""
    return Draft.objects.filter(is_ready=True).exclude(changed_by=but).select_related("page").order_by("changed_at")


def allowed_sites() -> QuerySet[AllowedSite]:
    """Other sites that texts may link to."""
    return AllowedSite.objects.all()


def look_over(text: Text, *, is_watched: bool, now: datetime | None = None) -> tuple[Finding, ...]:
    """Everything to look at in a text before it is approved."""
    found = look_up(text.references, language=text.language, now=now or timezone.now())

    def parts(reference: Reference) -> tuple[str, ...] | None:
        living = found.living.get((reference.kind, reference.key))
        return tuple(living.said) if living else None

    known = Known(
        kinds=KINDS.keys(),
        parts=parts,
        keys=lambda kind: [key for key, _title in keys_of(kind, text.language)],
        is_own=is_own,
        sites=set(allowed_sites().values_list("host", flat=True)),
        standing=lambda code: standing_of(row) if (row := find_file_or_none(code)) else None,
    )
    return check(text, known, is_watched=is_watched)


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A picture as staff see it. `alternatives`: its words by language. `reason`: why it was withdrawn."""

    code: str
    reference: UUID
    name: str
    standing: PictureState
    media_type: str
    sha256: str
    width: int
    height: int
    alternatives: Mapping[str, str]
    added_by: str
    added_at: datetime
    approved_by: str
    approved_at: datetime | None
    reason: str


def file_rows() -> QuerySet[PageFile]:
    """Every picture of the list, for a list of them."""
    return PageFile.objects.select_related("withdrawal")


def find_file_or_none(code: str) -> PageFile | None:
    """A picture by its code."""
    return file_rows().filter(code=code).first()


def standing_of(row: PageFile) -> PictureState:
    """How a picture stands."""
    if hasattr(row, "withdrawal"):
        return PictureState.WITHDRAWN
    return PictureState.IN_USE if row.approved_at else PictureState.WAITING


def view_files(rows: Iterable[PageFile]) -> tuple[FileView, ...]:
    """Pictures as staff see them."""
    return tuple(
        read_row(
            FileView,
            row,
            reference=row.public_id,
            standing=standing_of(row),
            reason=row.withdrawal.reason if hasattr(row, "withdrawal") else "",
        )
        for row in rows
    )


def view_file(code: str) -> FileView:
    """One picture as staff see it. Raises EntryUnknown."""
    return view_files([or_unknown(find_file_or_none(code))])[0]


def files_to_approve(*, but: str) -> QuerySet[PageFile]:
    """Pictures that somebody else than `but` added, and that nobody approved yet, the oldest first."""
    rows = PageFile.objects.filter(approved_at=None, withdrawal=None).exclude(added_by=but)
    return rows.order_by("added_at", "pk")


def content_of(code: str) -> bytes | None:
    """A picture's bytes; None where it was withdrawn."""
    row = FileContent.objects.filter(file__code=code).first()
    return bytes(row.content) if row else None


def pictures_to_show(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Which of these can be shown, with their width and height in pixels. None where the database is away."""
    wanted = list(codes)
    if not wanted:
        return {}
    try:
        rows = PageFile.objects.filter(code__in=wanted, approved_at__isnull=False, withdrawal=None)
        return {row.code: (row.width, row.height) for row in rows}
    except OperationalError:
        return {}


def is_own(path: str) -> bool:
    """Whether an address leads to a page of this site."""
    try:
        match = resolve(path)
    except (Resolver404, Http404):
        return False
    return match.view_name != "pages:page" or is_page(match.kwargs["code"])


def is_page(code: str) -> bool:
    """Whether there is a page that can be read by this name."""
    return code in shipped() or _shown_editions().filter(page__code=code).exists()


@dataclass(frozen=True, kw_only=True)
class SheetNow:
    """A sheet that somebody holds: what it said, and what of that is not so today.

    `withdrawn`: why what it says was taken back; "" where it was not. `shows_withdrawn`: a picture on it was withdrawn.
    `is_over`: the last day on which it holds is gone. `shown` is today's text, None where there is none any more.
    """

    code: str
    text: Text
    number: int
    made_at: datetime
    moved: tuple[Moved, ...]
    differs: tuple[Difference, ...]
    withdrawn: str
    shows_withdrawn: bool
    is_over: bool
    shown: InForce | None

    @property
    def is_usable(self) -> bool:
        """Whether nothing that is on it was taken back."""
        return not (self.withdrawn or self.shows_withdrawn)

    @property
    def is_right(self) -> bool:
        """Whether everything on it still holds."""
        return self.is_usable and not (self.is_over or self.moved or self.differs) and self.shown is not None


def read_sheet(code: str, *, now: datetime) -> SheetNow:
    """One sheet by its code. Raises EntryUnknown."""
    return read_sheets([find_sheet(code)], now=now)[code]


def find_sheet(code: str) -> Sheet:
    """A sheet's row. Raises EntryUnknown."""
    return or_unknown(Sheet.objects.filter(code=code).select_related("page").first())


def read_sheets(rows: Iterable[Sheet], *, now: datetime) -> dict[str, SheetNow]:
    """Sheets by their codes, each with what is so today; in as many queries as one needs for each language."""
    sheets, today = {row.code: row for row in rows}, local_day(now)
    texts = {code: text_of(row) for code, row in sheets.items()}
    said = {code: [SaidThen(**each) for each in row.said] for code, row in sheets.items()}
    pictures = {each.picture for every in said.values() for each in every if each.picture}
    gone = set(FileWithdrawal.objects.filter(file__code__in=pictures).values_list("file__code", flat=True))
    withdrawals = Withdrawal.objects.filter(edition__page__in={row.page_id for row in sheets.values()})
    taken = {
        (each.edition.page_id, each.edition.language, each.edition.number): each.reason
        for each in withdrawals.select_related("edition")
    }
    told: dict[str, SheetNow] = {}
    for language in {row.language for row in sheets.values()}:
        here = [row for row in sheets.values() if row.language == language]
        in_force_now = texts_in_force({row.page.code for row in here}, language)
        every = [*(texts[row.code] for row in here), *(shown.text for shown in in_force_now.values())]
        found = look_up((each for text in every for each in text.references), language=language, now=now)
        words = {str(each): (said.words, found.is_ended(each)) for each, said in found.said.items() if said}
        for row in here:
            text, shown = texts[row.code], in_force_now.get(row.page.code)
            shown = shown if shown and shown.text.language == language else None
            told[row.code] = SheetNow(
                code=row.code,
                text=text,
                number=row.number,
                made_at=row.made_at,
                moved=what_moved(said[row.code], words),
                differs=differences(text, shown.text, partial(_in_words, found)) if shown else (),
                withdrawn=taken.get((row.page_id, row.language, row.number), ""),
                shows_withdrawn=any(each.picture in gone for each in said[row.code]),
                is_over=text.is_over(today),
                shown=shown,
            )
    return told


def _in_words(found: Found, reference: Reference) -> str:
    said = found.of(reference)
    return said.words if said else "…"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What became of a text that somebody was given once.

    `shown`: the text that the page has now in that language; None where nobody can read it any more. `since`: the day
    from which it is shown, None of a text that came with the product. `differs`: block by block; empty where the old
    text is not kept.
    """

    shown: InForce | None
    since: date | None = None
    differs: Sequence[Difference] = ()


def what_changed(code: str, language: str, sha256: str, *, now: datetime) -> Changed | None:
    """Return how a page differs from the text of this digest; None while it says the same in that language."""
    shown = in_force_in(code, language)
    if shown is None:
        return Changed(shown=None)
    if shown.text.sha256 == sha256:
        return None
    rows = PageEdition.objects.filter(page__code=code, language=language)
    newest = rows.filter(number=shown.number).first() if shown.number else None
    begun = [day for day in (newest.from_on, local_day(newest.approved_at)) if day] if newest else []
    given, own = rows.filter(sha256=sha256).order_by("number").first(), shipped().get(code)
    old = text_of(given) if given else own.texts.get(language) if own else None
    if old is None or old.sha256 != sha256:
        return Changed(shown=shown, since=max(begun, default=None))
    found = look_up((*old.references, *shown.text.references), language=language, now=now)
    differs = differences(old, shown.text, partial(_in_words, found))
    return Changed(shown=shown, since=max(begun, default=None), differs=differs)


def list_sheets(code: str) -> tuple[Sheet, ...]:
    """The sheets that were made of a page, the newest first."""
    return tuple(Sheet.objects.filter(page__code=code)[:SHEETS_SHOWN])


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A print run as staff see it: of which sheet, in which size, how many copies, where, and who noted it."""

    reference: UUID
    title: str
    language: str
    code: str
    form: Format
    copies: int
    location: str
    printed_on: date
    made_by: str
    state: RunState


def run_rows() -> QuerySet[PrintRun]:
    """Every print run, for a list of them."""
    return PrintRun.objects.select_related("sheet__page")


def view_runs(rows: Iterable[PrintRun]) -> tuple[RunView, ...]:
    """Print runs as staff see them."""
    runs = list(rows)
    sheets = read_sheets((row.sheet for row in runs if row.replaced_at is None), now=timezone.now())
    names = names_of(row.made_by for row in runs)
    return tuple(
        read_row(
            RunView,
            row,
            title=row.sheet.title,
            language=row.sheet.language,
            code=row.sheet.code,
            made_by=names.get(row.made_by, "–"),
            state=RunState.REPLACED
            if row.replaced_at
            else RunState.RIGHT
            if sheets[row.sheet.code].is_right
            else RunState.WRONG,
        )
        for row in runs
    )


def runs_to_replace() -> list[RunView]:
    """Print runs whose sheet is not right any more, of the hundred that were printed first and not replaced."""
    rows = run_rows().filter(replaced_at=None).order_by("printed_on", "pk")[:RUNS_LOOKED_AT]
    return [each for each in view_runs(rows) if each.state is RunState.WRONG]


def view_run(reference: UUID) -> RunView:
    """One print run as staff see it. Raises EntryUnknown."""
    return view_runs([or_unknown(run_rows().filter(public_id=reference).first())])[0]
