"""Addresses of the data: series for programs, releases with their files, and where staff draft and sign them."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.editions.addresses import shelf_urls
from leeward.policy.statistics.published import SHELF
from leeward.policy.statistics.views import data, quality, releasing

app_name = "statistics-data"

API = "statistics/api"
RELEASES = "statistics/releases"
STAFF = "staff/statistics"

urlpatterns: list[URLPattern | URLResolver] = [
    path(API, data.show_api, name="api"),
    path(f"{API}/indicators", data.list_indicators, name="api-indicators"),
    path(f"{API}/series", data.list_series, name="api-all-series"),
    path(f"{API}/series/<slug:indicator_id>", data.show_series, name="api-series"),
    path(f"{API}/series/<slug:indicator_id>.csv", data.series_csv, name="api-series-csv"),
    path(f"{API}/series/<slug:indicator_id>.csv-metadata.json", data.series_metadata, name="api-series-metadata"),
    path(f"{API}/corrections", data.list_corrections, name="api-corrections"),
    path(f"{API}/releases", data.list_releases, name="api-releases"),
    path(f"{API}/releases/<slug:edition>/quality", quality.release_quality, name="api-release-quality"),
    path(f"{RELEASES}/<slug:edition>/quality", quality.show_quality, name="release-quality"),
    path(f"{STAFF}/drafts/<slug:edition>/numbers/<slug:indicator_id>", releasing.show_numbers, name="draft-numbers"),
    *shelf_urls(SHELF, at=RELEASES, staff=STAFF),
]
