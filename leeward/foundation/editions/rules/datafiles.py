"""The files of an edition: tidy CSV, and metadata in three standards.

Missing numbers are empty, and a column beside them says why. CSVW (W3C, 2015) describes every table and column, a
Data Package (version 2) names the files, and DCAT-AP 3.0.1 (SEMIC) puts the edition into a catalogue.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from defusedcsv import csv  # type: ignore[import-untyped]

from leeward.foundation.records import Record

CSV_TYPE, JSON_TYPE, JSONLD_TYPE = "text/csv", "application/json", "application/ld+json"
AUTHORITY = "http://publications.europa.eu/resource/authority"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its name, description, type in CSVW (and Table Schema), and whether every row must fill it."""

    name: str
    description: str
    datatype: str = "string"
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A table of an edition."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, kw_only=True)
class About:
    """The metadata of an edition. `base` is its address, without a slash at its end, `home` that of its shelf.

    `package` is the name of its data package. What the shelf is called and about, in English, stands in catalogues.
    """

    base: str
    home: str
    package: str
    shelf: str
    shelf_about: str
    theme: str
    keywords: tuple[str, ...]
    edition: str
    title: str
    note: str
    publisher: str
    licence: str
    first_day: date
    covers_until: date
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """One file."""

    name: str
    media_type: str
    content: bytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Its digest."""
        return hashlib.sha256(self.content).hexdigest()


_TYPES = {"string": "string", "date": "date", "decimal": "number", "integer": "integer", "dateTime": "datetime"}


def make_files(tables: Sequence[TableFile], about: About) -> tuple[DataFile, ...]:
    """Return every file of an edition, the tables first."""
    data = tuple(DataFile(name=table.name, media_type=CSV_TYPE, content=write_csv(table)) for table in tables)
    return (
        *data,
        DataFile(name="csvw.json", media_type=JSON_TYPE, content=_json(describe_csvw(tables, about))),
        DataFile(name="datapackage.json", media_type=JSON_TYPE, content=_json(describe_package(tables, data, about))),
        DataFile(name="dcat.jsonld", media_type=JSONLD_TYPE, content=_json(describe_dcat(data, about))),
    )


class Summed(Protocol):
    """A file with its name and digest."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def sha256(self) -> str: ...  # noqa: D102


class Described(Summed, Protocol):
    """A file with its type and size too."""

    @property
    def media_type(self) -> str: ...  # noqa: D102

    @property
    def size(self) -> int: ...  # noqa: D102


def digest_of(files: Iterable[Summed]) -> str:
    """Return the digest of the list of files, which has a line `<sha256>  <name>` for each, as `sha256sum` does."""
    return hashlib.sha256(list_of(files).encode()).hexdigest()


def list_of(files: Iterable[Summed]) -> str:
    """Return the list of files, as `sha256sum --check` reads it."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


def write_csv(table: TableFile) -> bytes:
    """Write a table in UTF-8 with a header and line ends as in RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    names = [column.name for column in table.columns]
    writer.writerow(names)
    for row in table.rows:
        writer.writerow(_said(row.get(name)) for name in names)
    return text.getvalue().encode()


def describe_csvw(tables: Sequence[TableFile], about: About) -> Record:
    """A CSVW table group: https://www.w3.org/TR/tabular-metadata/."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": about.title,
        "dc:description": about.note or about.title,
        "dc:license": {"@id": about.licence},
        "dc:publisher": about.publisher,
        "tables": [
            {
                "url": table.name,
                "dc:title": table.title,
                "tableSchema": {
                    "columns": [
                        {
                            "name": column.name,
                            "titles": column.name,
                            "dc:description": column.description,
                            "datatype": column.datatype,
                            "required": column.required,
                        }
                        for column in table.columns
                    ],
                    "primaryKey": list(table.key),
                },
            }
            for table in tables
        ],
    }


def describe_package(tables: Sequence[TableFile], data: Sequence[DataFile], about: About) -> Record:
    """A Data Package: https://datapackage.org/standard/data-package/."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": about.package,
        "id": about.base,
        "title": about.title,
        "description": about.note or about.title,
        "homepage": about.base,
        "version": about.edition,
        "created": _said(about.made_at),
        "licenses": [{"path": about.licence, "title": about.licence}],
        "contributors": [{"title": about.publisher, "roles": ["publisher"]}],
        "resources": [
            {
                "name": table.name.partition(".")[0],
                "title": table.title,
                "path": table.name,
                "type": "table",
                "format": "csv",
                "mediatype": CSV_TYPE,
                "encoding": "utf-8",
                "bytes": len(file.content),
                "hash": f"sha256:{file.sha256}",
                "schema": {
                    "fields": [
                        {
                            "name": column.name,
                            "type": _TYPES[column.datatype],
                            "description": column.description,
                            "constraints": {"required": column.required},
                        }
                        for column in table.columns
                    ],
                    "missingValues": [""],
                    "primaryKey": list(table.key),
                },
            }
            for table, file in zip(tables, data, strict=True)
        ],
    }


def describe_dcat(data: Sequence[Described], about: About) -> Record:
    """The edition in a catalogue of DCAT-AP 3.0.1, as JSON-LD."""
    return {**describe_catalogue(about), "dcat:dataset": describe_dataset(data, about)}


def describe_series(editions: Sequence[tuple[Sequence[Described], About, About | None]], shelf: About) -> Record:
    """A shelf as a dataset series of DCAT-AP 3.0.1, with its editions: of each the tables, and the one before it."""
    series: Record = {
        "@id": f"{shelf.home}#series",
        "@type": "dcat:DatasetSeries",
        "dct:title": _text(shelf.shelf),
        "dct:description": _text(shelf.shelf_about),
        "dct:publisher": {"@id": f"{shelf.home}#publisher"},
    }
    members: list[Record] = [
        {
            **describe_dataset(data, about),
            "dcat:inSeries": series,
            "adms:versionNotes": _text(about.note or about.title),
            **({"dcat:previousVersion": {"@id": before.base}} if before else {}),
        }
        for data, about, before in editions
    ]
    context = {**CONTEXT, "adms": "http://www.w3.org/ns/adms#"}
    return {**describe_catalogue(shelf), "@context": context, "dcat:dataset": members}


CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


def describe_catalogue(about: About) -> Record:
    """The catalogue of a shelf, before it names a dataset."""
    return {
        "@context": CONTEXT,
        "@id": f"{about.home}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _text(about.shelf),
        "dct:description": _text(about.shelf_about),
        "dct:publisher": {
            "@id": f"{about.home}#publisher",
            "@type": "foaf:Agent",
            "foaf:name": _text(about.publisher),
        },
        "foaf:homepage": {"@id": about.home, "@type": "foaf:Document"},
    }


def describe_dataset(data: Sequence[Described], about: About) -> Record:
    """One edition as a dataset, with a distribution for each of its tables."""
    return {
        "@id": about.base,
        "@type": "dcat:Dataset",
        "dct:identifier": about.base,
        "dct:title": _text(about.title),
        "dct:description": _text(about.note or about.title),
        "dct:publisher": {"@id": f"{about.home}#publisher"},
        "dct:issued": {"@type": "xsd:date", "@value": about.made_at.date().isoformat()},
        "dcat:version": about.edition,
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/{about.theme}"},
        "dcat:keyword": [_text(word) for word in about.keywords],
        "dcat:landingPage": {"@id": about.base, "@type": "foaf:Document"},
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": about.first_day.isoformat()},
            "dcat:endDate": {"@type": "xsd:date", "@value": about.covers_until.isoformat()},
        },
        "dcat:distribution": [
            {
                "@id": f"{about.base}/{file.name}",
                "@type": "dcat:Distribution",
                "dct:title": _text(file.name),
                "dcat:accessURL": {"@id": about.base, "@type": "rdfs:Resource"},
                "dcat:downloadURL": {"@id": f"{about.base}/{file.name}", "@type": "rdfs:Resource"},
                "dcat:mediaType": {
                    "@id": f"https://www.iana.org/assignments/media-types/{file.media_type}",
                    "@type": "dct:MediaType",
                },
                "dct:format": {"@id": f"{AUTHORITY}/file-type/CSV", "@type": "dct:MediaTypeOrExtent"},
                "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
                "dct:license": {"@id": about.licence, "@type": "dct:LicenseDocument"},
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
                    "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
                },
            }
            for file in data
        ],
    }


def describe_schema(files: Sequence[Described], about: About, *, citation: str) -> Record:
    """One edition as a Dataset of schema.org, as search engines for data read it."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": about.base,
        "name": about.title,
        "description": about.note or f"{about.title}. {about.shelf_about}",
        "url": about.base,
        "identifier": about.base,
        "version": about.edition,
        "datePublished": about.made_at.date().isoformat(),
        "license": about.licence,
        "creditText": citation,
        "creator": {"@type": "GovernmentOrganization", "name": about.publisher, "url": about.home},
        "isAccessibleForFree": True,
        "keywords": list(about.keywords),
        "temporalCoverage": f"{about.first_day.isoformat()}/{about.covers_until.isoformat()}",
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": f"{about.base}/{file.name}",
                "encodingFormat": file.media_type,
                "contentSize": str(file.size),
                "sha256": file.sha256,
            }
            for file in files
        ],
    }


def cite(about: About, *, sha256: str) -> str:
    """The line by which an edition is cited: who, what, which edition, when, where, and the digest of its files."""
    day = about.made_at.date().isoformat()
    return f"{about.publisher}: {about.title}. Edition {about.edition}, {day}. {about.base} (SHA-256 {sha256})"


def _text(words: str) -> dict[str, str]:
    return {"@language": "en", "@value": words}


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _json(record: Record) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()
