"""What the published standard asks of the tabular form, as facts: each file, its columns, which must be filled.

Read from Open Referral HSDS 3.0 and 3.1 (openreferral/specification: datapackage.json and schema/*.json; `url` and the
attributes' labels came with 3.1). `ours` are columns that the standard does not have.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One file: what each line must fill, what else the standard has, and what is ours."""

    path: str
    required: tuple[str, ...]
    others: tuple[str, ...]
    ours: tuple[str, ...] = ()


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FILES = {
    "organization": File(
        "organizations.csv",
        words("id name description"),
        words(
            "alternate_name email website tax_status tax_id year_incorporated legal_status logo uri "
            "parent_organization_id"
        ),
        words("last_modified"),
    ),
    "service": File(
        "services.csv",
        words("id organization_id name status"),
        words(
            "program_id alternate_name description url email interpretation_services application_process "
            "fees_description wait_time fees accreditations eligibility_description minimum_age maximum_age "
            "assured_date assurer_email licenses alert last_modified"
        ),
        words("ways coverage holidays is_crisis_line is_confidential hides_address"),
    ),
    "location": File(
        "locations.csv",
        words("id location_type"),
        words(
            "url organization_id name alternate_name description transportation latitude longitude "
            "external_identifier external_identifier_type"
        ),
        words("is_confidential last_modified"),
    ),
    "service_at_location": File("service_at_location.csv", words("id service_id location_id"), words("description")),
    "address": File(
        "addresses.csv",
        words("id address_1 city state_province postal_code country address_type"),
        words("location_id attention address_2 region"),
    ),
    "phone": File(
        "phones.csv",
        words("id number"),
        words("location_id service_id organization_id contact_id service_at_location_id extension type description"),
    ),
    "schedule": File(
        "schedules.csv",
        words("id"),
        words(
            "service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq "
            "interval byday byweekno bymonthday byyearday description opens_at closes_at schedule_link attending_type "
            "notes"
        ),
    ),
    "language": File("languages.csv", words("id"), words("service_id location_id phone_id name code note")),
    "service_area": File(
        "service_areas.csv", words("id"), words("service_id name description extent extent_type uri"), words("code")
    ),
    "cost_option": File(
        "cost_options.csv",
        words("id service_id"),
        words("valid_from valid_to option currency amount amount_description"),
    ),
    "url": File("url.csv", words("id url"), words("label organization_id service_id"), words("way")),
    "accessibility": File(
        "accessibility.csv", words("id"), words("location_id description details url"), words("kind")
    ),
    "taxonomy": File("taxonomies.csv", words("id name description"), words("uri version"), words("code")),
    "taxonomy_term": File(
        "taxonomy_terms.csv",
        words("id name description"),
        words("code parent_id taxonomy language taxonomy_id term_uri"),
        words("position"),
    ),
    "attribute": File(
        "attributes.csv",
        words("id link_id taxonomy_term_id link_entity"),
        words("link_type value label"),
    ),
}
