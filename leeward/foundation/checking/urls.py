"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.checking import views

app_name = "checking"

urlpatterns: list[URLPattern | URLResolver] = [
    path("check", views.check, name="check"),
    path("check/authority.pem", views.authority, name="authority"),
    path("check/pack", views.pack, name="pack"),
    path("check/pack/page", views.pack_alone, name="pack-alone"),
    path("check/<slug:number>.jwt", views.record_jwt, name="record-jwt"),
    path("check/<slug:number>.json", views.record_json, name="record-json"),
    path("check/<slug:number>", views.show, name="record"),
    path("issuer", views.issuer, name="issuer"),
    path("issuer/keys/<slug:kid>", views.key, name="key"),
    path("issuer/status/<int:number>", views.status_jwt, name="status"),
    path("issuer/status/<int:number>.json", views.status_json, name="status-json"),
    path("staff/signed", views.list_all, name="records"),
    path("staff/signed/<slug:number>/revoke", views.revoke, name="revoke"),
]
