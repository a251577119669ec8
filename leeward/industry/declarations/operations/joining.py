"""An organisation's way onto the list and off it: it applies, its authority is verified, it signs, it may leave.

Each step holds the row and checks the one before it, so that two people at once do not both do it.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.industry.declarations.errors import DeclarationMistake, TooManyWaiting
from leeward.industry.declarations.mails import refusal_mail
from leeward.industry.declarations.models import (
    Leaving,
    OfferedSignature,
    PublishedVersion,
    Signatory,
    SignatoryLink,
    Signature,
)
from leeward.industry.declarations.operations.certifying import end_certificates
from leeward.industry.declarations.operations.posting import post_mail
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.queries.facts import facts_of
from leeward.industry.declarations.rules.entries import (
    Application,
    Nominee,
    check_application,
    check_nominee,
)
from leeward.industry.declarations.rules.standing import SignatoryFacts
from leeward.industry.declarations.rules.terms import (
    APPLICATION_KEPT,
    APPLICATIONS_MOST,
    NAME_LENGTH,
    NOMINEE_KEPT,
    URL_LENGTH,
    AuthorityWay,
    HandedInState,
    LeavingKind,
    OrganisationKind,
    RefusalNews,
    Stage,
)
from leeward.industry.platforms.rules import Partner

NEWS_LIFETIME = timedelta(days=14)


@transaction.atomic
def apply(*, application: Application, by: Actor, now: datetime) -> UUID:
    """Take an application in for staff; nothing of it is public. Returns its reference.

    Unless somebody verifies or refuses it, it ends after half a year.

    Raises FieldRefused, and TooManyWaiting where more wait than people can look at.
    """
    new = check_application(application)
    if Signatory.objects.filter(stage=Stage.APPLIED.value).count() >= APPLICATIONS_MOST:
        raise TooManyWaiting
    shipped = {code for code, _name in settings.LANGUAGES}
    row = Signatory.objects.create(
        name=new.name,
        kind=new.kind.value,
        website=new.website,
        stage=Stage.APPLIED.value,
        nominee_title=new.nominee.title,
        nominee_contact=new.nominee.contact,
        nominee_name=new.nominee.name,
        nominee_email=new.nominee.email,
        language=new.language if new.language in shipped else settings.LANGUAGE_CODE,
        message=new.message,
        applied_at=now,
        forget_on=local_day(now) + APPLICATION_KEPT,
    )
    note(DeclarationVerb.APPLIED, "signatory", row.public_id, by=by, now=now, facts={"kind": row.kind})
    return row.public_id


@transaction.atomic
def verify_authority(*, public_id: UUID, how: AuthorityWay, words: str, by: Actor, now: datetime) -> None:
    """Write down that, how and by whom it was verified that these people may speak for the organisation.

    Raises EntryUnknown, StepRefused unless it has applied, FieldRefused.
    """
    row = _held(public_id, Stage.APPLIED)
    row.verified_words = values.line("words", words)
    row.stage, row.verified_at, row.verified_by, row.verified_how = Stage.VERIFIED.value, now, who(by), how.value
    row.forget_on = None
    row.save(update_fields=["stage", "verified_at", "verified_by", "verified_how", "verified_words", "forget_on"])
    note(DeclarationVerb.VERIFIED, "signatory", public_id, by=by, now=now, facts={"how": how.value})


@transaction.atomic
def refuse(*, public_id: UUID, reason: str, news: RefusalNews, by: Actor, now: datetime) -> None:
    """Refuse an organisation that has not signed, for a reason, and write to whoever applied if so asked.

    A mailbox that takes no mail, and an installation without a courier, stop no refusal: staff see that nobody was
    told. A link that was sent ends. Raises EntryUnknown, StepRefused, FieldRefused.
    """
    row = _held(public_id, Stage.APPLIED, Stage.VERIFIED)
    row.refused_reason = values.line("reason", reason)
    row.stage, row.refused_at, row.forget_on = Stage.REFUSED.value, now, local_day(now) + NOMINEE_KEPT
    if news is RefusalNews.WRITE:
        row.told_at = _tell_of_refusal(row, by=by, now=now)
    row.save(update_fields=["stage", "refused_at", "refused_reason", "forget_on", "told_at"])
    SignatoryLink.objects.filter(signatory=row).delete()
    _end_offers(row, reason="The organisation was refused.", by=by, now=now)
    facts = {"told": row.told_at is not None}
    note(DeclarationVerb.REFUSED, "signatory", public_id, by=by, now=now, facts=facts)


@transaction.atomic
def sign(
    *,
    public_id: UUID,
    signer_name: str,
    signer_title: str,
    signed_on: date,
    by: Actor,
    now: datetime,
) -> None:
    """Record the signature under the version in force; also a renewal, or a return.

    Raises EntryUnknown, StepRefused unless the authority was verified and somebody is nominated, FieldRefused.
    """
    row = _held(public_id, Stage.VERIFIED, Stage.SIGNED)
    if not row.nominee_email:
        raise StepRefused("Its nominated person was forgotten: name somebody first.")
    version = PublishedVersion.objects.order_by("-number").first()
    if version is None:
        raise StepRefused("There is no version to sign yet.")
    if not version.published_on <= signed_on <= local_day(now):
        raise FieldRefused("signed_on", DeclarationMistake.SIGNED)
    name = values.line("signer_name", signer_name, most=NAME_LENGTH)
    title = values.line("signer_title", signer_title)
    if Signature.objects.filter(signatory=row, version=version, signed_on=signed_on).exists():
        raise FieldRefused("signed_on", DeclarationMistake.SIGNED)
    write_signature(row, version=version, name=name, title=title, signed_on=signed_on, by=by, now=now)


def write_signature(
    row: Signatory, *, version: PublishedVersion, name: str, title: str, signed_on: date, by: Actor, now: datetime
) -> None:
    """Put a checked signature on record, for a row that the caller holds in his transaction."""
    Signature.objects.create(
        signatory=row,
        version=version,
        signer_name=name,
        signer_title=title,
        signed_on=signed_on,
        recorded_at=now,
        recorded_by=who(by),
    )
    row.stage, row.look_at, row.forget_on = Stage.SIGNED.value, now, None
    row.save(update_fields=["stage", "look_at", "forget_on"])
    note(DeclarationVerb.SIGNED, "signatory", row.public_id, by=by, now=now, facts={"version": version.number})


@transaction.atomic
def leave(*, public_id: UUID, kind: LeavingKind, reason: str, left_on: date, by: Actor, now: datetime) -> None:
    """Record that an organisation has withdrawn or was taken off the list; it stays visible as having left.

    Its link ends. Raises EntryUnknown, StepRefused where it has left already, FieldRefused.
    """
    row = _held(public_id, Stage.SIGNED)
    words, facts = values.line("reason", reason), facts_of([row])[row.pk]
    last = max(each.signed_on for each in facts.signings)
    if _has_left(facts):
        raise StepRefused("It has left already.")
    if not last < left_on <= local_day(now):
        raise FieldRefused("left_on", DeclarationMistake.LEFT)
    Leaving.objects.create(
        signatory=row, kind=kind.value, left_on=left_on, reason=words, recorded_at=now, recorded_by=who(by)
    )
    SignatoryLink.objects.filter(signatory=row).delete()
    _end_offers(row, reason="The organisation has left.", by=by, now=now)
    end_certificates(public_id=public_id, words="The organisation has left the declaration.", by=by, now=now)
    row.forget_on = left_on + NOMINEE_KEPT
    row.save(update_fields=["forget_on"])
    note(DeclarationVerb.LEFT, "signatory", public_id, by=by, now=now, facts={"kind": kind.value})


@transaction.atomic
def describe_signatory(
    *,
    public_id: UUID,
    kind: OrganisationKind,
    website: str,
    nominee: Nominee,
    platform: Partner | None,
    by: Actor,
    now: datetime,
) -> None:
    """Change what is known of an organisation: its nominated person, its site, and which platform it is.

    Another mailbox ends the link that went to the one before. Before the first signature it asks for the authority
    to be verified again: it was verified for whoever was named then. Where the organisation has left, whoever is
    named now is forgotten in her turn. Raises EntryUnknown, StepRefused, FieldRefused.
    """
    row = _held(public_id, Stage.APPLIED, Stage.VERIFIED, Stage.SIGNED)
    new = check_nominee(nominee)
    if platform is not None:
        others = Signatory.objects.filter(platform_id=platform.id).exclude(pk=row.pk)
        if others.exclude(stage=Stage.REFUSED.value).exists():
            raise FieldRefused("platform", DeclarationMistake.PLATFORM)
    if new.email != row.nominee_email:
        SignatoryLink.objects.filter(signatory=row).delete()
        if row.stage == Stage.VERIFIED.value:
            _end_offers(row, reason="Somebody else was nominated.", by=by, now=now)
            row.stage, row.verified_at = Stage.APPLIED.value, None
            row.forget_on = local_day(now) + APPLICATION_KEPT
            row.verified_by = row.verified_how = row.verified_words = ""
    row.kind, row.website, row.platform_id = (
        kind.value,
        values.web_address("website", website, most=URL_LENGTH),
        platform.id if platform else None,
    )
    row.nominee_title, row.nominee_contact = new.title, new.contact
    row.nominee_name, row.nominee_email = new.name, new.email
    if row.stage == Stage.SIGNED.value and _has_left(facts_of([row])[row.pk]):
        row.forget_on = local_day(now) + NOMINEE_KEPT
    row.save()
    note(DeclarationVerb.CHANGED, "signatory", public_id, by=by, now=now)


def _end_offers(row: Signatory, *, reason: str, by: Actor, now: datetime) -> None:
    """What was signed by a link and still waits is void."""
    OfferedSignature.objects.filter(signatory=row, state=HandedInState.WAITING.value).update(
        state=HandedInState.REJECTED.value, reason=reason, decided_at=now, decided_by=who(by)
    )


def _tell_of_refusal(row: Signatory, *, by: Actor, now: datetime) -> datetime | None:
    """Post the mail; says when, or None where it cannot be."""
    words = refusal_mail(reason=row.refused_reason, language=row.language)
    try:
        with transaction.atomic():
            post_mail(to=row.nominee_email, words=words, until=now + NEWS_LIFETIME, by=by, now=now)
    except (ContentRefused, ServiceUnknown):
        return None
    return now


def _has_left(facts: SignatoryFacts) -> bool:
    """Whether the last withdrawal is later than the last signature."""
    last = max((each.signed_on for each in facts.signings), default=date.min)
    return max(facts.withdrawals, default=date.min) > last


def _held(public_id: UUID, *stages: Stage) -> Signatory:
    """The row, held until the transaction ends. Raises EntryUnknown, and StepRefused at another stage."""
    row = Signatory.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if row is None:
        raise EntryUnknown
    if row.stage not in {stage.value for stage in stages}:
        raise StepRefused("It is at another step: look at its page again.")
    return row
