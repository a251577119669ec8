"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.work import views

app_name = "work"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("views/new", views.new_view, name="view-new"),
    path("views/<uuid:reference>/remove", views.drop_view, name="view-remove"),
]
