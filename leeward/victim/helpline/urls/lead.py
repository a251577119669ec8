"""Addresses of the people who lead the helpline, and of what pays for it, which everybody may read."""

from django.urls import URLPattern, path

from leeward.victim.helpline.views.lead import (
    cases,
    complaints,
    funding,
    overrides,
    people,
    rules,
    standing_in,
    telephone,
)

HERE = "staff/leads"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/complaints", complaints.complaints, name="lead-complaints"),
    path(f"{HERE}/complaints/<uuid:complaint>", complaints.complaint, name="lead-complaint"),
    path(f"{HERE}/funding", funding.funding, name="lead-funding"),
    path(f"{HERE}/funding/add", funding.add_funding, name="lead-funding-add"),
    path(f"{HERE}/funding/<uuid:funding>", funding.correct_funding, name="lead-funding-correct"),
    path(f"{HERE}/overrides", overrides.overrides, name="lead-overrides"),
    path(f"{HERE}/telephone", telephone.telephone, name="lead-telephone"),
    path(f"{HERE}/rules", rules.rules, name="lead-rules"),
    path(f"{HERE}/rules/add", rules.add_rule, name="lead-rule-add"),
    path(f"{HERE}/rules/<uuid:rule>", rules.change_rule, name="lead-rule"),
    path(f"{HERE}/rules/<uuid:rule>/try", rules.try_out, name="lead-rule-try"),
    path(f"{HERE}/rules/<uuid:rule>/off", rules.switch_off, name="lead-rule-off"),
    path(f"{HERE}/cases", cases.cases, name="lead-cases"),
    path(f"{HERE}/cases/<slug:queue>", cases.queue, name="lead-queue"),
    path(f"{HERE}/cases/<uuid:case>/lend", standing_in.lend, name="lead-lend"),
    path(f"{HERE}/cases/<uuid:case>/lend/back", standing_in.take_back, name="lead-lend-back"),
    path(f"{HERE}/people", people.people, name="lead-people"),
    path(f"{HERE}/people/<uuid:care>", people.held, name="lead-care-held"),
    path("helpline/funding", funding.paid, name="funding"),
]
