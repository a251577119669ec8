"""Addresses of all shelves, and of the public log: for tools as the standard has them, and its pages for people."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.editions.views import notary, shelves

app_name = "editions"

urlpatterns: list[URLPattern | URLResolver] = [
    path("editions", shelves.list_shelves, name="all"),
    path("notary", notary.show, name="notary"),
    path("notary/checkpoint", notary.checkpoint, name="notary-checkpoint"),
    path("notary/checkpoint.tsr", notary.newest_token, name="notary-token"),
    path("notary/stamps", notary.stamps, name="notary-stamps"),
    path("notary/stamps/<int:size>.tsr", notary.token, name="notary-stamp"),
    path("notary/stamps/<int:size>.txt", notary.stamped, name="notary-stamped"),
    path("notary/key", notary.keys, name="notary-key"),
    path("notary/tile/<str:level>/<path:place>", notary.tile, name="notary-tile"),
    path("notary/leaves/<int:sequence>", notary.show_leaf, name="notary-leaf"),
    path("notary/leaves/<int:sequence>/content", notary.content, name="notary-content"),
]
