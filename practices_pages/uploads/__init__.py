"""Uploaded files are judged by what they contain, never by what they are called.

`check_document` and `clean_image` are the two doors; both raise UploadRefused with a sentence that
tells a person what to do instead. Nothing here stores, logs or changes the database.
"""

from practices_pages.uploads.documents import check_document
from practices_pages.uploads.images import clean_image
from practices_pages.uploads.names import clean_name
from practices_pages.uploads.refusal import UploadRefused

__all__ = ["UploadRefused", "check_document", "clean_image", "clean_name"]
