"""Addresses of the platforms' people, and of links in mails."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
