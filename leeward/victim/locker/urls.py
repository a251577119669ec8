"""Addresses of a person's locker, and of what they show a team.

They stand in a browser's history, so they say no more than they must.
"""

from django.urls import URLPattern, path

from leeward.victim.locker.views import coming, entry, files, home, shown, taking

app_name = "locker"

urlpatterns: list[URLPattern] = [
    path("keep", coming.about, name="about"),
    path("keep/not-sure", coming.unsure, name="unsure"),
    path("keep/begin", coming.begin, name="begin"),
    path("status/kept", home.home, name="home"),
    path("status/kept/write", home.write, name="write"),
    path("status/kept/long", home.long, name="long"),
    path("status/kept/take", taking.take_out, name="take-out"),
    path("status/kept/take/save", taking.save_pack, name="save-pack"),
    path("status/kept/<uuid:item>", entry.entry, name="entry"),
    path("status/kept/<uuid:item>/change", entry.change, name="change"),
    path("status/kept/<uuid:item>/who", entry.show_to, name="show"),
    path("status/kept/<uuid:item>/who/<str:team>", entry.hide, name="hide"),
    path("status/kept/<uuid:item>/erase", entry.erase, name="erase"),
    path("status/kept/<uuid:item>/file", files.add_file, name="add-file"),
    path("status/kept/<uuid:item>/file/send", files.send_file, name="send-file"),
    path("status/kept/<uuid:item>/file/<int:generation>", files.see_file, name="file"),
    path("status/kept/<uuid:item>/file/<int:generation>/open", files.open_file, name="open-file"),
    path("status/kept/<uuid:item>/file/<int:generation>/<int:number>", files.piece, name="piece"),
    path("staff/kept/<uuid:about>/<uuid:item>/<int:generation>", shown.see_shown, name="shown"),
    path("staff/kept/<uuid:about>/<uuid:item>/<int:generation>/open", shown.open_shown_file, name="open-shown"),
    path("staff/kept/<uuid:about>/<uuid:item>/<int:generation>/<int:number>", shown.shown_piece, name="shown-piece"),
]
