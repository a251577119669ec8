"""Addresses of the network."""

from leeward.victim.network.urls import person

app_name = "network"
urlpatterns = [*person.urlpatterns]
