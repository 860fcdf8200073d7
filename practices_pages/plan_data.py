"""Plans and their collections in the words of schema.org. No person is named here."""

import mimetypes
from typing import Any
from urllib.parse import urljoin

from practices_pages.models.vocabulary import Licence

Node = dict[str, Any]


def digital_document(plan: Any, address: str) -> Node:
    adopted = plan.adopted_on or plan.dated_on
    return {
        "@type": "DigitalDocument",
        "name": plan.title,
        "abstract": plan.lead,
        "genre": str(plan._meta.verbose_name),
        "spatialCoverage": _place(plan),
        "temporalCoverage": f"{plan.day:%Y-%m-%d}/.." if plan.day else "",
        "about": [term.name for term in (*plan.areas.all(), *plan.competences.all())],
        "dateCreated": adopted.isoformat() if adopted else "",
        "dateModified": plan.updated_on.isoformat() if plan.updated_on else "",
        "encoding": _files(plan, address),
        "isAccessibleForFree": True,
    }


def dataset(collection: Any, address: str) -> Node:
    return {
        "@type": "Dataset",
        "name": collection.title,
        "description": collection.lead,
        "temporalCoverage": _months(collection),
        "dateModified": collection.updated_on.isoformat() if collection.updated_on else "",
        "distribution": _files(collection, address),
        "isAccessibleForFree": True,
    }


def _place(plan: Any) -> Node | None:
    if plan.unit is None:
        return None
    return {
        "@type": "AdministrativeArea",
        "name": plan.unit.name,
        "identifier": plan.unit.code,
        "containedInPlace": plan.unit.voivodeship,
    }


def _months(collection: Any) -> str:
    ends = (collection.support_from, collection.support_to)
    return "/".join(end or ".." for end in ends) if any(ends) else ""


def _files(page: Any, address: str) -> list[Node]:
    return [_file(row, address) for row in page.documents.all() if row.document is not None]


def _file(row: Any, address: str) -> Node:
    node = {
        "@type": "MediaObject",
        "name": row.document.title,
        "contentUrl": urljoin(address, row.document.url),
        "encodingFormat": mimetypes.guess_type(row.document.filename)[0],
        "contentSize": row.document.file_size,
        "license": Licence(row.licence).url if row.licence else None,
    }
    return {key: value for key, value in node.items() if value}
