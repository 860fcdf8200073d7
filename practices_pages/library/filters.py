"""By what the library is filtered and ordered: a catalogue whose entries are files, not pages."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices_pages.catalogue.filters import Catalogue, Filter, Sort
from practices_pages.catalogue.vocabularies import YEAR, project_filter
from practices_pages.library.entries import ACCESSIBLE, ALTERNATIVE
from practices_pages.models.documents import DocumentKind
from practices_pages.models.vocabulary import Licence

FORMAT = re.compile(r"[A-Z0-9]{1,10}")


def _year(entry: Any) -> Iterator[str]:
    if entry.issued:
        yield str(entry.issued.year)


def _counted(number: int) -> str:
    return ngettext("%(number)d document", "%(number)d documents", number) % {"number": number}


# Not among CATALOGUES: nothing of it is stored, it is read from the rows of the pages.
LIBRARY = Catalogue(
    name="library",
    page_type="practices_pages.PublicationPage",
    filters=(
        Filter("type", _("Kind"), lambda e: e.kinds, choices=tuple(DocumentKind.choices)),
        Filter("format", _("Format"), lambda e: e.formats, pattern=FORMAT),
        Filter("year", _("Year"), _year, pattern=YEAR),
        project_filter(keys_of=lambda entry: entry.projects),
        Filter("licence", _("Licence"), lambda e: e.licences, choices=tuple(Licence.choices)),
        Filter(
            "access",
            _("Accessibility"),
            lambda e: [e.access],
            choices=(
                (ACCESSIBLE, _("digitally accessible")),
                (ALTERNATIVE, _("with an accessible alternative")),
            ),
        ),
    ),
    sorts=(
        Sort("newest", _("Newest first")),
        Sort("relevance", _("Best match"), needs_text=True),
        Sort("title", _("Title, from A to Z")),
    ),
    card_template="practices_pages/library_entry.html",
    counted=_counted,
    on_a_page=20,
)
