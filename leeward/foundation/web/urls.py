"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.web import views

app_name = "web"

urlpatterns: list[URLPattern | URLResolver] = [
    path("for-platforms", views.for_platforms, name="for-platforms"),
    path("guides", views.guides, name="guides"),
    path("guides/<slug:name>", views.guide, name="guide"),
    path("leave", views.leave, name="leave"),
    path("back", views.come_back, name="come-back"),
    path("healthz", views.health, name="health"),
]
