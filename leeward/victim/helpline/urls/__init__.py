"""Addresses of the helpline: hers, those of the people who work there, and those of who leads it."""

from leeward.victim.helpline.urls import desk, lead, person

app_name = "helpline"
urlpatterns = [*person.urlpatterns, *desk.urlpatterns, *lead.urlpatterns]
