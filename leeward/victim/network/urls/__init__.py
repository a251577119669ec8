"""Addresses of the network: the person's, and those of the people who work with it."""

from leeward.victim.network.urls import person, staff

app_name = "network"
urlpatterns = [*person.urlpatterns, *staff.urlpatterns]
