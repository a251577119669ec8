"""Addresses of the bulletin: its editions with their files, and where two people make them."""

from leeward.foundation.editions.addresses import shelf_urls
from leeward.victim.network.published import SHELF

app_name = "bulletin"
urlpatterns = shelf_urls(SHELF, at="bulletins", staff="staff/bulletins")
