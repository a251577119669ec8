"""The demonstration's own address."""

from django.urls import path

from demo import views

urlpatterns = [path("demo", views.tours, name="demo")]
