"""Addresses of her own pages about her file. They stand in the browser's history, so they say nothing."""

from django.urls import path

from leeward.victim.file.views import circle

app_name = "file"

urlpatterns = [
    path("status/who", circle.circle, name="circle"),
    path("status/who/<slug:slug>", circle.stop, name="circle-stop"),
]
