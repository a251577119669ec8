"""The made-up nation's declaration: two versions, ten organisations in every state, and what is known of platforms."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from leeward.foundation.audit.rules import Actor
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure
from leeward.industry.declarations.operations.handing_in import accept, hand_in_evidence, hand_in_statement
from leeward.industry.declarations.operations.joining import (
    apply,
    describe_signatory,
    leave,
    refuse,
    sign,
    verify_authority,
)
from leeward.industry.declarations.operations.looking import record_look
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.queries import current_version, local_day
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding
from leeward.industry.declarations.rules.entries import Application, NewEvidence, NewStatement, Nominee
from leeward.industry.declarations.rules.terms import (
    AuthorityWay,
    EvidenceKind,
    FindingKind,
    LeavingKind,
    LinkTrouble,
    Measure,
    OrganisationKind,
    ProcessStep,
    RefusalNews,
    Source,
    Verdict,
)
from leeward.industry.declarations.rules.texts import Commitment, CommitmentWords, Draft, Wording
from leeward.industry.platforms.operations import describe_platform
from leeward.industry.platforms.queries import find_partner_by_name, profile_of
from leeward.industry.platforms.rules import Partner

BY = Actor.operator()
FIRST_DAYS_AGO, SECOND_DAYS_AGO, RENEWED_IN_DAYS = 400, 60, 20

ENGLISH = Wording(
    title="We leave nobody alone with this",
    lead="A declaration of companies, media and associations in Fairhaven (made up) against intimate image abuse.",
    text=(
        "Whoever shares an intimate picture of somebody without consent, or threatens to, takes a part of that "
        "person’s life. What our services carry, show and pay for decides how far such a picture travels.\n\n"
        "We who sign this hold that such abuse is never the fault of the person in the picture, that a threat weighs "
        "as much as a deed, and that a picture made by software wounds like a photo.\n\n"
        "We bind ourselves to the commitments below. We show in public that we keep them, and we accept that everybody "
        "can see when we do not."
    ),
)
ARABIC = Wording(
    title="لن نترك أحدًا وحده",
    lead="إعلان شركات ووسائل إعلام وجمعيات في فيرهيفن (بلد متخيَّل) ضد إساءة استخدام الصور الحميمة.",
    text=(
        "من ينشر صورة حميمة لشخص من دون موافقته، أو يهدد بذلك، يسلبه جزءًا من حياته. وما تنقله خدماتنا وتعرضه وتموّله "
        "هو ما يحدد إلى أي مدى تنتشر صورة كهذه.\n\n"
        "نحن الموقّعين نرى أن الذنب لا يقع أبدًا على الشخص الظاهر في الصورة، وأن التهديد لا يقل خطورة عن الفعل، وأن "
        "الصورة التي تصنعها برمجية تجرح كما تجرح الصورة الحقيقية.\n\n"
        "نلتزم بما يرد أدناه، ونُظهر علنًا أننا نفي به، ونقبل أن يرى الجميع متى لا نفي به."
    ),
)


def _commitment(code: str, days: int, months: int, english: tuple[str, ...], arabic: tuple[str, ...]) -> Commitment:
    texts = {"en": CommitmentWords(**_named(english)), "ar": CommitmentWords(**_named(arabic))}
    return Commitment(code=code, first_due_days=days, every_months=months, words=texts)


def _named(texts: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(("title", "promise", "evidence"), texts, strict=True))


LEAD = _commitment(
    "named-lead",
    30,
    12,
    (
        "Somebody answers for it",
        "We name a role that answers for this declaration, and publish how it is reached.",
        "The page that names the role, confirmed every year.",
    ),
    (
        "شخص يتحمل المسؤولية",
        "نسمّي منصبًا مسؤولًا عن هذا الإعلان وننشر طريقة الوصول إليه.",
        "الصفحة التي تذكر المنصب، ويُؤكَّد ذلك كل سنة.",
    ),
)
RULES = _commitment(
    "clear-rules",
    90,
    12,
    (
        "Our rules are clear",
        "Our rules forbid sharing and threatening to share, made-up pictures too, and say what follows.",
        "The published rules, with the clause.",
    ),
    (
        "قواعدنا واضحة",
        "تمنع قواعدنا النشر والتهديد به، وتشمل الصور المصطنعة، وتبيّن العواقب.",
        "القواعد المنشورة مع رقم البند.",
    ),
)
FIGURES = _commitment(
    "public-figures",
    120,
    12,
    (
        "We show figures",
        "Every year we publish what was reported to us, what we did, and how long it took.",
        "The yearly report.",
    ),
    ("ننشر الأرقام", "ننشر كل سنة ما أُبلغنا به وما فعلناه والوقت الذي استغرقه.", "التقرير السنوي."),
)
TRAINING = _commitment(
    "trained-people",
    60,
    0,
    (
        "Our people know what to do",
        "Everybody who may meet such a case with us has learned how to help and where to send people.",
        "The outline of the training.",
    ),
    (
        "العاملون لدينا يعرفون ما يفعلون",
        "كل من قد يواجه حالة كهذه لدينا تعلّم كيف يساعد وإلى أين يوجّه الناس.",
        "مخطط التدريب.",
    ),
)
FIRST = Draft(wordings={"en": ENGLISH, "ar": ARABIC}, commitments=(LEAD, RULES, FIGURES), statement_within_days=0)
SECOND = replace(FIRST, commitments=(LEAD, RULES, FIGURES, TRAINING), statement_within_days=50)


@dataclass(frozen=True, kw_only=True)
class Company:
    """One made-up organisation; all days are days ago. `shown`: a commitment's code and when evidence came."""

    name: str
    kind: OrganisationKind
    host: str
    signed: tuple[int, ...]
    shown: tuple[tuple[str, int], ...] = ()
    statement: int | None = None
    dead_since: int | None = None
    waiting: tuple[tuple[str, int], ...] = ()
    left: tuple[int, LeavingKind, str] | None = None


YEARLY = ("named-lead", "clear-rules", "public-figures")
MADE_UP = (
    Company(
        name="Lantern",
        kind=OrganisationKind.PLATFORM,
        host="lantern.example",
        signed=(390, 52),
        shown=(*((code, 375) for code in YEARLY), *((code, 48) for code in YEARLY), ("trained-people", 47)),
        statement=45,
    ),
    Company(
        name="Picture House",
        kind=OrganisationKind.PLATFORM,
        host="picturehouse.example",
        signed=(380, 55),
        shown=(
            ("named-lead", 365),
            ("named-lead", 30),
            ("clear-rules", 40),
            ("clear-rules", 300),
            ("public-figures", 345),
            ("trained-people", 50),
        ),
        statement=50,
        waiting=(("public-figures", 1),),
    ),
    Company(
        name="Market Square",
        kind=OrganisationKind.PLATFORM,
        host="marketsquare.example",
        signed=(370, 58),
        shown=(("named-lead", 350), ("named-lead", 20), ("clear-rules", 290), ("trained-people", 15)),
        statement=41,
    ),
    Company(
        name="Old Harbour",
        kind=OrganisationKind.PLATFORM,
        host="oldharbour.example",
        signed=(395,),
        shown=(("named-lead", 380),),
        left=(150, LeavingKind.OWN, "Its new owners did not wish to go on."),
    ),
    Company(
        name="Fairhaven Courier",
        kind=OrganisationKind.MEDIA,
        host="courier.example",
        signed=(360, 50),
        shown=(*((code, 340) for code in YEARLY), *((code, 25) for code in YEARLY), ("trained-people", 44)),
        statement=49,
    ),
    Company(
        name="Bay Radio",
        kind=OrganisationKind.MEDIA,
        host="bayradio.example",
        signed=(250,),
        shown=tuple((code, 200) for code in YEARLY),
    ),
    Company(
        name="Fairhaven Digital Association",
        kind=OrganisationKind.TRADE_BODY,
        host="association.example",
        signed=(12,),
        statement=9,
    ),
    Company(
        name="Harbour Telecom",
        kind=OrganisationKind.OTHER,
        host="telecom.example",
        signed=(385, 40),
        shown=(
            ("named-lead", 310),
            ("clear-rules", 310),
            ("public-figures", 290),
            ("named-lead", 38),
            ("clear-rules", 37),
            ("trained-people", 35),
        ),
        statement=39,
    ),
    Company(
        name="Meridian Advertising",
        kind=OrganisationKind.OTHER,
        host="meridian.example",
        signed=(59,),
        shown=(("named-lead", 55), ("clear-rules", 54), ("trained-people", 50)),
        statement=57,
        dead_since=42,
    ),
    Company(
        name="Northquay Games",
        kind=OrganisationKind.PLATFORM,
        host="northquay.example",
        signed=(355,),
        shown=(("named-lead", 340),),
        left=(90, LeavingKind.REMOVED, "It showed as evidence a page that it had written for us alone."),
    ),
)
# What was found about the rules of the four partners: everything, but for these.
LACKING: dict[str, dict[str, Verdict]] = {
    "Lantern": {},
    "Picture House": {"data-for-science": Verdict.NOT_MET, "meets-victims": Verdict.PARTLY},
    "Market Square": {
        "forbids-threats": Verdict.PARTLY,
        "appeals": Verdict.NOT_MET,
        "transparency": Verdict.NOT_MET,
        "trusted-flaggers": Verdict.NOT_MET,
        "named-lead": Verdict.NOT_MET,
    },
    "Old Harbour": {"report-without-account": Verdict.NOT_MET, "named-lead": Verdict.NOT_MET},
}
OLD_HARBOUR_KNOWN = ("report-without-account", "named-lead", "forbids-sharing")


def found_declaration(*, now: datetime) -> None:
    """Publish the declaration and let its history happen, where that has not happened yet; safe to call again."""
    if current_version() is not None:
        return
    publish_version(draft=FIRST, by=BY, now=_ago(FIRST_DAYS_AGO, now))
    _let_happen([company for company in MADE_UP if company.signed[0] > SECOND_DAYS_AGO], now=now)
    _let_others_wait(now=now)
    _look_at_platforms(now=now)


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
        hand_in_evidence(public_id=reference, new=new, source=Source.STAFF, by=BY, now=at)
    if company.statement is not None:
        at = _ago(company.statement, now)
        new_statement = NewStatement(title="Why we have signed", url=f"https://{company.host}/why-we-signed")
        statement = hand_in_statement(
            public_id=reference, new=new_statement, source=Source.SIGNATORY, by=Actor.person(), now=at
        )
        accept(reference=statement, by=BY, now=at + timedelta(days=1))
        if company.dead_since is not None:
            record_look(reference=statement, trouble=LinkTrouble.NOT_FOUND, now=_ago(company.dead_since, now))
        trouble = LinkTrouble.NONE if company.dead_since is None else LinkTrouble.NOT_FOUND
        record_look(reference=statement, trouble=trouble, now=now)
    for code, days in company.waiting:
        at = _ago(days, now)
        new = _evidence(company, code, on=local_day(at))
        hand_in_evidence(public_id=reference, new=new, source=Source.SIGNATORY, by=Actor.person(), now=at)


def _evidence(company: Company, code: str, *, on: date) -> NewEvidence:
    return NewEvidence(
        code=code,
        kind=EvidenceKind.LINK,
        words=f"Published on our own site ({on.year}, made up)",
        url=f"https://{company.host}/declaration/{code}-{on.year}",
        dated_on=on,
    )


def _let_others_wait(*, now: datetime) -> None:
    """One that has just applied, one that is verified but has not signed, and one that was refused."""
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
            ("Quick Reputation Repair", OrganisationKind.OTHER, "quickrepair.example", 20),
        )
    }
    verify_authority(
        public_id=references["Saltmarsh Hosting"],
        how=AuthorityWay.REGISTER,
        words="Named as director in the commercial register.",
        by=BY,
        now=_ago(3, now),
    )
    reason = "Nobody could show that the person may speak for the company."
    refuse(
        public_id=references["Quick Reputation Repair"],
        reason=reason,
        news=RefusalNews.SILENT,
        by=BY,
        now=_ago(15, now),
    )


def _look_at_platforms(*, now: datetime) -> None:
    today, checklist = local_day(now), read_checklist()
    for name, lacking in LACKING.items():
        partner = find_partner_by_name(name)
        for place, item in enumerate(checklist.items):
            if name == "Old Harbour" and item.code not in OLD_HARBOUR_KNOWN:
                continue
            new = NewFinding(
                kind=FindingKind.POLICY,
                code=item.code,
                verdict=lacking.get(item.code, Verdict.MET),
                found_on=today - timedelta(days=30 + place),
                source="Its published rules, read by us (made up)",
            )
            record_finding(partner=partner, new=new, by=BY, now=now)
        _name_lead(partner, today=today, now=now)
    _audit_market_square(today=today, now=now)
    lantern = find_partner_by_name("Lantern")
    year = today.year - 1
    for measure, value in (
        (Measure.REPORTS_RECEIVED, 1_240),
        (Measure.ITEMS_REMOVED, 1_105),
        (Measure.REMOVED_BEFORE_REPORT, 310),
        (Measure.MEDIAN_HOURS, 7),
        (Measure.APPEALS, 64),
        (Measure.APPEALS_UPHELD, 9),
        (Measure.REQUESTS_RECEIVED, 88),
        (Measure.REQUESTS_ANSWERED, 85),
    ):
        figure = NewFigure(
            measure=measure,
            began_on=date(year, 1, 1),
            ended_on=date(year, 12, 31),
            value=Decimal(value),
            source="Its yearly report (made up)",
        )
        state_figure(partner=lantern, new=figure, by=BY, now=now)


def _name_lead(partner: Partner, *, today: date, now: datetime) -> None:
    """Lantern and Picture House name who answers, and where people report."""
    if partner.name not in ("Lantern", "Picture House"):
        return
    profile = replace(
        profile_of(partner),
        lead_name="Trust and safety, image abuse",
        lead_checked_on=today - timedelta(days=20),
    )
    describe_platform(partner=partner, profile=profile, by=BY, now=now)


def _audit_market_square(*, today: date, now: datetime) -> None:
    """A process audit with what the platform says to it."""
    partner = find_partner_by_name("Market Square")
    found = {
        ProcessStep.REPORT: (Verdict.MET, "A report takes two minutes and no account."),
        ProcessStep.DETECT: (Verdict.PARTLY, "Copies of pictures are found, copies of videos are not."),
        ProcessStep.INFORM: (Verdict.NOT_MET, "Whoever reported heard nothing in 7 of 10 trials."),
        ProcessStep.TAKE_DOWN: (Verdict.MET, "All 10 trials were gone within two days."),
    }
    for step, (verdict, said) in found.items():
        new = NewFinding(
            kind=FindingKind.PROCESS,
            code=step.value,
            verdict=verdict,
            found_on=today - timedelta(days=25),
            source="Ten trials with made-up pictures",
            words=said,
        )
        reference = record_finding(partner=partner, new=new, by=BY, now=now)
        if verdict is Verdict.NOT_MET:
            reply = "Our letters were switched off by mistake in spring. They are sent again since June."
            record_reply(partner=partner, reference=reference, reply=reply, by=BY, now=now)


def _ago(days: int, now: datetime) -> datetime:
    return now - timedelta(days=days)
