"""The room of those who write pages: drafts, previews, approval by somebody else, translations."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.editing.telling import Telling
from leeward.foundation.languages import Room, lacks, read_counts, read_languages
from leeward.foundation.pages.drawing import Drawn, direction_of, draw
from leeward.foundation.pages.errors import XliffRefused
from leeward.foundation.pages.figures import count_overdue
from leeward.foundation.pages.forms import (
    ApproveForm,
    BlocksFileForm,
    BlocksForm,
    PageForm,
    ReasonForm,
    ReviewForm,
    SiteForm,
    TextForm,
)
from leeward.foundation.pages.kinds import KINDS, look_up
from leeward.foundation.pages.lists import pages_list
from leeward.foundation.pages.operations import (
    add_page,
    add_shipped,
    allow_site,
    approve_draft,
    discard_draft,
    draft_of,
    forbid_site,
    look_at_page,
    save_draft,
    state_of,
    withdraw_edition,
)
from leeward.foundation.pages.queries import (
    LanguageView,
    PageView,
    allowed_sites,
    find_edition,
    list_editions,
    list_sheets,
    look_over,
    source_of,
    text_of,
    view_page,
)
from leeward.foundation.pages.rules.checks import Finding
from leeward.foundation.pages.rules.dialect import Reference
from leeward.foundation.pages.rules.differences import Difference, differences
from leeward.foundation.pages.rules.texts import REVIEW_AFTER, EntryKind, PageVerb, Pair, Text, join_pairs, pairs_of
from leeward.foundation.pages.rules.xliff import FILE_BYTES_MOST, read_xliff, write_xliff
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import language
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list

WRITERS = (Role.POLICY_OFFICER, Role.DIRECTORY_EDITOR)
KEYS_SHOWN = 100


@require_role(
    *WRITERS,
    desk_title=gettext_lazy("Pages"),
    desk_summary=gettext_lazy("Help, safety, privacy, and your own texts for everybody: one writes, another approves."),
)
@require_safe
@shows_list
def list_pages(request: HttpRequest) -> HttpResponse:
    """Every page, with how it stands in each language."""
    add_shipped(now=timezone.now())
    return show_list(
        request,
        pages_list(),
        lambda found: render(request, "pages/staff/pages.jinja", {"found": found, "overdue": count_overdue()}),
    )


@require_role(*WRITERS)
@takes_form
def new_page(request: HttpRequest) -> HttpResponse:
    """Add a page; then its text is written."""
    form = PageForm(typed(request), initial={"is_watched": True})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Add a page"),
            back=reverse("pages:pages"),
            back_text=_("Pages"),
            button=_("Add the page and write it"),
            save=lambda by, now: add_page(**form.cleaned_data, by=by, now=now),
            then=lambda code: reverse("pages:write", args=[code, settings.LANGUAGE_CODE]),
        ),
    )


@require_role(*WRITERS)
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One page: what is in force, the drafts, its editions and its history."""
    add_shipped(now=timezone.now())
    page, editions = view_page(code), list_editions(code)
    people = names_of(who for row in editions for who in (row.written_by, row.approved_by))
    context = {
        "page": page,
        "editions": editions,
        "people": people,
        "language_names": {each.language: get_language_info(each.language)["name_local"] for each in page.languages},
        "main_language": settings.LANGUAGE_CODE,
        "is_overdue": page.review_on <= local_day(timezone.now()),
        "sheets": list_sheets(code),
        "history": TELLING.tell(changes_of(page.reference)),
    }
    return render(request, "pages/staff/page.jinja", context)


@require_role(*WRITERS)
@takes_form
def look_again(request: HttpRequest, code: str) -> HttpResponse:
    """Say that somebody has looked at a page, and when somebody must again."""
    page = view_page(code)
    form = ReviewForm(typed(request), initial={"review_on": local_day(timezone.now()) + REVIEW_AFTER})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Mark as checked: %(page)s") % {"page": page.title},
            back=reverse("pages:staff", args=[code]),
            back_text=page.title,
            save=lambda by, now: look_at_page(code=code, **form.cleaned_data, by=by, now=now),
        ),
    )


@require_role(*WRITERS)
@takes_form
def write(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Write a draft: freely in the nation's first language, block by block in the others."""
    page = view_page(code)
    here, begun = page.language(language), draft_of(code, language)
    if language == settings.LANGUAGE_CODE:
        initial = vars(begun) if begun else {"title": page.title}
        form: Any = TextForm(typed(request), initial=initial | _readiness(here))

        def read() -> Text:
            text: Text = form.as_text(language)
            return text

    else:
        source = source_of(code)
        pairs = pairs_of(source, begun)
        form = BlocksForm(typed(request), pairs=pairs, direction=direction_of(language), initial=_readiness(here))

        def read() -> Text:
            return join_pairs(source, language, form.as_pairs())

    asking = Asking(
        form=form,
        title=_title(page, language),
        back=reverse("pages:staff", args=[code]),
        back_text=page.title,
        button=_("Save the draft"),
        seen=state_of(code, language),
        save=lambda by, now: save_draft(
            code=code,
            text=read(),
            is_ready=form.cleaned_data["is_ready"],
            seen=request.POST.get("seen", ""),
            by=by,
            now=now,
        ),
    )
    template = "pages/staff/write.jinja"
    if "preview" not in request.POST or not form.is_valid():
        return ask(request, asking, template=template)
    try:
        asking = replace(asking, about=_preview(read(), request, page, here))
    except FieldRefused as error:
        say(form, error)
    context = {"form": form, "asking": asking, "seen": request.POST.get("seen", "")}
    return render(request, template, context, status=status_of(form))


def _readiness(here: LanguageView) -> dict[str, bool]:
    return {"is_ready": bool(here.draft and here.draft.is_ready)}


def _title(page: PageView, language: str) -> str:
    name = get_language_info(language)["name_local"]
    return _("%(page)s, in %(language)s") % {"page": page.title, "language": name}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A text as readers will see it, and what to look at in it.

    `differences` from the text in force are None where there is no such text. `is_own`: whoever looks wrote a part.
    """

    text: Text
    drawn: Drawn
    direction: str
    findings: list[tuple[Finding, str]]
    differences: tuple[Difference, ...] | None
    is_own: bool


def _preview(text: Text, request: HttpRequest, page: PageView, here: LanguageView) -> Preview:
    return Preview(
        text=text,
        drawn=draw(text, request),
        direction=direction_of(text.language),
        findings=[(each, _words_of(each)) for each in look_over(text, is_watched=page.is_watched)],
        differences=differences(here.shown.text, text) if here.shown else None,
        is_own=bool(here.draft and staff_of(request).reference in here.draft.writers),
    )


def _words_of(finding: Finding) -> str:
    """What was found, in words."""
    said = _(finding.flaw.label) % {"about": finding.about, "nearest": finding.nearest}
    return _("Line %(line)d: %(said)s") % {"line": finding.line, "said": said} if finding.line else said


@require_role(*WRITERS)
@takes_form
def approve(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Look at a draft as it will be, and make an edition of it."""
    page = view_page(code)
    here = page.language(language)
    if here.draft is None:
        raise Http404
    text = here.draft.text
    form = ApproveForm(typed(request), initial={"seal": text.seal})
    asking = Asking(
        form=form,
        title=_("Approve: %(page)s") % {"page": _title(page, language)},
        back=reverse("pages:staff", args=[code]),
        back_text=page.title,
        button=_("Approve and publish"),
        seen=text.seal,
        about=_preview(text, request, page, here),
        save=lambda by, now: approve_draft(code=code, language=language, **form.cleaned_data, by=by, now=now),
    )
    return ask(request, asking, template="pages/staff/approve.jinja")


@require_role(*WRITERS)
@require_POST
def discard(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Throw a draft away."""
    discard_draft(code=code, language=language, by=actor_of(request), now=timezone.now())
    return go("pages:staff", code)


@require_role(*WRITERS)
@require_safe
def edition(request: HttpRequest, code: str, language: str, number: int) -> HttpResponse:
    """One edition as it was approved, with what its references say now."""
    page, row = view_page(code), find_edition(code, language, number)
    text = text_of(row)
    context = {
        "page": page,
        "row": row,
        "text": text,
        "drawn": draw(text, request),
        "direction": direction_of(language),
        "language_name": get_language_info(language)["name_local"],
    }
    return render(request, "pages/staff/edition.jinja", context)


@require_role(*WRITERS)
@takes_form
def withdraw(request: HttpRequest, code: str, language: str, number: int) -> HttpResponse:
    """Stop showing an edition."""
    page, row = view_page(code), find_edition(code, language, number)
    form = ReasonForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Withdraw edition %(number)d: %(page)s") % {"number": row.number, "page": _title(page, language)},
            back=reverse("pages:staff", args=[code]),
            back_text=page.title,
            lead=_("What stood before it is shown again. Whoever holds a print of it reads: do not use this sheet."),
            button=_("Withdraw the edition"),
            kind="warning",
            save=lambda by, now: withdraw_edition(
                code=code, language=language, number=number, **form.cleaned_data, by=by, now=now
            ),
        ),
    )


@require_role(*WRITERS)
@require_safe
def hand_out_blocks(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """A page's blocks for a translator's program."""
    del request  # nothing is asked of it
    source, _here = source_of(code), view_page(code).language(language)
    if language == settings.LANGUAGE_CODE:
        raise Http404
    written = write_xliff(code, pairs_of(source, draft_of(code, language)), source=source.language, target=language)
    response = HttpResponse(written, content_type="application/xliff+xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{code}.{source.language}-{language}.xlf"'
    return response


@takes_file(most_bytes=FILE_BYTES_MOST)
@require_role(*WRITERS)
@takes_form
def take_blocks(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Take a translator's file in as a draft: what fits the source as it is now; the rest is listed."""
    page = view_page(code)
    page.language(language)
    source, begun = source_of(code), draft_of(code, language)
    form = BlocksFileForm(typed(request), request.FILES if request.method == "POST" else None)
    left: list[int] = []
    if form.is_valid():
        try:
            units = read_xliff(
                b"" if form.cleaned_data["file"].is_too_large else form.cleaned_data["file"].read(),
                code=code,
                source=source.language,
                target=language,
            )
            known = {unit.digest: unit.translated for unit in units}
            pairs = [_taken(pair, known) for pair in pairs_of(source, begun)]
            left = [unit.line for unit in units if unit.digest not in {pair.source.digest for pair in pairs}]
            save_draft(
                code=code,
                text=join_pairs(source, language, pairs),
                is_ready=False,
                seen=state_of(code, language),
                by=actor_of(request),
                now=timezone.now(),
            )
        except XliffRefused as error:
            form.add_error("file", _(error.code.label) % {"line": error.line, "about": error.about})
        except FieldRefused as error:
            say(form, error)
        else:
            if not left:
                return go("pages:write", code, language)
    context = {"page": page, "language": language, "title": _title(page, language), "form": form, "left": left}
    return render(request, "pages/staff/blocks.jinja", context, status=status_of(form))


def _taken(pair: Pair, known: dict[str, str]) -> Pair:
    translated = known.get(pair.source.digest)
    return Pair(source=pair.source, translated=translated, renders=pair.source.digest) if translated else pair


@require_role(*WRITERS)
@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """What texts may refer to, how each is written, and what it says now."""
    language, now = settings.LANGUAGE_CODE, timezone.now()
    chosen, words = request.GET.get("kind", ""), request.GET.get("words", "").strip()
    kind = KINDS.get(chosen)
    rows = []
    if kind:
        listed = [(key, title) for key, title in kind.keys(language) if words.casefold() in f"{key} {title}".casefold()]
        wanted = [Reference(kind.name, key) for key, _title in listed[:KEYS_SHOWN]]
        found = look_up(wanted, language=language, now=now)
        rows = [
            (str(each), title, said.words if (said := found.of(each)) else "–")
            for each, (_key, title) in zip(wanted, listed, strict=False)
        ]
    context = {"kinds": KINDS.values(), "chosen": kind, "rows": rows, "words": words}
    status = HTTPStatus.BAD_REQUEST if chosen and kind is None else HTTPStatus.OK
    return render(request, "pages/staff/references.jinja", context, status=status)


@require_role(*WRITERS)
@require_safe
def whole_languages(request: HttpRequest) -> HttpResponse:
    """How whole each language is, room by room, and what keeps one from her pages."""
    rooms, languages = read_counts(), read_languages()
    codes = [code for code in languages if code != settings.LANGUAGE_CODE]
    context = {
        "names": [language(code) for code in codes],
        "hers": [_count(room, codes) for room in rooms if room.is_hers],
        "others": [_count(room, codes) for room in rooms if not room.is_hers],
        "offered": [(language(code), code in settings.LEEWARD_HER_LANGUAGES) for code in codes],
        "lacking": {language(code): lacks(languages[code], rooms) for code in codes},
    }
    return render(request, "pages/staff/languages.jinja", context)


def _count(room: Room, codes: list[str]) -> list[str]:
    return [room.name, str(room.texts), *(str(room.texts - room.lacks(code)) for code in codes)]


@require_role(*WRITERS)
@takes_form
def sites(request: HttpRequest) -> HttpResponse:
    """Other sites that texts may link to."""
    form = SiteForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Sites that texts may link to"),
            back=reverse("pages:pages"),
            back_text=_("Pages"),
            button=_("Allow links to this site"),
            then=reverse("pages:sites"),
            about=allowed_sites(),
            save=lambda by, now: allow_site(**form.cleaned_data, by=by, now=now),
        ),
        template="pages/staff/sites.jinja",
    )


@require_role(*WRITERS)
@require_POST
def forget_site(request: HttpRequest) -> HttpResponse:
    """Take a site out of the list."""
    forbid_site(host=request.POST.get("host", ""), by=actor_of(request), now=timezone.now())
    return go("pages:sites")


TELLING = Telling(
    kinds=EntryKind,
    verbs=PageVerb,
    labels={
        "code": gettext_lazy("Name in the address"),
        "language": gettext_lazy("Language"),
        "number": gettext_lazy("Edition"),
        "site": gettext_lazy("Site"),
        "file": gettext_lazy("Code"),
        "from_on": gettext_lazy("First day"),
        "until_on": gettext_lazy("Last day"),
        "review_on": gettext_lazy("Review on"),
        "sheet": gettext_lazy("Code of the sheet"),
        "copies": gettext_lazy("How many copies"),
    },
    names=dict,
)
