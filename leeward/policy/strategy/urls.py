"""Every address of the strategy."""

from django.urls import URLPattern, URLResolver, path

from leeward.policy.strategy.views import public, staff_forum, staff_mapping, staff_plan, staff_registers

app_name = "strategy"

STAFF = "staff/strategy"
PLAN = f"{STAFF}/plan/<uuid:reference>"
OBJECTIVE = f"{STAFF}/objectives/<uuid:reference>"
ACTION = f"{STAFF}/actions/<uuid:reference>"
MILESTONE = f"{STAFF}/milestones/<uuid:reference>"
WARNING = f"{STAFF}/warnings/<uuid:alert>"
BODY = f"{STAFF}/map/<uuid:reference>"
SCOPING = f"{STAFF}/scoping/<uuid:reference>"
MEETING = f"{STAFF}/meetings/<uuid:reference>"
AGREEMENT = f"{STAFF}/agreements/<uuid:reference>"
PUBLISHED = "strategy/map/<uuid:reference>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("strategy", public.show, name="progress"),
    path("strategy/actions.json", public.feed_json, name="feed-json"),
    path("strategy/actions.csv", public.feed_csv, name="feed-csv"),
    path("strategy/forum", public.forum, name="public-forum"),
    path("strategy/agreed", public.agreed, name="agreed"),
    path(PUBLISHED, public.scoping, name="published"),
    path(f"{PUBLISHED}/organisations.csv", public.scoping_file, name="published-csv"),
    path(f"{PUBLISHED}/coverage.csv", public.scoping_coverage, name="published-coverage"),
    path(f"{PUBLISHED}/report.pdf", public.scoping_print, name="published-pdf"),
    path("strategy/calendar.ics", public.calendar, name="calendar"),
    path("strategy/calendar/<str:token>", public.secret_calendar, name="calendar-secret"),
    path(STAFF, staff_plan.home, name="home"),
    path(f"{STAFF}/history", staff_plan.history, name="history"),
    path(f"{STAFF}/plan/add", staff_plan.add_strategy, name="plan-add"),
    path(PLAN, staff_plan.show_strategy, name="plan"),
    path(f"{PLAN}/edit", staff_plan.edit_strategy, name="plan-edit"),
    path(f"{PLAN}/objectives/add", staff_plan.add_objective, name="objective-add"),
    path(f"{OBJECTIVE}/edit", staff_plan.edit_objective, name="objective-edit"),
    path(f"{OBJECTIVE}/actions/add", staff_plan.add_action, name="action-add"),
    path(f"{STAFF}/from/<str:item>", staff_plan.action_from_item, name="action_from_item"),
    path(WARNING, staff_plan.show_warning, name="warning"),
    path(f"{WARNING}/act", staff_plan.action_from_warning, name="action-from-warning"),
    path(ACTION, staff_plan.show_action, name="action"),
    path(f"{ACTION}/edit", staff_plan.edit_action, name="action-edit"),
    path(f"{ACTION}/supporting", staff_plan.choose_supporting, name="action-supporting"),
    path(f"{ACTION}/needs", staff_plan.choose_needs, name="action-needs"),
    path(f"{ACTION}/status", staff_plan.change_status, name="action-status"),
    path(f"{ACTION}/milestones/add", staff_plan.add_milestone, name="milestone-add"),
    path(f"{MILESTONE}/edit", staff_plan.edit_milestone, name="milestone-edit"),
    path(f"{MILESTONE}/remove", staff_plan.remove_milestone, name="milestone-remove"),
    path(f"{STAFF}/map", staff_mapping.list_all, name="map"),
    path(f"{STAFF}/map/organisations.csv", staff_mapping.file_all, name="map-csv"),
    path(f"{STAFF}/map/add", staff_mapping.add, name="stakeholder-add"),
    path(BODY, staff_mapping.show, name="stakeholder"),
    path(f"{BODY}/edit", staff_mapping.edit, name="stakeholder-edit"),
    path(f"{BODY}/end", staff_mapping.end, name="stakeholder-end"),
    path(f"{STAFF}/coverage", staff_mapping.cover, name="coverage"),
    path(f"{STAFF}/coverage.csv", staff_mapping.file_cover, name="coverage-csv"),
    path(f"{STAFF}/scoping", staff_mapping.list_exercises, name="scopings"),
    path(f"{STAFF}/scoping/add", staff_mapping.add_exercise, name="scoping-add"),
    path(SCOPING, staff_mapping.show_exercise, name="scoping"),
    path(f"{SCOPING}/edit", staff_mapping.edit_exercise, name="scoping-edit"),
    path(f"{SCOPING}/publish", staff_mapping.publish_exercise, name="scoping-publish"),
    path(f"{SCOPING}/organisations.csv", staff_mapping.file_exercise, name="scoping-csv"),
    path(f"{SCOPING}/report.pdf", staff_mapping.print_exercise, name="scoping-pdf"),
    path(f"{STAFF}/forum", staff_forum.show, name="forum"),
    path(f"{STAFF}/forum/seats/add", staff_forum.add_member, name="member-add"),
    path(f"{STAFF}/forum/seats/<uuid:reference>/edit", staff_forum.edit_member, name="member-edit"),
    path(f"{STAFF}/meetings/add", staff_forum.add_meeting, name="meeting-add"),
    path(MEETING, staff_forum.show_meeting, name="meeting"),
    path(f"{MEETING}/edit", staff_forum.edit_meeting, name="meeting-edit"),
    path(f"{MEETING}/cancel", staff_forum.cancel_meeting, name="meeting-cancel"),
    path(f"{MEETING}/attendance", staff_forum.attend, name="meeting-attendance"),
    path(f"{MEETING}/decisions/add", staff_forum.add_decision, name="decision-add"),
    path(f"{STAFF}/decisions/<uuid:reference>/edit", staff_forum.edit_decision, name="decision-edit"),
    path(f"{STAFF}/agreed", staff_registers.show, name="registers"),
    path(f"{STAFF}/standards", staff_registers.standards, name="standards"),
    path(f"{STAFF}/standards/add", staff_registers.add_standard, name="standard-add"),
    path(f"{STAFF}/standards/<uuid:reference>/edit", staff_registers.edit_standard, name="standard-edit"),
    path(f"{STAFF}/agreements/add", staff_registers.add_agreement, name="agreement-add"),
    path(AGREEMENT, staff_registers.show_agreement, name="agreement"),
    path(f"{AGREEMENT}/edit", staff_registers.edit_agreement, name="agreement-edit"),
    path(f"{STAFF}/calendar", staff_registers.calendar, name="calendars"),
    path(f"{STAFF}/calendar/<uuid:reference>/revoke", staff_registers.revoke, name="calendar-revoke"),
]
