"""Addresses of training: for everybody, for training managers, course authors and policy officers."""

from django.urls import URLPattern, path

from leeward.justice.training import api
from leeward.justice.training.views import authors, centre, changes, learner, packages
from leeward.justice.training.views.manager import board, files, machines

app_name = "training"
HERE = "staff/training"
MINE = "learn/<str:token>"
CERTIFICATE = f"{MINE}/certificates/<uuid:completion>"
PERSON = f"{HERE}/people/<uuid:learner>"

urlpatterns: list[URLPattern] = [
    path("training", authors.training, name="public"),
    path("training/link", learner.ask_link, name="link"),
    path("training/certificates", learner.bearer, name="bearer"),
    path(MINE, learner.courses, name="mine"),
    path(f"{MINE}/courses/<slug:course>", learner.take, name="take"),
    path(f"{MINE}/courses/<slug:course>/changes/<int:version>", learner.take_delta, name="take-delta"),
    path(f"{MINE}/courses/<slug:course>/result", learner.handed_in, name="handed-in"),
    path(f"{MINE}/talks/<slug:talk>", learner.talk, name="talk"),
    path("training/talks/<slug:talk>", learner.talk_openly, name="talk-openly"),
    path(f"{MINE}/training.ics", learner.calendar, name="calendar"),
    path(f"{MINE}/kept", learner.kept, name="kept"),
    path(f"{CERTIFICATE}/ask", learner.ask_certificate, name="certificate-ask"),
    path(CERTIFICATE, learner.certificate, name="certificate"),
    path(f"{CERTIFICATE}/signed.jwt", learner.certificate_jwt, name="certificate-jwt"),
    path(HERE, board.board, name="board"),
    path(f"{HERE}/due", board.due, name="due"),
    path(f"{HERE}/due/remind", board.remind_ticked, name="remind-ticked"),
    path(PERSON, board.person, name="person"),
    path(f"{PERSON}/remind", board.remind, name="remind"),
    path(f"{PERSON}/exempt", board.exempt_person, name="exempt"),
    path(f"{PERSON}/completions/<uuid:completion>/void", board.void, name="void"),
    path(f"{HERE}/exemptions", board.exemptions, name="exemptions"),
    path(f"{HERE}/roster", files.roster, name="roster"),
    path(f"{HERE}/completions", files.completions, name="completions"),
    path(f"{HERE}/files/<uuid:upload>", files.tried, name="tried"),
    path(f"{HERE}/classroom", files.classroom, name="classroom"),
    path(f"{HERE}/machines", machines.came_in, name="machines"),
    path(f"{HERE}/machines/<uuid:statement>", machines.answer, name="machine-answer"),
    path(f"{HERE}/systems", machines.systems, name="systems"),
    path("xapi/statements", api.statements, name="xapi-statements"),
    path("xapi/about", api.about, name="xapi-about"),
    path("staff/courses", authors.courses, name="courses"),
    path("training/packages", packages.packages, name="packages"),
    path("training/packages/<slug:course>.zip", packages.own_package, name="own-package"),
    path("training/packages/<uuid:package>", packages.shelved_package, name="shelved-package"),
    path("staff/courses/packages", packages.shelf, name="shelf"),
    path("staff/courses/changes", changes.changes, name="changes"),
    path("staff/courses/changes/<uuid:trigger>", changes.change, name="change"),
    path("staff/courses/turns", changes.turns, name="turns"),
    path("staff/courses/<slug:course>/services", changes.services, name="services"),
    path("staff/courses/publish", authors.publish, name="publish"),
    path(f"{HERE}/coverage", centre.coverage, name="coverage"),
    path("staff/employers", authors.employers, name="employers"),
    path("staff/employers/add", authors.employer_add, name="employer-add"),
    path("staff/employers/<uuid:employer>", authors.employer_change, name="employer-change"),
    path("staff/requirements", authors.requirements, name="requirements"),
    path("staff/requirements/add", authors.requirement_add, name="requirement-add"),
    path("staff/requirements/<uuid:requirement>/end", authors.requirement_end, name="requirement-end"),
]
