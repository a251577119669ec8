"""The one list over all files, one order with its line of events, and what clerks and officers do with it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.holds.queries import holds_on, with_reasons
from leeward.foundation.web.timeline import Entry, tell_timeline
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import is_open
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import shows_list
from leeward.justice.courts.forms import CertificateForm, NoteForm, OpeningForm, ServeForm, WordsForm, moment_of
from leeward.justice.courts.lists import orders_list
from leeward.justice.courts.operations.drafting import own_drafts
from leeward.justice.courts.operations.founding import ORDERS
from leeward.justice.courts.operations.linking import renew_link
from leeward.justice.courts.operations.recording import confirm_order
from leeward.justice.courts.operations.retention import HELD
from leeward.justice.courts.operations.serving import (
    NOTED,
    WHOLE,
    certify_device,
    note_happening,
    serve_target,
    void_event,
)
from leeward.justice.courts.operations.turning import STANDING, resume_order, revoke_order, stay_order
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.queries.courts import find_court
from leeward.justice.courts.queries.orders import EventLine, OrderView, TargetView, due_text
from leeward.justice.courts.rules.hashes import ListState
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.orders import DeviceCertificate
from leeward.justice.courts.rules.targets import OVER, OWED
from leeward.justice.courts.rules.terms import DOCUMENT_MOST, EVERYWHERE, Happening, Opening, OrderState, Recorder, Way
from leeward.justice.courts.views.frame import Here, here, order_page, page

TITLE = gettext_lazy("Court orders")


@order_page(title=TITLE, summary=gettext_lazy("All orders of all files: not served, due, overdue. Record a new one."))
@require_safe
@shows_list
def orders(request: HttpRequest) -> HttpResponse:
    """Every target over all files."""
    at = here(request)
    listing = orders_list(at.viewer, keyring=at.keyring, by=at.by, now=at.now)
    drafts = [
        (each.reference, each.answers.file_number, each.changed_at)
        for each in own_drafts(keyring=at.keyring, by=at.by, now=at.now)
        if each.answers.type_code
    ]
    context = {"title": TITLE, "drafts": drafts, "is_read": is_open(ORDERS)}
    return show_list(request, listing, lambda found: page(request, "orders", {"found": found, **context}))


@order_page()
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what it says, each target, what happened, and what can be done."""
    return _show(request, number)


@order_page(Role.ORDER_OFFICER)
@require_POST
def uncover(request: HttpRequest, number: str) -> HttpResponse:
    """The same with who is ordered, for a reason that stands in the trail."""
    form = OpeningForm(request.POST)
    return _show(request, number, form=form, why=Opening(form.cleaned_data["why"]) if form.is_valid() else None)


def _show(
    request: HttpRequest, number: str, *, form: OpeningForm | None = None, why: Opening | None = None
) -> HttpResponse:
    at = here(request)
    found = at.read(number, why=why)
    stands = found.state in STANDING
    context: dict[str, Any] = {
        "order": found,
        "written": write_number(found.number),
        "targets": [(each, due_text(each, now=at.now), each.is_overdue(at.now)) for each in found.targets],
        "timeline": tell_timeline(
            request, _entries(found), kinds={}, path=reverse("courts:order", args=[found.number])
        ),
        "ways": ", ".join(str(word(way)) for way in found.kind.ways),
        "is_clerk": at.is_clerk,
        "may_serve": stands,
        "waits_for_second": found.state is OrderState.UNCONFIRMED,
        "may_revoke": stands or found.state is OrderState.UNCONFIRMED,
        "is_stayed": found.state is OrderState.STAYED,
        "over": OVER,
        "holds": with_reasons(holds_on(HELD, found.number, now=at.now), keyring=at.keyring, by=at.by, now=at.now),
        "held_as": HELD,
        "contact": find_court(found.court_id).contact if not at.is_clerk else "",
    }
    if not at.is_clerk:
        context |= {
            "takes_hashes": found.state is OrderState.STANDS and found.kind.names_copies,
            "me": at.by.id,
            "names": names_of(who for each in found.hash_lists for who in (each.added_by, each.confirmed_by) if who),
        }
    context |= {"opening": form or OpeningForm(), "next": _next_step(found, at)}
    return page(request, "order", context, status=status_of(context["opening"]))


def _next_step(found: OrderView, at: Here) -> NextStep:
    """Confirm what came from paper, serve, answer for the person shown, or note what happened."""

    def lead(page: str, *args: object) -> str:
        return reverse(f"courts:{page}", args=[found.number, *args])

    own = _("You")
    if found.state is OrderState.UNCONFIRMED:
        why = _("Copied from paper. It can be served once a second officer has confirmed it with the court.")
        if at.is_clerk or found.recorder == at.by.id:
            return NextStep(turn=_("A second officer"), why=why)
        return NextStep(turn=own, why=why, text=_("Record the court’s confirmation"), address=lead("confirm"))
    owed = [each for each in found.targets if each.state in OWED] if found.state in STANDING else []
    unserved = [each for each in found.targets if not each.served_at and each.state not in OVER]
    if unserved and found.state in STANDING:
        why = _("Not served yet: %(whom)s.") % {"whom": whom_of(unserved[0])}
        return NextStep(turn=own, why=why, text=_("Serve the order"), address=lead("serve", unserved[0].ordinal))
    for each in found.hash_lists:
        if not at.is_clerk and each.state is ListState.WAITING and each.added_by != at.by.id:
            why = _("A list of hashes waits for a second officer.")
            address = lead("hashes", each.reference)
            return NextStep(turn=own, why=why, text=_("Answer for the person shown"), address=address)
    if not owed:
        return NextStep(turn=_("Nobody"), why=_("Nothing is due now."))
    first = min(owed, key=lambda each: (each.due_at is None, each.due_at or at.now))
    due = due_text(first, now=at.now)
    if first.is_overdue(at.now):
        why, address = f"{whom_of(first)}: {due}.", lead("happened", first.ordinal)
        return NextStep(turn=own, why=why, text=_("Record what happened"), address=address)
    return NextStep(turn=whom_of(first), why=due)


@order_page(Role.ORDER_OFFICER)
@takes_form
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """A second officer says that the court has confirmed an order from paper."""
    at = here(request)
    found = at.read(number)
    court = find_court(found.court_id)

    def save(by: Actor, now: datetime) -> None:
        confirm_order(number=number, keyring=at.keyring, by=by, now=now)

    lead = _(
        "Call %(court)s at %(contact)s, a contact that was known before. Read the order to them. Do not use a number "
        "from the paper."
    )
    return _ask(
        request, found, forms.Form(typed(request)), title=_("Has the court confirmed it?"), save=save,
        lead=lead % {"court": court.name, "contact": court.contact}, button=_("Record the court’s confirmation"),
    )  # fmt: skip


@order_page()
@takes_form
def stay(request: HttpRequest, number: str) -> HttpResponse:
    """Stay an order, or end the stay, for all of its targets at once."""
    at = here(request)
    found = at.read(number)
    is_stayed = found.state is OrderState.STAYED

    def save(by: Actor, now: datetime) -> None:
        (resume_order if is_stayed else stay_order)(number=number, by=by, now=now)

    return _ask(
        request, found, forms.Form(typed(request)), save=save, kind="warning",
        title=_("End the stay") if is_stayed else _("Stay the order"),
        lead=_("All clocks go on from where they stopped, and everybody who was served is told.") if is_stayed
        else _("All clocks stop now, and everybody who was served is told."),
        button=_("End the stay") if is_stayed else _("Stay the order"),
    )  # fmt: skip


@order_page()
@takes_form
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke an order, once and for everybody."""
    at = here(request)
    found = at.read(number)
    # Of one that no court has confirmed there is no signed record, so nobody can read why.
    form = (forms.Form if found.state is OrderState.UNCONFIRMED else WordsForm)(typed(request))

    def save(by: Actor, now: datetime) -> None:
        revoke_order(number=number, words=form.cleaned_data.get("words", ""), by=by, now=now)

    return _ask(
        request, found, form, title=_("Revoke the order"), save=save, button=_("Revoke the order"), kind="warning",
        lead=_(
            "No more notices are sent for it. Everybody who was served is told, and anybody who checks it can see "
            "that it was revoked. What was taken down because of it may come back."
        ),
    )  # fmt: skip


@order_page()
@takes_form
def serve(request: HttpRequest, number: str, target: int) -> HttpResponse:
    """Note how and when a target was served; a way that does not count is noted as tried."""
    at = here(request)
    found = at.read(number)
    form = ServeForm(typed(request), initial={"at": local_day(at.now)})

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        at_moment = moment_of(given["at"], now=now)
        serve_target(
            number=number, ordinal=target, way=Way(given["way"]), at=at_moment, keyring=at.keyring, by=by, now=now
        )

    ways = ", ".join(str(word(way)) for way in found.kind.ways)
    return _ask(
        request, found, form, title=_("Serve the order"), save=save, button=_("Record what happened"),
        lead=_(
            "Ways that count for this type of order: %(ways)s. Anything else is noted as an attempt.") % {"ways": ways},
    )  # fmt: skip


@order_page()
@takes_form
def happened(request: HttpRequest, number: str, target: int) -> HttpResponse:
    """Note what is known of a target."""
    at = here(request)
    found = at.read(number)
    kinds = [Happening.RESTORED] if found.state is OrderState.REVOKED else NOTED
    form = NoteForm(typed(request), initial={"at": local_day(at.now)}, kinds=kinds)

    def save(by: Actor, now: datetime) -> None:
        kind, day = Happening(form.cleaned_data["kind"]), form.cleaned_data["at"]
        note_happening(number=number, ordinal=target, kind=kind, at=moment_of(day, now=now), by=by, now=now)

    return _ask(request, found, form, title=_("What happened?"), save=save, button=_("Record what happened"))


@takes_file(most_bytes=DOCUMENT_MOST)
@order_page()
@takes_form
def certify(request: HttpRequest, number: str, target: int) -> HttpResponse:
    """Note an officer's certificate of a device: it was handed over, its copies deleted, or it was destroyed."""
    at = here(request)
    found = at.read(number)
    form = CertificateForm(typed(request), request.FILES or None, initial={"on": local_day(at.now)})

    def save(by: Actor, now: datetime) -> None:
        given = dict(form.cleaned_data)
        paper = given.pop("document")
        certificate = DeviceCertificate(**given, document_sha256=paper.digest if paper else "")
        certify_device(
            number=number,
            ordinal=target,
            certificate=certificate,
            at=moment_of(given["on"], now=now),
            keyring=at.keyring,
            by=by,
            now=now,
        )

    lead = _("It is sealed for this court and the Centre, and is part of the proof for the file.")
    return _ask(
        request, found, form, title=_("Certificate of a device"), save=save, lead=lead, button=_("Record what happened")
    )


@order_page()
@require_POST
def relink(request: HttpRequest, number: str, target: int) -> HttpResponse:
    """Write a new link to a company without an account."""
    at = here(request)
    at.read(number)
    renew_link(number=number, ordinal=target, keyring=at.keyring, by=at.by, now=at.now)
    return go("courts:order", number)


@order_page()
@require_POST
def void(request: HttpRequest, number: str, target: int, event: int) -> HttpResponse:
    """Take a line back that was wrong."""
    at = here(request)
    at.read(number)
    void_event(number=number, ordinal=target, event=event, by=at.by, now=at.now)
    return go("courts:order", number)


@order_page(Role.COURT_CLERK)
@require_safe
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The slip for the person shown, which the court's victim service gives to them alone."""
    at = here(request)
    found = at.read(number)
    note(CourtVerb.SLIP_SHOWN, number, by=at.by, now=timezone.now())
    return page(
        request,
        "slip",
        {
            "order": found,
            "slip": write_number(found.slip),
            "address": f"{settings.LEEWARD_URL}{reverse('courts:slip-mine')}",
        },
    )


def _ask(
    request: HttpRequest,
    found: OrderView,
    form: forms.Form,
    *,
    title: Words,
    save: Callable[[Actor, datetime], None],
    button: Words,
    lead: Words = "",
    kind: str = "primary",
) -> HttpResponse:
    return ask(
        request,
        Asking(
            form=form,
            title=title,
            lead=lead,
            back=reverse("courts:order", args=[found.number]),
            back_text=write_number(found.number),
            save=save,
            button=button,
            kind=kind,
        ),
    )


def _entries(found: OrderView) -> Iterator[Entry]:
    """What happened to the order and to each of its targets."""
    actors = {event.actor for each in found.targets for event in each.events} | {found.recorder}
    names = names_of(actor for actor in actors if actor)
    recorded = (
        _("Recorded by the court") if found.recorded_by is Recorder.COURT else _("Recorded by the Centre from paper")
    )
    yield Entry(at=found.recorded_at, what=recorded, who=names.get(found.recorder, ""))
    if found.confirmed_at and found.recorded_by is Recorder.CENTRE:
        yield Entry(at=found.confirmed_at, what=_("A second officer confirmed it with the court"))
    for target in found.targets:
        for event in target.events:
            if event.kind in WHOLE and target.ordinal > found.targets[0].ordinal:
                continue  # told once, of the whole order
            yield _entry(found, target, event.ordinal, names)


def _entry(found: OrderView, target: TargetView, ordinal: int, names: Mapping[str, str]) -> Entry:
    event = next(each for each in target.events if each.ordinal == ordinal)
    whom = "" if event.kind in WHOLE else whom_of(target)
    facts = [
        word(event.way) if event.way else "",
        word(event.effect) if event.effect else "",
        _("Everywhere") if EVERYWHERE in event.territory else " ".join(event.territory),
        _("Takes back line %(number)d") % {"number": event.voids} if event.voids else "",
    ]
    may_void = not event.is_voided and event.kind not in (*WHOLE, Happening.VOIDED)
    address = reverse("courts:void", args=[found.number, target.ordinal, event.ordinal])
    return Entry(
        at=event.at,
        what=" · ".join(filter(None, (str(word(event.kind)), whom))),
        who=names.get(event.actor, ""),
        facts=[each for each in (*facts, *certified(event)) if each],
        words="" if event.certificate else event.words,
        is_struck=event.is_voided,
        about=address if may_void else None,
    )


def whom_of(target: TargetView) -> str:
    """The name of who must obey, or what they are where nobody is named."""
    return target.name or str(word(target.addressee))


def certified(event: EventLine) -> list[str]:
    """What a certificate of a device says, in lines."""
    paper = event.certificate
    if paper is None:
        return []
    serial = _("serial number %(serial)s") % {"serial": paper.serial} if paper.serial else ""
    digest = f"SHA-256 {paper.document_sha256}" if paper.document_sha256 else ""
    return [paper.what, serial, paper.how, paper.by, write_day(paper.on), digest]
