"""What is known of the made-up platforms: their rules against the checklist, their processes, their own figures."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure
from leeward.industry.declarations.operations.information import record_answer, record_request
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding
from leeward.industry.declarations.rules.information import InformationAnswer, NewInformationRequest
from leeward.industry.declarations.rules.terms import (
    AnswerKind,
    AskedFor,
    AskerKind,
    FindingKind,
    Measure,
    ProcessStep,
    Speaker,
    Verdict,
)
from leeward.industry.platforms.operations import describe_platform
from leeward.industry.platforms.queries import find_partner_by_name, profile_of
from leeward.industry.platforms.rules import Partner

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
TRIALS = "Ten trials with made-up pictures"
# What trials found of each step: report, detect, inform, take down. Old Harbour was never looked at.
AUDITS: dict[str, tuple[tuple[Verdict, str], ...]] = {
    "Lantern": (
        (Verdict.MET, "A report takes one minute; a copy can be named by its hash alone."),
        (Verdict.MET, "All 20 copies, pictures and videos, were stopped at upload."),
        (Verdict.MET, "Whoever reported heard of each decision, with its reason, within a day."),
        (Verdict.MET, "All 10 trials were gone within nine hours."),
    ),
    "Picture House": (
        (Verdict.MET, "The button stands beside every picture and asks for no account."),
        (Verdict.MET, "All 10 copies were stopped at upload."),
        (Verdict.PARTLY, "Whoever reported heard of a removal, but never of a refusal."),
        (Verdict.MET, "9 of 10 trials were gone within two days, the last one after three."),
    ),
    "Market Square": (
        (Verdict.MET, "A report takes two minutes and no account."),
        (Verdict.PARTLY, "Copies of pictures are found, copies of videos are not."),
        (Verdict.NOT_MET, "Whoever reported heard nothing in 7 of 10 trials."),
        (Verdict.MET, "All 10 trials were gone within two days."),
    ),
}
REPLY = "Our letters were switched off by mistake in spring. They are sent again since June."
FIGURES: dict[str, dict[Measure, int]] = {
    "Lantern": {
        Measure.REPORTS_RECEIVED: 1_240,
        Measure.ITEMS_REMOVED: 1_105,
        Measure.REMOVED_BEFORE_REPORT: 310,
        Measure.MEDIAN_HOURS: 7,
        Measure.APPEALS: 64,
        Measure.APPEALS_UPHELD: 9,
        Measure.REQUESTS_RECEIVED: 88,
        Measure.REQUESTS_ANSWERED: 85,
    },
    "Picture House": {
        Measure.REPORTS_RECEIVED: 730,
        Measure.ITEMS_REMOVED: 655,
        Measure.REFUSALS: 75,
        Measure.MEDIAN_HOURS: 19,
        Measure.REQUESTS_RECEIVED: 31,
        Measure.REQUESTS_ANSWERED: 22,
    },
}
# What each had said of the same year before its report came out.
SAID_BEFORE: dict[str, dict[Measure, int]] = {
    "Lantern": {Measure.ITEMS_REMOVED: 1_098},
    "Picture House": {Measure.MEDIAN_HOURS: 12},
}
# What police and support services asked: kind of body, its name, what for, days ago, days to answer, answered after.
ASKED: dict[str, tuple[tuple[AskerKind, str, AskedFor, int, int, tuple[AnswerKind, int] | None], ...]] = {
    "Lantern": (
        (AskerKind.POLICE, "Police of Saltmere", AskedFor.ACCOUNT, 70, 14, (AnswerKind.ANSWERED, 5)),
        (AskerKind.SUPPORT_SERVICE, "Fairhaven Helpline", AskedFor.DECISION, 40, 14, (AnswerKind.ANSWERED, 9)),
        (AskerKind.POLICE, "Police of Fairhaven", AskedFor.PRESERVATION, 4, 14, None),
    ),
    "Market Square": (
        (AskerKind.PROSECUTION, "Prosecution of Fairhaven", AskedFor.ACCOUNT, 90, 14, (AnswerKind.PARTLY, 41)),
        (AskerKind.SUPPORT_SERVICE, "Fairhaven Helpline", AskedFor.PROCESS, 33, 14, (AnswerKind.REFUSED, 12)),
        (AskerKind.POLICE, "Police of Fairhaven", AskedFor.ACCOUNT, 26, 14, None),
    ),
}


def look_at_platforms(*, by: Actor, now: datetime) -> None:
    """What was found about the partners' rules and processes, and what they count themselves; all of it made up."""
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
            record_finding(partner=partner, new=new, by=by, now=now)
        _audit(partner, today=today, by=by, now=now)
        _count(partner, today=today, by=by, now=now)
        _ask(partner, today=today, by=by, now=now)
        _name_lead(partner, today=today, by=by, now=now)


def _audit(partner: Partner, *, today: date, by: Actor, now: datetime) -> None:
    """A process audit, with what the platform says to what it does not meet."""
    for step, (verdict, said) in zip(ProcessStep, AUDITS.get(partner.name, ()), strict=False):
        new = NewFinding(
            kind=FindingKind.PROCESS,
            code=step.value,
            verdict=verdict,
            found_on=today - timedelta(days=25),
            source=TRIALS,
            words=said,
        )
        reference = record_finding(partner=partner, new=new, by=by, now=now)
        if verdict is Verdict.NOT_MET:
            record_reply(partner=partner, reference=reference, reply=REPLY, by=by, now=now)


def _count(partner: Partner, *, today: date, by: Actor, now: datetime) -> None:
    """What the platform counts itself: what its spokesperson said in January, and what its report says since."""
    year = today.year - 1
    for all_said, said_by, day, source in (
        (SAID_BEFORE, Speaker.SPOKESPERSON, 12, "Told to a newspaper (made up)"),
        (FIGURES, Speaker.REPORT, 31, "Its yearly report (made up)"),
    ):
        for measure, value in all_said.get(partner.name, {}).items():
            figure = NewFigure(
                measure=measure,
                began_on=date(year, 1, 1),
                ended_on=date(year, 12, 31),
                value=Decimal(value),
                said_on=min(date(today.year, 1, day), today),
                said_by=said_by,
                source=source,
            )
            state_figure(partner=partner, new=figure, by=by, now=now)


def _ask(partner: Partner, *, today: date, by: Actor, now: datetime) -> None:
    """What others asked the platform for, and what it answered."""
    for kind, asker, what, days, within, answer in ASKED.get(partner.name, ()):
        sent_on = today - timedelta(days=days)
        new = NewInformationRequest(
            asker_kind=kind,
            asker=asker,
            asked_for=what,
            sent_on=sent_on,
            due_on=sent_on + timedelta(days=within),
            source="Told by that body (made up)",
        )
        reference = record_request(partner=partner, new=new, by=by, now=now)
        if answer is not None:
            given = InformationAnswer(kind=answer[0], answered_on=sent_on + timedelta(days=answer[1]))
            record_answer(partner=partner, reference=reference, answer=given, by=by, now=now)


def _name_lead(partner: Partner, *, today: date, by: Actor, now: datetime) -> None:
    """Lantern and Picture House name who answers, and where people report."""
    if partner.name not in ("Lantern", "Picture House"):
        return
    profile = replace(
        profile_of(partner),
        lead_name="Trust and safety, image abuse",
        lead_checked_on=today - timedelta(days=20),
    )
    describe_platform(partner=partner, profile=profile, by=by, now=now)
