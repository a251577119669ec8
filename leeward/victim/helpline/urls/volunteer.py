"""Addresses of volunteers, and of what everybody who works on cases presses for themselves."""

from django.urls import URLPattern, path

from leeward.victim.helpline.views import care, volunteer

HERE = "staff/volunteers"
CASE = f"{HERE}/cases/<uuid:case>"

urlpatterns: list[URLPattern] = [
    path(HERE, volunteer.home, name="volunteer-home"),
    path(CASE, volunteer.show_case, name="volunteer-case"),
    path(f"{CASE}/show", volunteer.uncover, name="volunteer-show"),
    path(f"{CASE}/reply", volunteer.reply, name="volunteer-reply"),
    path(f"{CASE}/know", volunteer.know, name="volunteer-know"),
    path("staff/care/pause", care.pause, name="care-pause"),
    path("staff/care/go-on", care.go_on, name="care-go-on"),
    path("staff/care/debriefs/<uuid:care>", care.debrief, name="care-debrief"),
]
