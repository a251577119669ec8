"""Addresses of the people who work at the helpline."""

from django.urls import URLPattern, path

from leeward.victim.helpline.views.desk import (
    case,
    figures,
    phone,
    plans,
    profiles,
    queues,
    refer,
    routes,
    screens,
    shifts,
    signals,
    tactics,
    volunteers,
)

HERE = "staff/helpline"
CASE = f"{HERE}/cases/<uuid:case>"
HELP = f"{CASE}/helps/<uuid:help_>"
REFERRAL = f"{CASE}/others/<uuid:referral>"

urlpatterns: list[URLPattern] = [
    path(HERE, queues.home, name="desk-home"),
    path(f"{HERE}/queues/<slug:queue>", queues.show_queue, name="desk-queue"),
    path(f"{HERE}/reviews", queues.list_reviews, name="desk-reviews"),
    path(f"{HERE}/reviews/<uuid:review>", queues.decide, name="desk-review"),
    path(f"{HERE}/phone", phone.phone, name="desk-phone"),
    path(f"{HERE}/figures", figures.show_figures, name="desk-figures"),
    path(f"{HERE}/shift", shifts.shift, name="desk-shift"),
    path(f"{HERE}/routes", routes.routes, name="desk-routes"),
    path(f"{HERE}/about-me", profiles.profile, name="desk-profile"),
    path(f"{HERE}/signals", signals.signals, name="desk-signals"),
    path(f"{HERE}/volunteers", volunteers.volunteers, name="desk-volunteers"),
    path(f"{HERE}/volunteers/clear", volunteers.clear, name="desk-volunteers-clear"),
    path(CASE, case.show_case, name="desk-case"),
    path(f"{CASE}/volunteers/back", volunteers.back, name="desk-volunteers-back"),
    path(f"{CASE}/listen", case.listen, name="desk-listen"),
    path(f"{CASE}/listen/stop", signals.deaf, name="desk-listen-stop"),
    path(f"{CASE}/know", volunteers.know, name="desk-know"),
    path(f"{CASE}/show", case.uncover, name="desk-show"),
    path(f"{CASE}/take", case.claim, name="desk-take"),
    path(f"{CASE}/let-go", case.let_go, name="desk-let-go"),
    path(f"{CASE}/message", case.message, name="desk-message"),
    path(f"{CASE}/note", case.note, name="desk-note"),
    path(f"{CASE}/band", case.band, name="desk-band"),
    path(f"{CASE}/call", case.call, name="desk-call"),
    path(f"{CASE}/call/missed", case.missed, name="desk-call-missed"),
    path(f"{CASE}/helps", case.ask, name="desk-help-asked"),
    path(f"{HELP}/offer", case.offer, name="desk-help-offer"),
    path(f"{HELP}/end", case.end, name="desk-help-end"),
    path(f"{CASE}/screens/<slug:instrument>", screens.screen, name="desk-screen"),
    path(f"{CASE}/plan", plans.suggest, name="desk-plan"),
    path(f"{CASE}/plan/seen", plans.seen, name="desk-plan-seen"),
    path(f"{CASE}/tactic", tactics.tactic, name="desk-tactic"),
    path(f"{CASE}/others", refer.refer, name="desk-refer"),
    path(REFERRAL, refer.show_referral, name="desk-referral"),
    path(f"{REFERRAL}/change", refer.change, name="desk-referral-change"),
    path(f"{REFERRAL}/yes", refer.yes, name="desk-referral-yes"),
    path(f"{REFERRAL}/answer", refer.answer, name="desk-referral-answer"),
    path(f"{REFERRAL}/move-on", refer.next_one, name="desk-referral-move-on"),
    path(f"{REFERRAL}/stop", refer.stop, name="desk-referral-stop"),
    path(f"{CASE}/watch", case.watch, name="desk-watch"),
    path(f"{CASE}/review", case.review, name="desk-ask-review"),
    path(f"{CASE}/close", case.close, name="desk-close"),
    path(f"{CASE}/reopen", case.reopen, name="desk-reopen"),
]
