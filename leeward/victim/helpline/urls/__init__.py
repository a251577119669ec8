"""Addresses of the helpline: hers, those of the people who work there, of who leads it, and of volunteers."""

from leeward.victim.helpline.urls import desk, lead, person, volunteer

app_name = "helpline"
urlpatterns = [*person.urlpatterns, *desk.urlpatterns, *lead.urlpatterns, *volunteer.urlpatterns]
