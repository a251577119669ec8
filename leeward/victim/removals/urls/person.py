"""Addresses of a person's own report; they stand in a browser's history, so they say no more than they must."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
