"""Addresses of the staff's pages about reaching platforms."""

from django.urls import URLPattern, URLResolver, path

from leeward.industry.platforms import views

HERE = "staff/platforms/<uuid:public_id>/removal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/platforms/removal", views.list_known, name="platforms-known"),
    path("staff/platforms/known/<slug:code>", views.show_site, name="platforms-known-site"),
    path(HERE, views.show, name="platforms-removal"),
    path(f"{HERE}/name", views.give_name, name="platforms-removal-name"),
    path(f"{HERE}/profile", views.edit_profile, name="platforms-removal-profile"),
    path(f"{HERE}/domains", views.put_domain, name="platforms-removal-domains"),
    path(f"{HERE}/domains/<uuid:reference>/remove", views.drop_domain, name="platforms-removal-domain-remove"),
    path(f"{HERE}/channels/add", views.put_channel, name="platforms-removal-channel-add"),
    path(f"{HERE}/channels/<uuid:reference>", views.edit_channel, name="platforms-removal-channel"),
    path(f"{HERE}/channels/<uuid:reference>/remove", views.drop_channel, name="platforms-removal-channel-remove"),
]
