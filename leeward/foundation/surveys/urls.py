"""Addresses of surveys, for everybody and for officers."""

from django.urls import path

from leeward.foundation.surveys.views import planning, public, staff

app_name = "surveys"
urlpatterns = [
    path("surveys", public.home, name="home"),
    path("surveys/questionnaires/<slug:code>/<int:version>.json", public.questionnaire_json, name="questionnaire-json"),
    path("surveys/questionnaires/<slug:code>/<int:version>.xlsx", public.questionnaire_form, name="questionnaire-form"),
    path("surveys/<slug:code>", public.wave, name="wave"),
    path("surveys/<slug:code>/answer", public.answer, name="answer"),
    path("surveys/<slug:code>/thanks", public.thanks, name="thanks"),
    path("surveys/<slug:code>.json", public.report, name="report"),
    path("surveys/<slug:code>.csv", public.tidy, name="tidy"),
    path("surveys/<slug:code>.csv-metadata.json", public.tidy_metadata, name="tidy-metadata"),
    path("surveys/<slug:code>.ddi.xml", public.codebook, name="codebook"),
    path("staff/surveys", staff.home, name="staff"),
    path("staff/surveys/new", staff.edit_wave, name="staff-new"),
    path("staff/surveys/questionnaires/new", staff.new_questionnaire, name="staff-new-questionnaire"),
    path("staff/surveys/questionnaires/<slug:code>/<int:version>", staff.questionnaire, name="staff-questionnaire"),
    path("staff/surveys/waves/<slug:code>", staff.wave, name="staff-wave"),
    path("staff/surveys/waves/<slug:code>/change", staff.edit_wave, name="staff-change"),
    path("staff/surveys/waves/<slug:code>/permit", staff.permit, name="staff-permit"),
    path("staff/surveys/waves/<slug:code>/margins", staff.margins, name="staff-margins"),
    path("staff/surveys/waves/<slug:code>/codes", staff.codes, name="staff-codes"),
    path("staff/surveys/waves/<slug:code>/file", staff.deliver, name="staff-file"),
    path("staff/surveys/waves/<slug:code>/tables/new", planning.add_table, name="staff-table"),
    path("staff/surveys/waves/<slug:code>/tables/drop", planning.drop_table, name="staff-table-drop"),
    path("staff/surveys/waves/<slug:code>/answers/<slug:question>", planning.coding, name="staff-coding"),
    path("staff/surveys/waves/<slug:code>/population/<slug:question>", planning.margin, name="staff-margin"),
    path("staff/surveys/waves/<slug:code>/planner", planning.planner, name="staff-planner"),
    path("staff/surveys/waves/<slug:code>/publish", staff.publish, name="staff-publish"),
    path("staff/surveys/waves/<slug:code>/erratum", staff.erratum, name="staff-erratum"),
    path("staff/surveys/waves/<slug:code>/sign", staff.sign, name="staff-sign"),
    path("staff/surveys/waves/<slug:code>/discard", staff.discard, name="staff-discard"),
    path("staff/surveys/waves/<slug:code>/abandon", staff.abandon, name="staff-abandon"),
]
