"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.lessons import views

app_name = "lessons"

urlpatterns: list[URLPattern | URLResolver] = [
    path("lessons", views.list_all, name="all"),
    path("lessons/<slug:slug>", views.show, name="lesson"),
]
