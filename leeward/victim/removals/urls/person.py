"""Addresses of a person's own report; they stand in a browser's history, so they say no more than they must."""

from django.urls import URLPattern, URLResolver, path

from leeward.victim.removals.rules.questions import Question
from leeward.victim.removals.views.person import answering, beginning, following, handing_in, places

urlpatterns: list[URLPattern | URLResolver] = [
    # As somebody is told it on the telephone: to the first page, where they say what is happening.
    path("report", beginning.begin, {"path": ""}, name="my-report"),
    path("report/", beginning.begin, {"path": ""}, name="my-report"),
    path("report/begin/<str:path>", beginning.begin, name="my-begin"),
    path("report/where", beginning.where, name="my-where"),
    path("report/age", beginning.age, name="my-age"),
    path("report/yes", beginning.yes, name="my-yes"),
    path("report/keep", beginning.keep, name="my-keep"),
    path("report/now", answering.help_now, {"asked": Question.SIGNS}, name="my-help-now"),
    path("report/now/details", answering.help_now, {"asked": Question.DETAILS}, name="my-help-now-details"),
    path("report/what-now", answering.help_path, name="my-help-path"),
    path("report/what-next", answering.help_accounts, name="my-help-accounts"),
    path("report/take-out", places.take_out, name="my-take-out"),
    path("report/check", handing_in.check, name="my-check"),
    path("report/hand-in", handing_in.hand_in, name="my-hand-in"),
    path("report/next", handing_in.what_next, name="my-next"),
    path("report/q/<slug:question>", answering.question, name="my-question"),
    path("status/place/<int:ordinal>", following.place, name="my-place"),
    path("status/place/<int:ordinal>/again", following.look_again, name="my-look-again"),
    path("status/place/<int:ordinal>/take-back", following.take_back, name="my-take-back"),
    path("status/messages/again", following.again, name="my-again"),
    path("status/messages", following.messages, name="my-messages"),
    path("status/messages/take-out", following.take_out_words, name="my-take-out-words"),
]
