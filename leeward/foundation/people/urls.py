"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.people import views

app_name = "people"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_people, name="people"),
    path("set-up", views.show_setup, name="setup"),
    path("new", views.add_person, name="new"),
    path("<str:reference>", views.show_person, name="person"),
    path("<str:reference>/change", views.change_person, name="change"),
    path("<str:reference>/link", views.link_person, name="link"),
    path("<str:reference>/leaving", views.end_person, name="leaving"),
]
