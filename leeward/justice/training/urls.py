"""Addresses of training: for everybody, for training managers, course authors and policy officers."""

from django.urls import URLPattern, path

from leeward.justice.training.views import authors
from leeward.justice.training.views.manager import board, files

app_name = "training"
HERE = "staff/training"
PERSON = f"{HERE}/people/<uuid:learner>"

urlpatterns: list[URLPattern] = [
    path("training", authors.training, name="public"),
    path(HERE, board.board, name="board"),
    path(f"{HERE}/due", board.due, name="due"),
    path(PERSON, board.person, name="person"),
    path(f"{PERSON}/exempt", board.exempt_person, name="exempt"),
    path(f"{PERSON}/completions/<uuid:completion>/void", board.void, name="void"),
    path(f"{HERE}/exemptions", board.exemptions, name="exemptions"),
    path(f"{HERE}/roster", files.roster, name="roster"),
    path(f"{HERE}/completions", files.completions, name="completions"),
    path(f"{HERE}/files/<uuid:upload>", files.tried, name="tried"),
    path(f"{HERE}/classroom", files.classroom, name="classroom"),
    path("staff/courses", authors.courses, name="courses"),
    path("staff/courses/publish", authors.publish, name="publish"),
    path("staff/employers", authors.employers, name="employers"),
    path("staff/employers/add", authors.employer_add, name="employer-add"),
    path("staff/requirements", authors.requirements, name="requirements"),
    path("staff/requirements/add", authors.requirement_add, name="requirement-add"),
    path("staff/requirements/<uuid:requirement>/end", authors.requirement_end, name="requirement-end"),
]
