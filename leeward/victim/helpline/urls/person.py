"""Addresses of her own pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
