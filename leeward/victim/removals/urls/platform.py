"""Addresses of the platforms' people, and of links in mails."""

from django.urls import URLPattern, URLResolver, path

from leeward.victim.removals.views.platform import link, statements, workplace

urlpatterns: list[URLPattern | URLResolver] = [
    path("platform/requests", workplace.queue, name="platform-queue"),
    path("platform/requests/claim", workplace.claim, name="platform-claim"),
    path("platform/requests/let-go", workplace.give_back, name="platform-let-go"),
    path("platform/requests/answer", workplace.answer, name="platform-answer"),
    path("platform/requests/waiting", workplace.waiting, name="platform-waiting"),
    path("platform/requests/waiting/<uuid:reference>", workplace.second_look, name="platform-second-look"),
    path("platform/requests/statements", statements.own_statements, name="platform-statements"),
    path("platform/requests/machines", workplace.machines, name="platform-machines"),
    path("platform/requests/<uuid:reference>", workplace.show, name="platform-request"),
    path("platform/requests/<uuid:reference>/appeal", workplace.appeal, name="platform-appeal"),
    path("platform/requests/<uuid:reference>/counter-notice", workplace.counter_notice, name="platform-counter"),
    path("staff/statements", statements.all_statements, name="all-statements"),
    path("answer/<str:token>", link.enter, name="link"),
    path("answer/<str:token>/answer", link.answer, name="link-answer"),
    path("answer/<str:token>/<uuid:reference>", link.show, name="link-request"),
    path("answer/<str:token>/<uuid:reference>/appeal", link.appeal, name="link-appeal"),
    path("answer/<str:token>/<uuid:reference>/counter-notice", link.counter_notice, name="link-counter"),
]
