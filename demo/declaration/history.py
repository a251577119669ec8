"""The declaration's history: who signed when, what each showed, who waits; it happens once, in the past."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from demo.declaration.companies import MADE_UP, Company
from demo.declaration.platforms import LACKING, look_at_platforms
from demo.declaration.texts import FIRST, SECOND
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.rules.terms import Reason
from leeward.industry.declarations.operations.certifying import issue_certificate
from leeward.industry.declarations.operations.handing_in import accept, hand_in_evidence, hand_in_statement
from leeward.industry.declarations.operations.joining import (
    apply,
    describe_signatory,
    leave,
    refuse,
    sign,
    verify_authority,
)
from leeward.industry.declarations.operations.links import send_link
from leeward.industry.declarations.operations.looking import record_look
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.operations.signing import offer_signature
from leeward.industry.declarations.queries import current_version
from leeward.industry.declarations.rules.entries import Application, NewEvidence, NewStatement, Nominee
from leeward.industry.declarations.rules.terms import (
    AuthorityWay,
    EvidenceKind,
    HandedInBy,
    LinkTrouble,
    OrganisationKind,
    RefusalNews,
)
from leeward.industry.platforms.queries import find_partner_by_name

BY = Actor.operator()
# Days ago on which organisations were given certificates: one is over, one counts, one was taken back.
CERTIFIED = {"Lantern": (300, 20), "Tern Payments": (12,)}
MISTAKEN, FOUND_OUT_DAYS_AGO = "Tern Payments", 5
FIRST_DAYS_AGO, SECOND_DAYS_AGO, RENEWED_IN_DAYS = 400, 60, 20


def found_declaration(*, now: datetime) -> None:
    """Publish the declaration and let its history happen, where that has not happened yet; safe to call again."""
    if current_version() is not None:
        return
    found_signer(by=BY, now=_ago(FIRST_DAYS_AGO, now))
    publish_version(draft=FIRST, by=BY, now=_ago(FIRST_DAYS_AGO, now))
    _let_happen([company for company in MADE_UP if company.signed[0] > SECOND_DAYS_AGO], now=now)
    _let_others_wait(now=now)
    look_at_platforms(by=BY, now=now)
    sign_lists(now=now)


def _let_happen(companies: Iterable[Company], *, now: datetime) -> None:
    """Those who signed the first version, then the second version, then everybody else."""
    references = {company.name: _enter(company, now=now) for company in companies}
    renew_by = local_day(now) + timedelta(days=RENEWED_IN_DAYS)
    publish_version(draft=SECOND, renew_by=renew_by, by=BY, now=_ago(SECOND_DAYS_AGO, now))
    for company in MADE_UP:
        if company.name not in references:
            references[company.name] = _enter(company, now=now)
        elif len(company.signed) > 1:
            _sign(references[company.name], company, company.signed[1], now=now)
        _show(references[company.name], company, now=now)
        for days in CERTIFIED.get(company.name, ()):
            number = issue_certificate(public_id=references[company.name], by=BY, now=_ago(days, now))
            sign_due(now=_ago(days, now), limit=1)
            if company.name == MISTAKEN:
                revoke_record(
                    number=number,
                    reason=Reason.MISTAKE,
                    words="It was given to another company of the same group (made up).",
                    by=BY,
                    now=_ago(FOUND_OUT_DAYS_AGO, now),
                )
        if company.left:
            days, kind, reason = company.left
            left_on = local_day(_ago(days, now))
            leave(public_id=references[company.name], kind=kind, reason=reason, left_on=left_on, by=BY, now=now)


def _enter(company: Company, *, now: datetime) -> UUID:
    """It applies, its authority is verified, it signs; each some days after the other."""
    signed = company.signed[0]
    applied, role = _ago(signed + 9, now), "Trust and safety lead"
    nominee = Nominee(
        title=role, contact=f"declaration@{company.host}", name="Made-up Person", email=f"person@{company.host}"
    )
    application = Application(
        name=company.name, kind=company.kind, website=f"https://{company.host}/", nominee=nominee, language="en"
    )
    reference = apply(application=application, by=BY, now=applied)
    verify_authority(
        public_id=reference,
        how=AuthorityWay.CALLED_BACK,
        words="Called the number in the register; the secretary confirmed.",
        by=BY,
        now=_ago(signed + 4, now),
    )
    if company.name in LACKING:
        partner = find_partner_by_name(company.name)
        describe_signatory(
            public_id=reference,
            kind=company.kind,
            website=application.website,
            nominee=nominee,
            platform=partner,
            by=BY,
            now=applied,
        )
    _sign(reference, company, signed, now=now)
    return reference


def _sign(reference: UUID, company: Company, days_ago: int, *, now: datetime) -> None:
    sign(
        public_id=reference,
        signer_name=f"Director of {company.name}",
        signer_title="Managing director (made up)",
        signed_on=local_day(_ago(days_ago, now)),
        by=BY,
        now=_ago(days_ago, now),
    )


def _show(reference: UUID, company: Company, *, now: datetime) -> None:
    for code, days in sorted(company.shown, key=lambda each: -each[1]):
        at = _ago(days, now)
        new = _evidence(company, code, on=local_day(at))
        hand_in_evidence(public_id=reference, new=new, source=HandedInBy.STAFF, by=BY, now=at)
    if company.statement is not None:
        at = _ago(company.statement, now)
        new_statement = NewStatement(title="Why we have signed", url=f"https://{company.host}/why-we-signed")
        statement = hand_in_statement(
            public_id=reference, new=new_statement, source=HandedInBy.SIGNATORY, by=Actor.person(), now=at
        )
        accept(reference=statement, by=BY, now=at + timedelta(days=1))
        if company.dead_since is not None:
            record_look(reference=statement, trouble=LinkTrouble.NOT_FOUND, now=_ago(company.dead_since, now))
        trouble = LinkTrouble.NONE if company.dead_since is None else LinkTrouble.NOT_FOUND
        record_look(reference=statement, trouble=trouble, now=now)
    for code, days in company.waiting:
        at = _ago(days, now)
        new = _evidence(company, code, on=local_day(at))
        hand_in_evidence(public_id=reference, new=new, source=HandedInBy.SIGNATORY, by=Actor.person(), now=at)


def _evidence(company: Company, code: str, *, on: date) -> NewEvidence:
    return NewEvidence(
        code=code,
        kind=EvidenceKind.LINK,
        words=f"Published on our own site ({on.year}, made up)",
        url=f"https://{company.host}/declaration/{code}-{on.year}",
        dated_on=on,
    )


def _let_others_wait(*, now: datetime) -> None:
    """One that has just applied, one that may sign by the link in its mail, one that has done so, one refused."""
    references = {
        name: apply(
            application=Application(
                name=name,
                kind=kind,
                website=f"https://{host}/",
                nominee=Nominee(
                    title="Head of policy", contact=f"policy@{host}", name="Made-up Person", email=f"someone@{host}"
                ),
                message="We have read the declaration and would like to sign it.",
                language="en",
            ),
            by=Actor.person(),
            now=_ago(days, now),
        )
        for name, kind, host, days in (
            ("Gull Social", OrganisationKind.PLATFORM, "gull.example", 2),
            ("Saltmarsh Hosting", OrganisationKind.OTHER, "saltmarsh.example", 8),
            ("Gannet Video", OrganisationKind.PLATFORM, "gannet.example", 11),
            ("Quick Reputation Repair", OrganisationKind.OTHER, "quickrepair.example", 20),
        )
    }
    for name in ("Saltmarsh Hosting", "Gannet Video"):
        verify_authority(
            public_id=references[name],
            how=AuthorityWay.REGISTER,
            words="Named as director in the commercial register (made up).",
            by=BY,
            now=_ago(3, now),
        )
    send_link(public_id=references["Saltmarsh Hosting"], by=BY, now=now)
    offer_signature(
        public_id=references["Gannet Video"],
        number=2,
        signer_name="Director of Gannet Video",
        signer_title="Managing director (made up)",
        by=Actor.person(),
        now=_ago(1, now),
    )
    reason = "Nobody could show that the person may speak for the company."
    refuse(
        public_id=references["Quick Reputation Repair"],
        reason=reason,
        news=RefusalNews.SILENT,
        by=BY,
        now=_ago(15, now),
    )


def _ago(days: int, now: datetime) -> datetime:
    return now - timedelta(days=days)
