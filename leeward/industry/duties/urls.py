"""Addresses of the staff's pages about duties."""

from django.urls import URLPattern, path

from leeward.industry.duties import views

urlpatterns: list[URLPattern] = [
    path("staff/duties", views.list_regimes, name="duties-regimes"),
    path("staff/duties/new", views.add_regime, name="duties-regime-new"),
    path("staff/duties/regimes/<slug:code>", views.show_regime, name="duties-regime"),
    path("staff/duties/regimes/<slug:code>/edit", views.edit_regime, name="duties-regime-edit"),
    path("staff/duties/regimes/<slug:code>/switch", views.switch, name="duties-regime-switch"),
    path("staff/duties/regimes/<slug:code>/versions/<int:number>", views.show_version, name="duties-version"),
]
