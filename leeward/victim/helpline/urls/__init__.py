"""Addresses of the helpline: hers, and those of the people who work there."""

from leeward.victim.helpline.urls import desk, person

app_name = "helpline"
urlpatterns = [*person.urlpatterns, *desk.urlpatterns]
