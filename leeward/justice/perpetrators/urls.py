"""Addresses of change: everybody's, staff's, a provider's and a referrer's by link."""

from django.urls import URLPattern, path

from leeward.justice.perpetrators.views import centre, provider, public, referring

app_name = "perpetrators"

STAFF = "staff/change"
ONE = f"{STAFF}/referrals/<uuid:referral>"
MINE = f"{STAFF}/referred"
BY_PROVIDER, BY_REFERRER = "change/provider/<str:token>", "change/refer/<str:token>"

urlpatterns: list[URLPattern] = [
    path("change", public.change, name="change"),
    path("change/questions", public.check, name="check"),
    path("change/on/<slug:trial>/<slug:arm>", public.follow, name="follow"),
    path("change/counts", public.counts, name="counts"),
    path("change/programmes", public.programmes, name="programmes"),
    path(BY_PROVIDER, provider.link_inbox, name="link-inbox"),
    path(f"{BY_PROVIDER}/today", provider.link_today, name="link-today"),
    path(f"{BY_PROVIDER}/<uuid:referral>", provider.link_referral, name="link-referral"),
    path(f"{BY_PROVIDER}/<uuid:referral>/tell", provider.link_signal, name="link-signal"),
    path(f"{BY_PROVIDER}/<uuid:referral>/<slug:step>", provider.link_step, name="link-step"),
    path(BY_REFERRER, referring.link_referred, name="link-referred"),
    path(f"{BY_REFERRER}/new", referring.link_new, name="link-refer"),
    path(f"{BY_REFERRER}/<uuid:referral>", referring.link_one, name="link-referred-one"),
    path(f"{BY_REFERRER}/<uuid:referral>/<slug:step>", referring.link_answer, name="link-answer"),
    path(f"{STAFF}/providers", centre.providers, name="providers"),
    path(f"{STAFF}/providers/new", centre.add, name="provider-add"),
    path(f"{STAFF}/providers/<uuid:provider>/new", centre.programme, name="programme-add"),
    path(f"{STAFF}/providers/<uuid:provider>/<uuid:programme>", centre.programme, name="programme"),
    path(f"{STAFF}/referrers/new", centre.referrer, name="referrer-add"),
    path(f"{STAFF}/links/<uuid:body>", centre.link, name="link"),
    path(f"{STAFF}/trials", centre.trials, name="trials"),
    path(f"{STAFF}/trials/new", centre.begin, name="trial-begin"),
    path(f"{STAFF}/trials/<slug:trial>/end", centre.end, name="trial-end"),
    path(f"{STAFF}/inbox", provider.inbox, name="inbox"),
    path(f"{STAFF}/today", provider.today, name="today"),
    path(ONE, provider.referral, name="referral"),
    path(f"{ONE}/tell", provider.signal, name="signal"),
    path(f"{ONE}/<slug:step>", provider.step, name="step"),
    path(MINE, referring.referred, name="referred"),
    path(f"{MINE}/new", referring.new, name="refer"),
    path(f"{MINE}/<uuid:referral>", referring.one, name="referred-one"),
    path(f"{MINE}/<uuid:referral>/<slug:step>", referring.answer, name="answer"),
]
