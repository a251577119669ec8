"""Addresses of this app. They stand in the browser's history, so they say no more than they must."""

from django.urls import URLPattern, URLResolver, path

from leeward.victim.portal.views import everything, framing, gate, her_page, sending, spare, status

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", gate.home, name="home"),
    path("protect/", gate.start, name="start"),
    path("protect/under-18", gate.child, name="child"),
    path("protect/not-sure", gate.unsure, name="unsure"),
    path("protect/first-help", gate.first_help, name="first-help"),
    path("protect/pictures", sending.pictures, name="pictures"),
    path("protect/send", sending.send, name="send"),
    path("protect/paste", sending.paste, name="paste"),
    path("protect/paste/send", sending.paste_send, name="paste-send"),
    path("protect/numbers", sending.numbers, name="numbers"),
    path("protect/receipt", status.receipt, name="receipt"),
    path("status/", status.code, name="code"),
    path("status/again", status.code_again, name="code-again"),
    path("status/saved", status.code_saved, name="code-saved"),
    path("status/pictures", her_page.status, name="status"),
    path("status/part/<slug:door>", her_page.door, name="door"),
    path("status/code", her_page.my_code, name="my-code"),
    path("status/everything", everything.everything, name="everything"),
    path("status/everything/save", everything.save_everything, name="save-everything"),
    path("status/which", framing.which, name="which"),
    path("status/not-removed", status.not_removed, name="not-removed"),
    path("status/add/age", gate.add_age, name="add-age"),
    path("status/add", sending.add, name="add"),
    path("status/add/send", sending.add_send, name="add-send"),
    path("status/add/paste", sending.add_paste, name="add-paste"),
    path("status/add/paste/send", sending.add_paste_send, name="add-paste-send"),
    path("status/take-back/<int:ordinal>", status.withdraw, name="withdraw"),
    path("status/take-back", status.withdraw_everything, name="withdraw-all"),
    path("status/renew", status.renew, name="renew"),
    path("status/erase", status.erase, name="erase"),
    path("status/numbers", status.new_numbers, name="new-numbers"),
    path("status/spare", spare.spare_code, name="spare"),
    path("status/own-code", status.own_code, name="own-code"),
    path("status/close", status.close, name="close"),
    path("status/closed", status.closed, name="closed"),
    path("status/erased", status.erased, name="erased"),
]
