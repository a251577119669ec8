"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.accounts import views

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="desk"),
    path("sign-in", views.enter, name="sign-in"),
    path("sign-out", views.leave, name="sign-out"),
    path("enrol/<str:token>", views.enrol, name="enrol"),
]
