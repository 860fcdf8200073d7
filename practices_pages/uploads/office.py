"""Office documents (OOXML and OpenDocument): the right kind, no macros, nothing from outside."""

import re
import zipfile
from typing import IO
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from practices_pages.uploads import archives
from practices_pages.uploads.archives import broken, open_archive, read_part
from practices_pages.uploads.refusal import UploadRefused

SMALL_PART_BYTES = 2 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN_TYPES = {
    "docx": "wordprocessingml.document.main+xml",
    "pptx": "presentationml.presentation.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
}
OPEN_DOCUMENT_TYPES = {
    "odp": b"application/vnd.oasis.opendocument.presentation",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odt": b"application/vnd.oasis.opendocument.text",
}
ACTIVE_PARTS = re.compile(
    r"vbaProject|vbaData|(^|/)activeX/|(^|/)(Basic|Scripts)/|oleObject|/customUI/|(^|/)macrosheets/"
    r"|(^|/)customUI",
    re.IGNORECASE,
)
# A chart in a text or a presentation carries its numbers as a workbook.
CHART_DATA = re.compile(r"^(word|ppt)/embeddings/[^/]+\.xlsx$", re.IGNORECASE)
ACTIVE_TEXT = re.compile(
    rb"<w:instrText[^>]{0,40}>\s{0,9}DDE|<script:|<text:dde|<office:dde|<table:dde", re.IGNORECASE
)
LINKS_OUT = re.compile(
    rb'<draw:(?!a\s)[a-z-]{1,20} [^>]{0,90}xlink:href="(?:https?:|file:|ftp:|//)', re.IGNORECASE
)
# What a reader clicks on purpose; everything else that is outside would be fetched by itself.
CLICKABLE = frozenset({"http", "https", "mailto", "tel", "ftp", ""})


def check_office(file: IO[bytes], extension: str) -> None:
    with _opened(file) as archive:
        _check_ooxml(archive, extension)
        charts = frozenset(name for name in archive.namelist() if CHART_DATA.match(name))
        archives.check_nested(archive, but=charts)
        for name in charts:
            with archive.open(name) as part:
                _check_chart_data(part)


def check_ods_odt_odp(file: IO[bytes], extension: str) -> None:
    with _opened(file) as archive:
        names = archive.namelist()
        if (
            names[0] != "mimetype"
            or read_part(archive, "mimetype", 200) != (OPEN_DOCUMENT_TYPES[extension])
        ):
            raise broken()
        manifest = _tree(archive, "META-INF/manifest.xml")
        if any(node.tag.endswith("}encryption-data") for node in manifest.iter()):
            raise locked()
        _check_active(archive)
        archives.check_nested(archive)
        for name in names:
            if name.endswith("content.xml") and archives.contains(archive, name, LINKS_OUT):
                raise from_outside()


def locked() -> UploadRefused:
    return UploadRefused(_("The file is locked with a password. Save it without one."))


def from_outside() -> UploadRefused:
    return UploadRefused(
        _("The document takes content from another place by itself. Embed it or save as PDF.")
    )


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    # Word keeps a document with a password, and every document of before 2007, in this form.
    if file.read(8) == OLE:
        raise UploadRefused(
            _("The file has a password or an old format. Save it without a password, or as PDF.")
        )
    return open_archive(file)


def _check_chart_data(part: IO[bytes]) -> None:
    with open_archive(part) as workbook:
        _check_ooxml(workbook, "xlsx")
        archives.check_nested(workbook)


def _check_ooxml(archive: zipfile.ZipFile, extension: str) -> None:
    types = {
        node.get("ContentType", "")
        for node in _tree(archive, "[Content_Types].xml").iter()
        if node.get("ContentType")
    }
    if any("macroenabled" in kind.lower() or "vba" in kind.lower() for kind in types):
        raise with_macros()
    if not any(kind.endswith(MAIN_TYPES[extension]) for kind in types):
        raise broken()
    _check_active(archive)
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            _check_relationships(_tree(archive, name))


def with_macros() -> UploadRefused:
    return UploadRefused(_("The document holds macros or programs. Save it without them."))


def _check_active(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if ACTIVE_PARTS.search(name):
            raise with_macros()
        is_text = name.endswith(("content.xml", "styles.xml")) or name.startswith("word/")
        if is_text and name.endswith(".xml") and archives.contains(archive, name, ACTIVE_TEXT):
            raise with_macros()


def _check_relationships(tree: Element) -> None:
    for node in tree.iter():
        if node.get("TargetMode", "").lower() != "external":
            continue
        target = node.get("Target", "").strip()
        is_link = node.get("Type", "").endswith("/hyperlink")
        if not is_link or target.startswith(("\\\\", "//")) or not _is_clickable(target):
            raise from_outside()


def _is_clickable(address: str) -> bool:
    try:
        return urlsplit(address).scheme.lower() in CLICKABLE
    except ValueError:
        return False


def _tree(archive: zipfile.ZipFile, name: str) -> Element:
    try:
        tree: Element = fromstring(read_part(archive, name, SMALL_PART_BYTES), forbid_dtd=True)
    except (ParseError, DefusedXmlException, KeyError, ValueError, LookupError) as error:
        raise broken() from error
    return tree
