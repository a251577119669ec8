"""Every address of the directory."""

from django.urls import URLPattern, URLResolver, re_path

from leeward.society.directory.addresses import open_data, owner, public, staff
from leeward.society.directory.doors import FILES, no_such_address, opened

app_name = "directory"

urlpatterns: list[URLPattern | URLResolver] = [
    *open_data.urlpatterns,
    *public.urlpatterns,
    *owner.urlpatterns,
    *staff.urlpatterns,
    # After the files themselves, which two of these modules have.
    re_path(rf"^{FILES}(?:/.*)?$", opened(no_such_address), name="package-nothing-here"),
]
