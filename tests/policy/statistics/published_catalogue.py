"""What DCAT-AP 3.0.1 asks of the classes that a release uses, as a table of our own, and as shapes for a validator.

Source: SEMIC, DCAT-AP 3.0.1, sections 7.1 to 7.3 (mandatory, recommended and optional properties and their ranges),
https://semiceu.github.io/DCAT-AP/releases/3.0.1/.
"""

from dataclasses import dataclass

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property: how often it may be there, and what may stand in it. `range` is a class, a datatype or "text"."""

    path: str
    least: int = 0
    most: int | None = None
    range: str = ""


CLASSES = {
    "dcat:Catalog": (
        Property(path="dct:title", least=1, range="text"),
        Property(path="dct:description", least=1, range="text"),
        Property(path="dct:publisher", least=1, most=1, range="foaf:Agent"),
        Property(path="dcat:dataset", least=1, range="dcat:Dataset"),
        Property(path="foaf:homepage", most=1, range="foaf:Document"),
    ),
    "dcat:Dataset": (
        Property(path="dct:title", least=1, range="text"),
        Property(path="dct:description", least=1, range="text"),
        Property(path="dct:publisher", least=1, most=1, range="foaf:Agent"),
        Property(path="dcat:distribution", least=1, range="dcat:Distribution"),
        Property(path="dct:identifier", least=1),
        Property(path="dct:issued", most=1, range="xsd:date"),
        Property(path="dct:accessRights", most=1, range="dct:RightsStatement"),
        Property(path="dct:temporal", range="dct:PeriodOfTime"),
        Property(path="dcat:landingPage", range="foaf:Document"),
        Property(path="dcat:theme", least=1, range="thing"),
        Property(path="dcat:keyword", least=1, range="text"),
        Property(path="dcat:version", most=1),
        Property(path="dcat:inSeries", range="dcat:DatasetSeries"),
        Property(path="dcat:previousVersion", range="dcat:Dataset"),
        Property(path="adms:versionNotes", range="text"),
    ),
    "dcat:DatasetSeries": (
        Property(path="dct:title", least=1, range="text"),
        Property(path="dct:description", least=1, range="text"),
        Property(path="dct:publisher", most=1, range="foaf:Agent"),
    ),
    "dcat:Distribution": (
        Property(path="dcat:accessURL", least=1, range="rdfs:Resource"),
        Property(path="dcat:downloadURL", range="rdfs:Resource"),
        Property(path="dcat:byteSize", most=1, range="xsd:nonNegativeInteger"),
        Property(path="dcat:mediaType", most=1, range="dct:MediaType"),
        Property(path="dct:format", least=1, most=1, range="dct:MediaTypeOrExtent"),
        Property(path="dct:license", least=1, most=1, range="dct:LicenseDocument"),
        Property(path="spdx:checksum", most=1, range="spdx:Checksum"),
    ),
    "dct:PeriodOfTime": (
        Property(path="dcat:startDate", most=1, range="xsd:date"),
        Property(path="dcat:endDate", most=1, range="xsd:date"),
    ),
    "foaf:Agent": (Property(path="foaf:name", least=1, range="text"),),
    "spdx:Checksum": (
        Property(path="spdx:algorithm", least=1, most=1, range="thing"),
        Property(path="spdx:checksumValue", least=1, most=1, range="xsd:hexBinary"),
    ),
}


def write_shapes() -> str:
    """The table as SHACL in Turtle."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for name, properties in CLASSES.items():
        shapes = " ".join(f"sh:property [ {_write(each)} ] ;" for each in properties)
        lines.append(f"[] a sh:NodeShape ; sh:targetClass {name} ; {shapes} .")
    return "\n".join(lines)


def _write(wanted: Property) -> str:
    said = [f"sh:path {wanted.path}"]
    if wanted.least:
        said.append(f"sh:minCount {wanted.least}")
    if wanted.most is not None:
        said.append(f"sh:maxCount {wanted.most}")
    if wanted.range == "text":
        said.append("sh:or ( [ sh:datatype xsd:string ] [ sh:datatype rdf:langString ] )")
    elif wanted.range == "thing":
        said.append("sh:nodeKind sh:IRI")
    elif wanted.range.startswith("xsd:"):
        said.append(f"sh:datatype {wanted.range}")
    elif wanted.range:
        said.append(f"sh:class {wanted.range}")
    return " ; ".join(said)
