"""The catalogue of the open data, in two standards: DCAT 3 (JSON-LD) and Project Open Data 1.1."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from heard.core.city import city
from heard.core.words import Words
from heard.facts import lake
from heard.measures.definitions import AREAS, Definition, measures
from heard.measures.models import Snapshot
from heard.public.published import own_published

FORMS = {
    "csv": ("text/csv", "CSV", "http://publications.europa.eu/resource/authority/file-type/CSV"),
    "json": (
        "application/json", "JSON", "http://publications.europa.eu/resource/authority/file-type/JSON",
    ),
    "parquet": (
        "application/vnd.apache.parquet", "Parquet",
        "http://publications.europa.eu/resource/authority/file-type/PARQUET",
    ),
}  # fmt: skip
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a data set."""

    name: str
    url: str
    form: str
    size: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set: a measure's figures, or the facts behind many of them."""

    identifier: str
    title: Words
    description: Words
    keywords: tuple[str, ...]
    page: str
    files: tuple[File, ...]
    first: str = ""
    last: str = ""


def datasets(snapshot: Snapshot | None, shown: list[dict[str, Any]], root: str) -> list[Dataset]:
    """Every data set. ``shown`` are the files of open facts; ``root`` the house's address."""
    made = [_of_card(card, root) for card in measures().values()]
    made += [
        _of(one.about.own.key, one.about.own.name, one.about.own.definition, "", root)
        for one in own_published()
        if one.about.own
    ]
    return [*made, *_of_facts(shown, root), _all(root)]


def _of_card(card: Definition, root: str) -> Dataset:
    return _of(card.key, card.name, card.definition, card.area, root)


def _of(key: str, name: Words, definition: Words, area: str, root: str) -> Dataset:
    files = tuple(File(FORMS[form][1], f"{root}/results/{key}.{form}", form) for form in FORMS)
    keywords = ("local government", "performance measure", *_area_words(area))
    page = f"{root}/results/{key}/"
    return Dataset(page, name, definition, keywords, page, files)


def _area_words(area: str) -> tuple[str, ...]:
    return (AREAS[area]["en"],) if area in AREAS else ()


FACT_TITLES: dict[str, tuple[Words, Words]] = {
    "cases": (
        {"en": "Requests for public services", "es": "Solicitudes de servicios públicos"},
        {
            "en": "One row per request: codes and times, no names, words or addresses. A file for each month in which requests were received.",  # noqa: E501
            "es": "Una fila por solicitud: códigos y tiempos, sin nombres, textos ni direcciones. Un archivo por cada mes en que se recibieron solicitudes.",  # noqa: E501
        },
    )
}


def _of_facts(shown: list[dict[str, Any]], root: str) -> Iterator[Dataset]:
    for fact in sorted({file["fact"] for file in shown}):
        files = [file for file in shown if file["fact"] == fact]
        title, description = FACT_TITLES.get(fact, ({"en": fact}, {"en": fact}))
        yield Dataset(
            f"{root}/results/open-data/#{fact}", title, description,
            ("local government", "311", "service requests"), f"{root}/results/open-data/",
            tuple(
                File(
                    f["month"], f"{root}/results/data/{fact}/{f['month']}.parquet", "parquet",
                    f["bytes"], f.get("sha256", ""),
                )
                for f in files
            ),
            lake.month_of(files[0]["month"]), lake.month_of(files[-1]["month"]),
        )  # fmt: skip


def _all(root: str) -> Dataset:
    return Dataset(
        f"{root}/results/open-data/measures.json",
        {
            "en": "All measures with their definitions",
            "es": "Todos los indicadores y sus definiciones",
        },
        {
            "en": "Every measure of the whole city: definition, latest figure with its interval, and course over time, in one file for other programs.",  # noqa: E501
            "es": "Todos los indicadores de la ciudad: definición, última cifra con su intervalo y evolución, en un solo archivo para otros programas.",  # noqa: E501
        },
        ("local government", "performance measure"),
        f"{root}/results/open-data/",
        (File("JSON", f"{root}/results/open-data/measures.json", "json"),),
    )


def _mail() -> str:
    return city().email or settings.DEFAULT_FROM_EMAIL


def project_open_data(found: list[Dataset], snapshot: Snapshot | None) -> dict[str, Any]:
    """``data.json``, as data.gov and other harvesters of governments in the US read it."""
    modified = snapshot.changed_at.isoformat() if snapshot else "R/P1D"
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [_pod_dataset(one, modified) for one in found],
    }


def _pod_dataset(one: Dataset, modified: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": one.identifier,
        "title": one.title["en"] if "en" in one.title else next(iter(one.title.values()), ""),
        "description": one.description.get("en") or next(iter(one.description.values()), "–"),
        "keyword": list(one.keywords),
        "modified": modified,
        "publisher": {"@type": "org:Organization", "name": city().name},
        "contactPoint": {
            "@type": "vcard:Contact", "fn": city().name, "hasEmail": f"mailto:{_mail()}",
        },
        "accessLevel": "public",
        "landingPage": one.page,
        "accrualPeriodicity": "R/PT1S",
        "language": ["en", "es"],
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": file.name,
                "downloadURL": file.url,
                "mediaType": FORMS[file.form][0],
                "format": FORMS[file.form][1],
            }
            for file in one.files
        ],
    }  # fmt: skip
    return made | ({"temporal": f"{one.first}/{one.last}"} if one.first else {})


def dcat(found: list[Dataset], snapshot: Snapshot | None, root: str) -> dict[str, Any]:
    """The catalogue as DCAT 3 in JSON-LD, titles in every language."""
    modified = _moment(snapshot.changed_at.isoformat()) if snapshot else None
    publisher = {"@type": "foaf:Organization", "foaf:name": city().name, "foaf:homepage": root}
    return {
        "@context": CONTEXT,
        "@id": f"{root}/results/open-data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _told({"en": f"Results of {city().name}", "es": f"Resultados: {city().name}"}),
        "dct:description": _told(_ABOUT),
        "dct:publisher": publisher,
        "foaf:homepage": {"@id": f"{root}/results/"},
        "dct:language": ["en", "es"],
        **({"dct:modified": modified} if modified else {}),
        "dcat:dataset": [_dcat_dataset(one, publisher, modified) for one in found],
    }


_ABOUT = {
    "en": "Measures of how well the city serves its people, and the rows they are computed from.",
    "es": "Medidas de qué tan bien la ciudad atiende a su gente, y las filas con que se calculan.",
}


def _dcat_dataset(one: Dataset, publisher: dict[str, Any], modified: Any) -> dict[str, Any]:
    return {
        "@id": one.identifier,
        "@type": "dcat:Dataset",
        "dct:identifier": one.identifier,
        "dct:title": _told(one.title),
        "dct:description": _told(one.description),
        "dcat:keyword": list(one.keywords),
        "dct:publisher": publisher,
        "dcat:contactPoint": {
            "@type": "vcard:Organization", "vcard:fn": city().name,
            "vcard:hasEmail": {"@id": f"mailto:{_mail()}"},
        },
        "dcat:landingPage": {"@id": one.page},
        **({"dct:modified": modified} if modified else {}),
        "dcat:distribution": [_distribution(file) for file in one.files],
    }  # fmt: skip


def _distribution(file: File) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@id": file.url,
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:downloadURL": {"@id": file.url},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{FORMS[file.form][0]}"},
        "dct:format": {"@id": FORMS[file.form][2]},
    }  # fmt: skip
    if file.size is not None:
        made["dcat:byteSize"] = {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"}
    if file.sha256:
        made["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        }
    return made


def _told(words: Words) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language or "en"} for language, text in words.items()]


def _moment(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
