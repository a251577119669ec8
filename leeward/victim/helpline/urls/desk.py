"""Addresses of the people who work at the helpline."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
