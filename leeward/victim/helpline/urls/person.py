"""Addresses of her own pages; they stand in a browser's history, so they say no more than they must."""

from django.urls import URLPattern, path

from leeward.victim.helpline.views.person import (
    asking,
    coming,
    deciding,
    following,
    optional,
    plan,
    shift,
    thread,
    wrong,
)

urlpatterns: list[URLPattern] = [
    path("talk", coming.talk, name="my-talk"),
    path("talk/later", coming.later, name="my-later"),
    path("talk/age", coming.age, name="my-age"),
    path("talk/not-sure", coming.unsure, name="my-unsure"),
    path("talk/what", optional.what, name="my-what"),
    path("talk/read", optional.read, name="my-read"),
    path("talk/signs", optional.signs, name="my-signs"),
    path("talk/first", optional.first, name="my-first"),
    path("talk/how", optional.how, name="my-how"),
    path("talk/keep", coming.keep, name="my-keep"),
    path("talk/words", following.words, name="my-words"),
    path("talk/done", following.done, name="my-done"),
    path("status/talk", thread.thread, name="my-thread"),
    path("status/talk/now", thread.now, name="my-now"),
    path("status/talk/lines", thread.lines, name="my-lines"),
    path("status/talk/take-out", thread.take_out, name="my-take-out"),
    path("status/talk/reach", following.reach, name="my-reach"),
    path("status/talk/call", asking.call, name="my-call"),
    path("status/talk/no-call", asking.no_call, name="my-no-call"),
    path("status/talk/shift", shift.shift, name="my-shift"),
    path("status/about", following.about, name="my-about"),
    path("status/help", asking.help_, name="my-help"),
    path("status/wishes", deciding.wishes, name="my-wishes"),
    path("status/plan", plan.plan, name="my-plan"),
    path("status/plan/decide", plan.decide, name="my-plan-decide"),
    path("status/helped", deciding.helped, name="my-helped"),
    path("status/wrong", wrong.wrong, name="my-wrong"),
    path("status/counted", deciding.counted, name="my-counted"),
]
