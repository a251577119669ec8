"""Writes a page's texts: drafts, editions by two people, withdrawals; and which other sites texts may link to."""

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.changes import Kept
from leeward.foundation.editing.errors import EntryChanged, EntryUnknown, FieldRefused, Mistake, StepRefused
from leeward.foundation.editing.history import note
from leeward.foundation.editing.values import is_host, line
from leeward.foundation.editing.values import text as several_lines
from leeward.foundation.notary.operations import enter
from leeward.foundation.pages.catalogue import SOURCE, shipped
from leeward.foundation.pages.errors import PageMistake
from leeward.foundation.pages.models import AllowedSite, Draft, Page, PageEdition, StoodOn, Withdrawal
from leeward.foundation.pages.queries import find_edition, in_force, in_force_in, look_over, or_unknown, text_of
from leeward.foundation.pages.rules.checks import must_be_corrected
from leeward.foundation.pages.rules.texts import (
    BLOCKS_MOST,
    BODY_LENGTH,
    CODE,
    LEAF_KIND,
    PICTURE_KIND,
    REVIEW_AFTER,
    TAB_LENGTH,
    EntryKind,
    PageVerb,
    Text,
)
from leeward.foundation.rows import add_row, put


def add_shipped(*, now: datetime) -> None:
    """Give each page that came with the product its row, so that it stands in lists; safe to repeat."""
    known = set(Page.objects.filter(code__in=shipped()).values_list("code", flat=True))
    new = [
        Page(
            code=code,
            title=each.texts.get(settings.LANGUAGE_CODE, each.texts[SOURCE]).title,
            is_watched=each.is_watched,
            made_at=now,
            review_on=local_day(now) + REVIEW_AFTER,
        )
        for code, each in shipped().items()
        if code not in known
    ]
    if new:
        Page.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def add_page(*, code: str, title: str, is_watched: bool, by: Actor, now: datetime) -> str:
    """Add a page without a text yet. Raises FieldRefused."""
    name = line("code", code).casefold()
    if not CODE.fullmatch(name):
        raise FieldRefused("code", PageMistake.CODE)
    called = line("title", title)
    if name in shipped() or Page.objects.filter(code=name).exists():
        raise FieldRefused("code", PageMistake.TAKEN)
    page = Page.objects.create(
        code=name, title=called, is_watched=is_watched, made_at=now, review_on=local_day(now) + REVIEW_AFTER
    )
    note(EntryKind.PAGE, page.public_id, PageVerb.ADDED, by=by, now=now, after={"code": name})
    return name


def state_of(code: str, language: str) -> str:
    """A page's text in a language as a text by which two states are told apart: the draft, else what is in force."""
    draft = Draft.objects.filter(page__code=code, language=language).first()
    return _state(code, language, draft)


@transaction.atomic
def save_draft(*, code: str, text: Text, is_ready: bool, seen: str, by: Actor, now: datetime) -> None:
    """Write a page's draft. Raises FieldRefused; EntryChanged where it is not as it was when it was `seen`."""
    page, draft = _held(code, text.language)
    if _state(code, text.language, draft) != seen:
        raise EntryChanged
    text = check_text(text, today=local_day(now))
    draft = draft or Draft(page=page)
    put(draft, text)
    draft.writers = [*draft.writers, *({who(by)} - set(draft.writers))]
    draft.is_ready, draft.changed_at, draft.changed_by = is_ready, now, who(by)
    draft.save()
    note(EntryKind.PAGE, page.public_id, PageVerb.WRITTEN, by=by, now=now, after={"language": text.language})


def check_text(text: Text, *, today: date) -> Text:
    """A text as it is kept. Raises FieldRefused."""
    kept = replace(
        text,
        title=line("title", text.title),
        tab=line("tab", text.tab, most=TAB_LENGTH),
        body=several_lines("body", text.body, most=BODY_LENGTH),
    )
    if text.from_on and text.until_on and text.until_on < text.from_on:
        raise FieldRefused("until_on", Mistake.BEFORE)
    if text.is_over(today):
        raise FieldRefused("until_on", PageMistake.OVER)
    if not kept.body:
        raise FieldRefused("body", Mistake.MISSING)
    if len(kept.blocks) > BLOCKS_MOST:
        raise FieldRefused("body", PageMistake.BLOCKS, about=BLOCKS_MOST)
    return kept


@transaction.atomic
def discard_draft(*, code: str, language: str, by: Actor, now: datetime) -> None:
    """Throw a draft away; what is in force stays. Raises EntryUnknown."""
    page, draft = _held(code, language)
    or_unknown(draft).delete()
    note(EntryKind.PAGE, page.public_id, PageVerb.DISCARDED, by=by, now=now, after={"language": language})


@transaction.atomic
def approve_draft(*, code: str, language: str, seal: str, reason: str, by: Actor, now: datetime) -> int:
    """Make an edition of the draft that somebody else wrote and this person has seen. Returns its number.

    `seal` is that of what they looked at. Raises EntryChanged where the draft says something else by now; StepRefused
    where there is none that is ready; FieldRefused where they wrote in it, or it has to be corrected first.
    """
    page, draft = _held(code, language)
    if draft is None or not draft.is_ready:
        raise StepRefused
    text = text_of(draft)
    if text.seal != seal:
        raise EntryChanged
    if who(by) in draft.writers:
        raise FieldRefused("seal", PageMistake.OWN)
    if text.is_over(local_day(now)):
        raise FieldRefused("seal", PageMistake.OVER)
    if flawed := must_be_corrected(look_over(text, is_watched=page.is_watched, now=now)):
        raise FieldRefused("seal", PageMistake.FLAWED, about=", ".join(each.about for each in flawed))
    shown = in_force_in(code, language)
    if shown and shown.text == text:
        raise FieldRefused("seal", PageMistake.UNCHANGED)
    newest = PageEdition.objects.filter(page=page, language=language).order_by("-number").first()
    edition = add_row(
        PageEdition,
        text,
        page=page,
        number=newest.number + 1 if newest else 1,
        note=line("reason", reason),
        sha256=text.sha256,
        written_by=draft.changed_by,
        approved_by=who(by),
        approved_at=now,
    )
    things = dict.fromkeys(
        [*((each.kind, each.key) for each in text.references), *((PICTURE_KIND, code) for code in text.pictures)]
    )
    enter(kind=LEAF_KIND, name=f"{code}/{language}/{edition.number}", content=text.content, now=now)
    StoodOn.objects.bulk_create([StoodOn(edition=edition, kind=kind, key=key) for kind, key in things])
    draft.delete()
    if language == settings.LANGUAGE_CODE:
        page.title, page.review_on = text.title, local_day(now) + REVIEW_AFTER
        page.save()
    facts: dict[str, Kept] = {"language": language, "number": edition.number}
    facts |= {name: f"{day}" for name, day in (("from_on", text.from_on), ("until_on", text.until_on)) if day}
    note(EntryKind.PAGE, page.public_id, PageVerb.APPROVED, by=by, now=now, after=facts, reason=edition.note)
    return edition.number


@transaction.atomic
def withdraw_edition(*, code: str, language: str, number: int, reason: str, by: Actor, now: datetime) -> None:
    """Stop showing an edition; what stood before it is shown again. Raises FieldRefused, EntryUnknown, StepRefused."""
    page, _draft = _held(code, language)
    why = line("reason", reason)
    edition = find_edition(code, language, number)
    if Withdrawal.objects.filter(edition=edition).exists():
        raise StepRefused
    Withdrawal.objects.create(edition=edition, reason=why, made_by=who(by), made_at=now)
    facts: dict[str, Kept] = {"language": language, "number": number}
    note(EntryKind.PAGE, page.public_id, PageVerb.WITHDRAWN, by=by, now=now, after=facts, reason=why)


@transaction.atomic
def look_at_page(*, code: str, review_on: date, by: Actor, now: datetime) -> None:
    """Say that somebody has looked at a page, and when somebody must again. Raises EntryUnknown, FieldRefused."""
    page, _draft = _held(code, settings.LANGUAGE_CODE)
    if not local_day(now) < review_on <= local_day(now) + REVIEW_AFTER:
        raise FieldRefused("review_on", PageMistake.REVIEW)
    page.review_on = review_on
    page.save()
    note(EntryKind.PAGE, page.public_id, PageVerb.LOOKED_AT, by=by, now=now, after={"review_on": f"{review_on}"})


@transaction.atomic
def allow_site(*, host: str, reason: str, by: Actor, now: datetime) -> None:
    """Let texts link to a site. Raises FieldRefused."""
    name, why = line("host", host).casefold().removesuffix("."), line("reason", reason)
    if not is_host(name):
        raise FieldRefused("host", PageMistake.SITE)
    site, is_new = AllowedSite.objects.get_or_create(host=name, defaults={"reason": why, "made_at": now})
    if is_new:
        note(EntryKind.PAGE, site.public_id, PageVerb.ALLOWED, by=by, now=now, after={"site": name}, reason=why)


@transaction.atomic
def forbid_site(*, host: str, by: Actor, now: datetime) -> None:
    """Take a site out of the list; texts that link to it already keep their links until they are approved anew."""
    site = or_unknown(AllowedSite.objects.filter(host=host).first())
    note(EntryKind.PAGE, site.public_id, PageVerb.FORBIDDEN, by=by, now=now, before={"site": host})
    site.delete()


def draft_of(code: str, language: str) -> Text | None:
    """The text that somebody goes on writing: the draft, else what is in force in this language, else None."""
    draft = Draft.objects.filter(page__code=code, language=language).first()
    if draft:
        return text_of(draft)
    shown = in_force_in(code, language)
    return shown.text if shown else None


def _held(code: str, language: str) -> tuple[Page, Draft | None]:
    """The page's row, held until the transaction ends, and its draft. Raises EntryUnknown."""
    if language not in dict(settings.LANGUAGES):
        raise EntryUnknown
    page = or_unknown(Page.objects.select_for_update().filter(code=code).first())
    return page, Draft.objects.filter(page=page, language=language).first()


def _state(code: str, language: str, draft: Draft | None) -> str:
    if draft:
        return f"draft {draft.changed_at.isoformat()} {text_of(draft).seal}"
    try:
        shown = in_force(code, language)
    except EntryUnknown:
        return "nothing"
    return f"edition {shown.text.language} {shown.number} {shown.text.seal}"
