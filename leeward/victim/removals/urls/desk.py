"""Addresses of the desk's staff."""

from django.urls import URLPattern, URLResolver, path

from leeward.victim.removals.views.desk import (
    climbing,
    naming,
    notices,
    phone,
    queues,
    report,
    requests,
    sending,
    shifts,
    sites,
    supervising,
    supplying,
)

HERE = "staff/removals"
REPORT = f"{HERE}/reports/<uuid:report>"
ITEM = f"{REPORT}/requests/<uuid:item>"
NOTICE = f"{HERE}/notices/<uuid:notice>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(HERE, queues.home, name="desk-home"),
    path(f"{HERE}/queues/<slug:queue>", queues.show_queue, name="desk-queue"),
    path(f"{HERE}/reports", queues.list_reports, name="desk-reports"),
    path(f"{HERE}/waiting/<slug:queue>", queues.list_notices, name="desk-notices"),
    path(f"{HERE}/looks", queues.list_looks, name="desk-looks"),
    path(f"{HERE}/send", sending.send_several, name="desk-send-several"),
    path(f"{HERE}/sending/<uuid:batch>", sending.sending, name="desk-sending"),
    path(f"{HERE}/phone", phone.phone, name="desk-phone"),
    path(f"{HERE}/name", naming.choose_name, name="desk-name"),
    path(f"{HERE}/shift", shifts.shift, name="desk-shift"),
    path(f"{HERE}/reviews", supervising.list_reviews, name="desk-reviews"),
    path(f"{HERE}/reviews/<uuid:review>", supervising.decide, name="desk-review"),
    path(f"{HERE}/counter-notices", supervising.list_counter_notices, name="desk-counter-notices"),
    path(f"{HERE}/counter-notices/<uuid:appeal>", supervising.settle, name="desk-counter-notice"),
    path(f"{HERE}/figures", supervising.figures, name="desk-figures"),
    path(f"{HERE}/templates", supervising.templates, name="desk-templates"),
    path(REPORT, report.show_report, name="desk-report"),
    path(f"{REPORT}/show", report.uncover, name="desk-show"),
    path(f"{REPORT}/take", report.claim, name="desk-take"),
    path(f"{REPORT}/let-go", report.let_go, name="desk-let-go"),
    path(f"{REPORT}/skip", report.skip, name="desk-skip"),
    path(f"{REPORT}/looked", report.looked, name="desk-looked"),
    path(f"{REPORT}/band", report.choose_band, name="desk-band"),
    path(f"{REPORT}/note", report.note, name="desk-note"),
    path(f"{REPORT}/message", report.message, name="desk-message"),
    path(f"{REPORT}/close", report.close, name="desk-close"),
    path(f"{REPORT}/review", report.review, name="desk-ask-review"),
    path(f"{REPORT}/send", sending.send, name="desk-send"),
    path(ITEM, requests.show_request, name="desk-request"),
    path(f"{ITEM}/platform", requests.assign, name="desk-assign"),
    path(f"{ITEM}/site", sites.set_up, name="desk-site"),
    path(f"{ITEM}/law", requests.law, name="desk-law"),
    path(f"{ITEM}/supplied", supplying.supply, name="desk-supply"),
    path(f"{ITEM}/answer", requests.answer, name="desk-answer"),
    path(f"{ITEM}/seen", requests.seen, name="desk-seen"),
    path(f"{ITEM}/looked", requests.looked, name="desk-request-looked"),
    path(f"{ITEM}/correct", requests.correct, name="desk-correct"),
    path(f"{ITEM}/close", requests.close, name="desk-request-close"),
    path(f"{ITEM}/reopen", requests.reopen, name="desk-request-reopen"),
    path(f"{ITEM}/ladder", climbing.ladder, name="desk-ladder"),
    path(f"{ITEM}/climb", climbing.take_rung, name="desk-climb"),
    path(f"{ITEM}/complaint.pdf", climbing.complaint_letter, name="desk-complaint-letter"),
    path(f"{ITEM}/complaint.json", climbing.complaint_record, name="desk-complaint-record"),
    path(NOTICE, notices.show_notice, name="desk-notice"),
    path(f"{NOTICE}/letter.pdf", notices.letter, name="desk-letter"),
    path(f"{NOTICE}/sent", notices.sent, name="desk-sent"),
    path(f"{NOTICE}/retry", notices.retry, name="desk-retry"),
    path(f"{NOTICE}/settle", notices.settle, name="desk-settle"),
]
