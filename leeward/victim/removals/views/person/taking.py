"""The desk's part of everything of hers to take along. Names of staff are held back."""

import json
from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.victim.file.views.threads import list_records, list_written
from leeward.victim.portal.holders import Copy
from leeward.victim.portal.rules.visits import Bearer, begin_visit
from leeward.victim.portal.views.visiting import Opened
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.queries.reports import NoticeView, ReportView, RequestView
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.views.person.hers import open_visit, words_of
from leeward.victim.removals.views.person.summary import list_answers


def copy_of(request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """Her report with all that was sent and answered; None where she has none, or may read only that it arrived."""
    if REPORT not in bearer.holds:
        return None
    try:
        hers = open_visit(Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now))
    except ReportUnknown:
        return None
    if hers.is_receipt_only:
        return None
    context = {
        "answers": list_answers(hers.view),
        **words_of(hers),
        "notices": [_notice(notice) for notice in hers.view.notices],
        "written": list_written(hers.view.messages),
    }
    shown = mark_safe(render_to_string("removals/person/copy.jinja", context, request))  # noqa: S308  # our template
    return Copy(name="removal", record=_as_record(hers.view), shown=shown)


def _as_record(view: ReportView) -> dict[str, object]:
    return {
        "state": view.state,
        "path": view.path,
        "begun_at": view.begun_at.isoformat(),
        "filed_at": view.filed_at.isoformat() if view.filed_at else None,
        "kept_until": view.expires_on.isoformat(),
        "story": json.loads(view.story.to_text()),
        "contact": json.loads(view.contact.to_text()) if view.contact else None,
        "agreed": asdict(view.consents),
        "requests": [_request_record(request) for request in view.requests],
        "notices": [_notice(notice) for notice in view.notices],
        "messages": list_records(view.messages, team="desk"),
    }


def _request_record(request: RequestView) -> dict[str, object]:
    return {
        "number": request.ordinal,
        "place": json.loads(request.item.to_text()) if request.item else None,
        "platform": request.site_name,
        "found_by_hash": [[each.hash_type, each.value] for each in request.hashes],
        "state": request.state,
        "law": request.regime_code,
        "due_at": request.law_due_at.isoformat() if request.law_due_at else None,
        "events": [
            {"step": event.step, "at": event.at.isoformat(), "code": event.code}
            for event in request.events
            if not event.is_voided
        ],
        "answers": [
            {
                "outcome": decision.answer.outcome,
                "at": decision.decided_at.isoformat(),
                "refusal": decision.answer.reasons.refusal,
                "facts": decision.answer.reasons.facts,
                "legal_ground": decision.answer.reasons.legal_ground,
                "explanation": decision.answer.reasons.explanation,
            }
            for decision in request.decisions
            if decision.is_confirmed
        ],
        # What an uploader wrote is somebody else's.
        "looked_at_again": [
            {"words": appeal.words, "answer": appeal.answer, "state": appeal.state, "at": appeal.opened_at.isoformat()}
            for appeal in request.appeals
            if appeal.side == "person"
        ],
    }


def _notice(notice: NoticeView) -> dict[str, str]:
    sent, signer = notice.sent, notice.sent.agent.name
    return {
        "platform": notice.platform,
        "law": notice.regime_code,
        "made_at": notice.made_at.isoformat(),
        "day": write_day(notice.made_at),
        "subject": sent.subject,
        "text": sent.text.replace(signer, _("(a member of staff)")) if signer else sent.text,
    }
