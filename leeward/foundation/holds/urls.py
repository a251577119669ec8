"""Addresses of holds."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.holds import views

app_name = "holds"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/holds/<uuid:hold>/confirm", views.confirm, name="confirm"),
    path("staff/holds/<uuid:hold>/lift", views.lift, name="lift"),
    path("staff/holds/<slug:kind>/<slug:record>", views.record, name="record"),
]
