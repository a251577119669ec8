"""Records orders: by a court itself, or by the Centre from paper, which a second officer confirms with the court."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.vault.operations import OpenFile, derive_key_pair, make_file, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from leeward.foundation.work.doors import DESK, require_open
from leeward.industry.platforms.errors import PlatformError
from leeward.industry.platforms.operations import meet_site
from leeward.industry.platforms.queries import find_partner, recognise
from leeward.industry.platforms.rules import Partner, clean_url
from leeward.justice.courts.errors import CourtsMistake, OrderUnknown, SameOfficer, StepImpossible
from leeward.justice.courts.models import Court, Order, Target, TypeVersion
from leeward.justice.courts.operations.events import locked_order
from leeward.justice.courts.operations.founding import ORDERS
from leeward.justice.courts.operations.turning import STANDING, end_by_variation
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.queries.courts import find_type
from leeward.justice.courts.queries.orders import file_index, may_see
from leeward.justice.courts.rules.claims import KIND, CourtClaim, OrderClaims, TargetClaim, TypeClaim
from leeward.justice.courts.rules.joining import PURPOSE
from leeward.justice.courts.rules.numbers import SLIP_LENGTH, draw_number, write_number
from leeward.justice.courts.rules.orders import (
    Answers,
    Inside,
    NewOrder,
    NewTarget,
    OrderText,
    check_answers,
    check_days,
    read_addresses,
    read_territory,
)
from leeward.justice.courts.rules.terms import AT_SITES, COMPANIES, Addressee, OrderState, Recorder
from leeward.justice.courts.rules.types import TypeState
from leeward.victim.removals.operations.mandates import Mandate, open_mandate
from leeward.victim.removals.rules.notices.words import LANGUAGES, has_country_name

SALT_BYTES = 16


@transaction.atomic
def record_order(*, answers: Answers, viewer: User, keyring: Keyring, by: Actor, now: datetime) -> str:
    """Record an order that was typed and checked; returns its number.

    A court's own stands at once; one from paper waits for a second officer. One that follows another takes its place.
    Raises FieldRefused, naming the first field that is wrong, OrderUnknown for another's court or order, and DoorClosed
    where nobody at the Centre could open it, or nobody at the desk what it asks of sites. One that follows another is
    the Centre's already.
    """
    court = _court(answers, viewer)
    new = replace(check_typed(answers, now=now), targets=_targets(answers, now=now))
    before = locked_order(answers.follows) if answers.follows else None
    if before is not None and not may_see(viewer, before):
        raise OrderUnknown
    if before is not None and before.state not in STANDING:
        raise StepImpossible
    if before is None:
        require_open(ORDERS)
    if new.pair.action in AT_SITES and any(target.platform_id for target in new.targets):
        require_open(DESK)
    _refuse_twice(new, court, follows=before)
    version = TypeVersion.objects.get(pk=find_type(new.kind.code, on=local_day(now)).key)
    is_courts = viewer.role == Role.COURT_CLERK
    row = Order(
        reference=uuid.uuid4(),
        number=_free_number(),
        court=court,
        version=version,
        recorded_by=Recorder.COURT if is_courts else Recorder.CENTRE,
        recorder=who(by),
        recorded_at=now,
        confirmed_at=now if is_courts else None,
        state=OrderState.STANDS if is_courts else OrderState.UNCONFIRMED,
        issued_on=new.issued_on,
        comply_by=new.comply_by,
        territory=list(new.territory),
        language=new.language,
        document_sha256=new.document_sha256,
        follows=before,
        file_index=file_index(court.public_id, new.file_number),
    )
    _seal(row, new, slip=_slip(before, keyring=keyring, by=by, now=now), by=by, now=now)
    for ordinal, target in enumerate(new.targets, start=1):
        _add_target(row, new, target, ordinal=ordinal, by=by, now=now)
    note(CourtVerb.RECORDED, row.number, by=by, now=now, type=new.kind.code, targets=len(new.targets))
    if is_courts:
        let_stand(row, keyring=keyring, by=by, now=now)
    return row.number


@transaction.atomic
def confirm_order(*, number: str, keyring: Keyring, by: Actor, now: datetime) -> None:
    """A second officer has confirmed with the court, by a contact that was known before. Safe to repeat.

    Raises SameOfficer, StepImpossible for one that was revoked before, OrderUnknown.
    """
    row = locked_order(number)
    if row.confirmed_at is not None:
        return
    if row.recorder == who(by):
        raise SameOfficer
    if row.state is not OrderState.UNCONFIRMED:
        raise StepImpossible
    row.confirmed_at, row.confirmed_by, row.state = now, who(by), OrderState.STANDS
    row.save()
    note(CourtVerb.CONFIRMED, number, by=by, now=now)
    let_stand(row, keyring=keyring, by=by, now=now)


def let_stand(row: Order, *, keyring: Keyring, by: Actor, now: datetime) -> None:
    """From now on it counts: it is signed, what it names is on the desk's list, and the one before it is varied."""
    if row.follows is not None:
        end_by_variation(locked_order(row.follows.number), successor=row, by=by, now=now)
    targets = list(row.targets.order_by("ordinal"))
    _sign(row, targets, by=by, now=now)
    file = open_file(file=row.reference, keyring=keyring, by=by, now=now)
    addresses = [
        address
        for target in targets
        if target.action in AT_SITES and target.platform_id
        for address in _text_of(target, keyring=keyring, by=by, now=now).items
    ]
    if addresses:
        kind = row.version.as_type()
        mandate = Mandate(
            order_number=row.number,
            addresses=tuple(dict.fromkeys(addresses)),
            regime_code=kind.regime,
            language=row.language,
        )
        row.report = open_mandate(mandate=mandate, key=slip_key(row.unbox(file, "slip")), by=by, now=now)
    row.save()


def check_typed(answers: Answers, *, now: datetime) -> NewOrder:
    """Check what was typed, but where it stands. Raises FieldRefused."""
    today = local_day(now)
    line = find_type(answers.type_code, on=today)
    if line.state is TypeState.NOT_YET and line.kind.in_force_on:
        raise FieldRefused("type_code", CourtsMistake.NOT_IN_FORCE, about=line.kind.in_force_on.isoformat())
    if line.state is not TypeState.IN_USE:
        raise FieldRefused("type_code", CourtsMistake.TYPE_OFF)
    check_days(answers, line.kind, today=today)
    own = settings.LEEWARD_JURISDICTION
    new = check_answers(answers, kind=line.kind, languages=LANGUAGES, own=own)
    check_territory(answers.territory)
    return new


def check_territory(typed: str) -> None:
    """Refuse a country that there is not. Raises FieldRefused."""
    own = settings.LEEWARD_JURISDICTION
    for code in read_territory(typed, own=own):
        if code not in ("*", own) and not has_country_name(code):
            raise FieldRefused("territory", CourtsMistake.TERRITORY, about=code)


def slip_key(slip: str) -> PrivateKey:
    """The key that a slip's number stands for: it opens the court's report with the desk, and nothing else."""
    return derive_key_pair(slip, purpose=PURPOSE, kind=GranteeKind.VICTIM)


def split_by_company(answers: Answers) -> Mapping[str, tuple[str, ...]]:
    """Return the addresses that were typed, as they are kept, by the company at which each is; "" where none is known.

    Raises FieldRefused for what is no address, and where a company was chosen at which one is not.
    """
    chosen = find_partner(uuid.UUID(answers.company)) if answers.company else None
    found: dict[str, list[str]] = {}
    for typed in read_addresses(answers.addresses):
        try:
            clean = clean_url(typed)
        except PlatformError as error:
            raise FieldRefused("addresses", CourtsMistake.ADDRESS, about=typed[:80]) from error
        at = recognise(clean)
        if chosen is not None and at is not None and at.id != chosen.id:
            raise FieldRefused("addresses", CourtsMistake.ELSEWHERE, about=at.name)
        found.setdefault((at or chosen).name if at or chosen else "", []).append(clean.url)  # type: ignore[union-attr]
    return {name: tuple(each) for name, each in found.items()}


def _targets(answers: Answers, *, now: datetime) -> tuple[NewTarget, ...]:
    """Return whom the order addresses: each company of the addresses, or the one person, provider or police."""
    addressee = Addressee(answers.pair.partition("/")[0])
    if addressee not in COMPANIES:
        return (NewTarget(platform_id=None, name=""),)
    chosen = find_partner(uuid.UUID(answers.company)) if answers.company else None
    by_company: dict[int, tuple[Partner, list[str]]] = {}
    for addresses in split_by_company(answers).values():
        for address in addresses:
            at = recognise(address) or chosen or _meet(address, now=now)
            by_company.setdefault(at.id, (at, []))[1].append(address)
    return tuple(
        NewTarget(platform_id=partner.id, name=partner.name, items=tuple(items))
        for partner, items in sorted(by_company.values(), key=lambda each: each[0].name)
    )


def _meet(address: str, *, now: datetime) -> Partner:
    try:
        return meet_site(host=address, by=Actor.system(), now=now)
    except PlatformError as error:
        raise FieldRefused("addresses", CourtsMistake.ADDRESS, about=address[:80]) from error


def _court(answers: Answers, viewer: User) -> Court:
    wanted = viewer.affiliation if viewer.role == Role.COURT_CLERK else answers.court
    row = Court.objects.filter(public_id=wanted).first() if wanted else None
    if row is None:
        raise FieldRefused("court", CourtsMistake.COURT)
    return row


def _refuse_twice(new: NewOrder, court: Court, *, follows: Order | None) -> None:
    """Raise FieldRefused where this court has an order of this file, type and addressee that stands."""
    same = Target.objects.filter(
        order__file_index=file_index(court.public_id, new.file_number),
        order__version__known__code=new.kind.code,
        addressee=new.pair.addressee,
        order__state__in=[OrderState.STANDS, OrderState.STAYED, OrderState.UNCONFIRMED],
    )
    if companies := [each.platform_id for each in new.targets if each.platform_id]:
        same = same.filter(platform__in=companies)
    first = same.exclude(order=follows).select_related("order").order_by("pk").first()
    if first is not None:
        raise FieldRefused("file_number", CourtsMistake.TWICE, about=write_number(first.order.number))


def _free_number() -> str:
    while Order.objects.filter(number=(drawn := draw_number())).exists():
        continue
    return drawn


def _slip(before: Order | None, *, keyring: Keyring, by: Actor, now: datetime) -> str:
    """A new slip; the one of the order that this takes the place of, so that a person types one number once."""
    if before is None:
        return draw_number(length=SLIP_LENGTH)
    file = open_file(file=before.reference, keyring=keyring, by=by, now=now)
    return before.unbox(file, "slip")


def _seal(row: Order, new: NewOrder, *, slip: str, by: Actor, now: datetime) -> None:
    readers = [team_grantee(row.court.team), team_grantee(ORDERS)]
    parts = (Compartment.PACKET, Compartment.EVIDENCE, Compartment.CONTACT)
    file = make_file(file=row.reference, grants=dict.fromkeys(parts, readers), by=by, now=now, reason="order")
    inside = Inside(file_number=new.file_number, ecli=new.ecli, reasons=new.reasons)
    for column, text in (
        ("packet", inside.to_text()),
        ("about", new.about),
        ("contact", new.person),
        ("slip", slip),
    ):
        setattr(row, column, Order.box(file, column, row.reference, text) if text else "")
    row.save(force_insert=True)


def _add_target(row: Order, new: NewOrder, target: NewTarget, *, ordinal: int, by: Actor, now: datetime) -> None:
    reference = uuid.uuid4()
    readers = [team_grantee(row.court.team), team_grantee(ORDERS)]
    file = make_file(file=reference, grants={Compartment.PACKET: readers}, by=by, now=now, reason="order")
    text = OrderText(
        number=row.number,
        court=row.court.name,
        jurisdiction=row.court.jurisdiction,
        file_number=new.file_number,
        ecli=new.ecli,
        type_name=new.kind.name,
        legal_basis=new.kind.legal_basis,
        reasons=new.reasons,
        issued_on=new.issued_on,
        comply_by=new.comply_by,
        addressee=new.pair.addressee,
        addressee_name=target.name,
        action=new.pair.action,
        items=target.items,
        about=new.about,
        territory=new.territory,
        redress=new.kind.redress,
        report_effect_to=report_effect_to(row.number),
        language=new.language,
        document_sha256=new.document_sha256,
        follows=new.follows,
        salt=secrets.token_hex(SALT_BYTES),
    ).to_text()
    Target.objects.create(
        reference=reference,
        order=row,
        court=row.court,
        ordinal=ordinal,
        addressee=new.pair.addressee,
        action=new.pair.action,
        platform_id=target.platform_id,
        name=target.name,
        sorted_at=now,
        looked_at=now,
        text=Target.box(file, "text", reference, text),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def report_effect_to(number: str) -> str:
    """Where an addressee's machine says what it did."""
    return f"{settings.LEEWARD_URL}/api/v1/orders/{number}/effect"


def _text_of(target: Target, *, keyring: Keyring, by: Actor, now: datetime) -> OrderText:
    file: OpenFile = open_file(file=target.reference, keyring=keyring, by=by, now=now)
    return OrderText.from_text(target.unbox(file, "text"))


def _sign(row: Order, targets: list[Target], *, by: Actor, now: datetime) -> None:
    """Ask for the signed order. The web process has no key: a worker signs it within a minute."""
    kind = row.version.as_type()
    claims = OrderClaims(
        number=row.number,
        court=CourtClaim(name=row.court.name, jurisdiction=row.court.jurisdiction),
        type=TypeClaim(code=kind.code, version=row.version.number, name=kind.name),
        recordedBy=row.recorded_by,
        legalBasis=kind.legal_basis,
        issuedOn=row.issued_on,
        complyBy=row.comply_by,
        territory=tuple(row.territory),
        redress=kind.redress,
        reportEffectTo=report_effect_to(row.number),
        language=row.language,
        documentSha256=row.document_sha256,
        follows=row.follows.number if row.follows else "",
        targets=tuple(
            TargetClaim(addressee=each.addressee, name=each.name, action=each.action, textSha256=each.text_sha256)
            for each in targets
        ),
    )
    begins = datetime.combine(row.issued_on, time.min, nation_zone())
    row.record = ask_for_signature(
        kind=KIND,
        about=settings.LEEWARD_URL + reverse("courts:show", args=[row.number]),
        title=f"{kind.name}: {row.court.name}",
        subject=claims,
        valid_from=min(begins, now - timedelta(seconds=1)),
        by=by,
        now=now,
    )
