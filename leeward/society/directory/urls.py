"""Every address of the directory."""

from django.urls import URLPattern, URLResolver

from leeward.society.directory.addresses import open_data, owner, public, staff

app_name = "directory"

urlpatterns: list[URLPattern | URLResolver] = [
    *open_data.urlpatterns,
    *public.urlpatterns,
    *owner.urlpatterns,
    *staff.urlpatterns,
]
