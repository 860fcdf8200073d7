"""What a document is: its kind is read from its bytes and must be the one in its name."""

import os
from collections.abc import Callable
from typing import IO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from practices_pages.conf import conf
from practices_pages.uploads.captions import check_captions
from practices_pages.uploads.mp4 import check_mp4
from practices_pages.uploads.office import check_ods_odt_odp, check_office
from practices_pages.uploads.pdf import check_pdf
from practices_pages.uploads.refusal import UploadRefused
from practices_pages.uploads.texts import check_text
from practices_pages.uploads.webm import check_webm

Judge = Callable[[IO[bytes], str], None]
JUDGES: dict[str, Judge] = {
    "csv": check_text,
    "docx": check_office,
    "mp4": check_mp4,
    "odp": check_ods_odt_odp,
    "ods": check_ods_odt_odp,
    "odt": check_ods_odt_odp,
    "pdf": check_pdf,
    "pptx": check_office,
    "txt": check_text,
    "vtt": check_captions,
    "webm": check_webm,
    "xlsx": check_office,
}
# The closed list of types that are ever answered with.
CONTENT_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "vtt": "text/vtt; charset=utf-8",
    "webm": "video/webm",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILMS = frozenset({"mp4", "webm"})
CAPTIONS = frozenset({"vtt"})


def check_document(file: IO[bytes], name: str) -> None:
    """Raise UploadRefused unless the content is what the name says and holds nothing that acts.

    `file` is open for reading in binary and can seek; it stands at its beginning afterwards.
    """
    extension = extension_of(name)
    judge = JUDGES.get(extension)
    if judge is None:
        kinds = ", ".join(sorted(JUDGES)).upper()
        raise UploadRefused(_("Files of this kind are not taken. Possible are: %s.") % kinds)
    file.seek(0)
    try:
        judge(file, extension)
    finally:
        file.seek(0)


def check_size(size: int, name: str) -> None:
    """Raise UploadRefused for a document that is as big as only a film may be."""
    limit = conf.MAX_FILM_BYTES if extension_of(name) in FILMS else conf.MAX_DOCUMENT_BYTES
    if size > limit:
        raise UploadRefused(
            _("The file is too big: %(size)s. A file of this kind may have %(limit)s.")
            % {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        )


def extension_of(name: str) -> str:
    return os.path.splitext(name)[1].lower().removeprefix(".")
