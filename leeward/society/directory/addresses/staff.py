"""The addresses of the directory's editors, and of what they publish of its words."""

from django.urls import URLPattern, URLResolver, path

from leeward.society.directory.views import taxonomy_files
from leeward.society.directory.views.staff import (
    home,
    hours,
    lists,
    locations,
    organizations,
    proposals,
    services,
    taxonomies,
    translations,
)

STAFF = "staff/directory"
SERVICE = f"{STAFF}/services/<uuid:service_id>"
ORGANIZATION = f"{STAFF}/organizations/<uuid:organization_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("directory/open-data/taxonomies.ttl", taxonomy_files.turtle, name="taxonomies-turtle"),
    path("directory/open-data/taxonomies.jsonld", taxonomy_files.json_ld, name="taxonomies-json-ld"),
    path(STAFF, home.home, name="staff-home"),
    path(f"{STAFF}/organizations", organizations.list_all, name="staff-organizations"),
    path(f"{STAFF}/organizations/new", organizations.add, name="staff-organization-add"),
    path(ORGANIZATION, organizations.show, name="staff-organization"),
    path(f"{ORGANIZATION}/edit", organizations.edit, name="staff-organization-edit"),
    path(f"{ORGANIZATION}/remove", organizations.remove, name="staff-organization-remove"),
    path(f"{ORGANIZATION}/places/new", locations.add, name="staff-location-add"),
    path(f"{ORGANIZATION}/services/new", services.add, name="staff-service-add"),
    path(f"{STAFF}/locations/<uuid:location_id>", locations.edit, name="staff-location"),
    path(f"{STAFF}/locations/<uuid:location_id>/remove", locations.remove, name="staff-location-remove"),
    path(SERVICE, services.show, name="staff-service"),
    path(f"{SERVICE}/edit/<slug:section>", services.edit, name="staff-service-edit"),
    path(f"{SERVICE}/hours", hours.week, name="staff-hours"),
    path(f"{SERVICE}/hours/rules/new", hours.add_rule, name="staff-rule-add"),
    path(f"{SERVICE}/hours/rules/<uuid:rule_id>", hours.edit_rule, name="staff-rule"),
    path(f"{SERVICE}/hours/rules/<uuid:rule_id>/remove", hours.remove_rule, name="staff-rule-remove"),
    path(f"{SERVICE}/move", services.move, name="staff-service-move"),
    path(f"{SERVICE}/preview", services.preview, name="staff-service-preview"),
    path(f"{SERVICE}/withdraw", services.withdraw, name="staff-service-withdraw"),
    path(f"{SERVICE}/restore", services.restore, name="staff-service-restore"),
    path(f"{SERVICE}/remind", services.remind, name="staff-service-remind"),
    path(f"{STAFF}/proposals", proposals.list_open, name="staff-proposals"),
    path(f"{STAFF}/proposals/<uuid:proposal_id>", proposals.show, name="staff-proposal"),
    path(f"{STAFF}/proposals/<uuid:proposal_id>/accept", proposals.accept, name="staff-proposal-accept"),
    path(f"{STAFF}/proposals/<uuid:proposal_id>/reject", proposals.reject, name="staff-proposal-reject"),
    path(f"{STAFF}/taxonomies", taxonomies.list_all, name="staff-taxonomies"),
    path(f"{STAFF}/taxonomies/new", taxonomies.add, name="staff-taxonomy-add"),
    path(f"{STAFF}/taxonomies/<uuid:taxonomy_id>", taxonomies.show, name="staff-taxonomy"),
    path(f"{STAFF}/taxonomies/<uuid:taxonomy_id>/edit", taxonomies.edit, name="staff-taxonomy-edit"),
    path(f"{STAFF}/taxonomies/<uuid:taxonomy_id>/terms/new", taxonomies.add_term, name="staff-term-add"),
    path(f"{STAFF}/terms/<uuid:term_id>", taxonomies.edit_term, name="staff-term"),
    path(f"{STAFF}/terms/<uuid:term_id>/remove", taxonomies.remove, name="staff-term-remove"),
    path(f"{STAFF}/synonyms", lists.synonyms, name="staff-synonyms"),
    path(f"{STAFF}/synonyms/remove", lists.drop_synonyms, name="staff-synonym-remove"),
    path(f"{STAFF}/holidays", lists.holidays, name="staff-holidays"),
    path(f"{STAFF}/places", lists.places, name="staff-places"),
    path(f"{STAFF}/<slug:kind>/<uuid:reference>/translations", translations.choose, name="staff-translations"),
    path(
        f"{STAFF}/<slug:kind>/<uuid:reference>/translations/<slug:code>",
        translations.translate,
        name="staff-translation",
    ),
    path(f"{STAFF}/<slug:kind>/<uuid:reference>/history", translations.history, name="staff-history"),
]
