"""Which installation this is, said twice: by a row and by a file that no dump of the database
carries. Where they differ, somebody copied one without the other."""

import os
import uuid
from contextlib import suppress
from pathlib import Path

from newsletter.conf import journal_directory
from newsletter.errors import JournalUnwritable
from newsletter.journal.files import sync_directory, unwritable
from newsletter.models import Instance

FILE = "instance"


def instance_ref(directory: Path) -> uuid.UUID:
    """The row's, made at the first call. Raise JournalUnwritable."""
    known = Instance.objects.first()
    if known is not None:
        return known.ref
    ref = file_ref(directory) or _new_file(directory)
    Instance.objects.bulk_create([Instance(ref=ref)], ignore_conflicts=True)
    return Instance.objects.get().ref


def file_ref(directory: Path) -> uuid.UUID | None:
    """None: there is no file, or not a readable one."""
    with suppress(OSError, ValueError):
        return uuid.UUID((directory / FILE).read_text(encoding="ascii").strip())
    return None


def _new_file(directory: Path) -> uuid.UUID:
    """Whichever process comes first names the installation."""
    ref = uuid.uuid4()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _written(directory, ref)
        with suppress(FileExistsError):
            os.link(draft, directory / FILE)
        draft.unlink()
        sync_directory(directory)
    except OSError as error:
        raise unwritable(error) from error
    found = file_ref(directory)
    if found is None:
        raise JournalUnwritable(f"{directory / FILE} cannot be read")
    return found


def write_file(directory: Path, ref: uuid.UUID) -> None:
    """This directory belongs to that installation from now on."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    _written(directory, ref).replace(directory / FILE)
    sync_directory(directory)


def _written(directory: Path, ref: uuid.UUID) -> Path:
    path = directory / f".{FILE}-{os.getpid()}-{ref.hex[:8]}"
    with path.open("w", encoding="ascii") as file:
        file.write(f"{ref}\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def restored() -> None:
    """After a backup was put back: nothing leaves until a person said what this database is."""
    directory = journal_directory()
    ref = (file_ref(directory) if directory is not None else None) or uuid.uuid4()
    Instance.objects.get_or_create(pk=1, defaults={"ref": ref})
    Instance.objects.update(is_restored=True)
