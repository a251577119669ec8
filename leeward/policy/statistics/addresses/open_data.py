"""Addresses of the data: series for programs, releases with their files, and where staff draft and sign them."""

from django.urls import URLPattern, URLResolver, path

from leeward.policy.statistics.views import data, releases, releasing

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
    path(f"{API}/corrections", data.list_corrections, name="api-corrections"),
    path(f"{API}/releases", data.list_releases, name="api-releases"),
    path(RELEASES, releases.list_all, name="releases"),
    path(f"{RELEASES}/<slug:edition>", releases.show, name="release"),
    path(f"{RELEASES}/<slug:edition>/sha256sums.txt", releases.sums, name="release-sums"),
    path(f"{RELEASES}/<slug:edition>/<str:name>", releases.download, name="release-file"),
    path(STAFF, releasing.home, name="staff"),
    path(f"{STAFF}/draft", releasing.draft, name="draft"),
    path(f"{STAFF}/plan", releasing.plan, name="plan"),
    path(f"{STAFF}/planned", releasing.list_planned, name="planned"),
    path(f"{STAFF}/planned/remove", releasing.unplan, name="unplan"),
    path(f"{STAFF}/drafts/<slug:edition>", releasing.show, name="draft-show"),
    path(f"{STAFF}/drafts/<slug:edition>/sign", releasing.sign, name="draft-sign"),
    path(f"{STAFF}/drafts/<slug:edition>/discard", releasing.discard, name="draft-discard"),
    path(f"{STAFF}/drafts/<slug:edition>/numbers/<slug:indicator_id>", releasing.show_numbers, name="draft-numbers"),
    path(f"{STAFF}/drafts/<slug:edition>/<str:name>", releasing.download, name="draft-file"),
]
