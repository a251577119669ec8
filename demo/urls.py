"""The demonstration's own addresses."""

from django.urls import path

from demo import views

urlpatterns = [
    path("demo", views.tours, name="demo"),
    path("demo/tours/<slug:key>", views.tour, name="demo-tour"),
    path("demo/behind", views.behind, name="demo-behind"),
    path("demo/stamping", views.stamping, name="demo-stamping"),
    path("demo/witness/<str:name>/add-checkpoint", views.witnessing, name="demo-witnessing"),
    path("demo/mail", views.mails, name="demo-mails"),
    path("demo/mail/<str:name>", views.mail, name="demo-mail"),
]
