"""Addresses of the restricted register: everybody's, an authority's by link, and its keepers'."""

from django.urls import URLPattern, path

from leeward.justice.register.views import law, officers, public, registrars

app_name = "register"

STAFF = "staff/restricted-register"
LAW, ENTRY = f"{STAFF}/law", f"{STAFF}/entries/<uuid:entry>"

urlpatterns: list[URLPattern] = [
    path("restricted-register", public.register, name="register"),
    path("restricted-register/answers/<str:token>", public.answer, name="answer"),
    path(LAW, law.bases, name="bases"),
    path(f"{LAW}/new", law.write, name="basis-new"),
    path(f"{LAW}/agencies/new", law.agency, name="agency-new"),
    path(f"{LAW}/<uuid:basis>", law.basis, name="basis"),
    path(f"{LAW}/<uuid:basis>/approve", law.approve, name="basis-approve"),
    path(f"{LAW}/<uuid:basis>/end", law.end, name="basis-end"),
    path(f"{STAFF}/checks", registrars.checks, name="checks"),
    path(f"{STAFF}/checks/new", registrars.check_new, name="check-new"),
    path(f"{STAFF}/checks/<uuid:check>", registrars.check, name="check"),
    path(f"{STAFF}/entries/new", registrars.entry_new, name="entry-new"),
    path(f"{STAFF}/entries/open", registrars.look, name="look"),
    path(f"{STAFF}/entries/nobody", registrars.nobody, name="nobody"),
    path(f"{STAFF}/entries/nobody.pdf", registrars.letter_nobody, name="nobody-letter"),
    path(ENTRY, registrars.entry, name="entry"),
    path(f"{ENTRY}/letter.pdf", registrars.letter, name="entry-letter"),
    path(f"{ENTRY}/correct", registrars.correct, name="entry-correct"),
    path(f"{ENTRY}/answered", registrars.answered, name="entry-answered"),
    path(f"{ENTRY}/<slug:step>", registrars.step, name="entry-step"),
    path(f"{STAFF}/decide", officers.to_decide, name="decide"),
    path(f"{STAFF}/decide/<uuid:check>", officers.decide, name="decide-one"),
]
