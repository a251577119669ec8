"""Every address of the statistics: how the country is doing, charts for other sites, and what platforms reply."""

from django.urls import URLPattern, URLResolver, path

from leeward.policy.statistics.records import Section
from leeward.policy.statistics.views import dashboard, embed, replies, tables

app_name = "statistics"

NATION = "how-the-nation-does"
REPLIES = "staff/platform-replies"

urlpatterns: list[URLPattern | URLResolver] = [
    path(NATION, dashboard.show, name="nation"),
    path(f"{NATION}/numbers", dashboard.show_numbers, name="numbers"),
    *(
        path(f"{NATION}/{each.value}", dashboard.show_question, {"section": each}, name=f"question-{each.value}")
        for each in Section
    ),
    path(f"{NATION}/platforms.csv", tables.platforms_csv, name="platforms-csv"),
    path(f"{NATION}/platforms.csv-metadata.json", tables.platforms_metadata, name="platforms-metadata"),
    path(f"{NATION}/<slug:key>", dashboard.show_chart, name="chart"),
    path(f"{NATION}/<slug:key>.csv", tables.chart_csv, name="chart-csv"),
    path(f"{NATION}/<slug:key>.csv-metadata.json", tables.chart_metadata, name="chart-metadata"),
    path("embed/<slug:language>/<slug:key>", embed.show, name="embed"),
    path("platform/figures/reply", replies.reply, name="reply"),
    path("platform/figures/reply/take-back", replies.take_back, name="reply-take-back"),
    path(REPLIES, replies.list_all, name="replies"),
    path(f"{REPLIES}/<uuid:reference>", replies.show, name="reply-show"),
    path(f"{REPLIES}/<uuid:reference>/publish", replies.publish, name="reply-publish"),
    path(f"{REPLIES}/<uuid:reference>/send-back", replies.send_back, name="reply-send-back"),
]
