"""Whether the site is as it should be. Reads only, a handful of indexed queries.

Two questions: can this process answer visitors (`WEB`), and does everything work that the site
promises (`ALL`)? A load balancer asks the first: a dead worker must not take the pages away.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import Error as DatabaseProblem
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from redis import RedisError

from cms.models import TickStep
from newsletter import health as newsletter_health
from newsletter.health import Check, spell

Ask = Callable[[], Check]
# What this version of the code needs; read from the disk once.
_newest_migrations = SimpleLazyObject(lambda: set(MigrationLoader(None).graph.leaf_nodes()))


def database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database")


def migrations() -> Check:
    missing = set(_newest_migrations) - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
        return Check("migrations", _("Not applied: %s") % names)
    return Check("migrations")


def cache() -> Check:
    store, token = caches["default"], secrets.token_hex(8)
    store.set(f"health:{token}", token, timeout=30)
    if store.get(f"health:{token}") != token:
        return Check("cache", _("What was written cannot be read back."))
    store.delete(f"health:{token}")
    return Check("cache")


def media() -> Check:
    folders = [settings.FILE_UPLOAD_TEMP_DIR]
    if isinstance(default_storage, FileSystemStorage):
        folders.append(settings.MEDIA_ROOT)
    if not all(map(_is_writable, folders)):
        return Check("media", _("The folder of uploaded files cannot be written to."))
    return Check("media")


def _is_writable(folder: os.PathLike[str]) -> bool:
    """Or could be made: the first upload makes the folder."""
    path = os.fspath(folder)
    return os.access(path if os.path.exists(path) else os.path.dirname(path), os.W_OK | os.X_OK)


def tick() -> Check:
    """The tick ran lately, and every step of it went well."""
    steps = {step.name: step for step in TickStep.objects.all()}
    whole = steps.get("tick")
    if whole is None or whole.finished_at is None:
        return Check("tick", _("The site's clock has never run: nothing is published on schedule."))
    age = timezone.now() - whole.finished_at
    if age > timedelta(seconds=settings.TICK_LATE_SECONDS):
        late = _("The site's clock has stood still for %s: nothing is published on schedule.")
        return Check("tick", late % spell(age.total_seconds()))
    if failing := sorted(step.name for step in steps.values() if step.failed_at):
        return Check("tick", _("Fails again and again: %s") % ", ".join(failing))
    publishing = steps.get("publishing")
    if publishing and publishing.figures.get("publications_failed"):
        return Check("tick", _("A scheduled publication fails; the log says why."))
    return Check("tick")


# Of the running work, as the panel shows it to staff.
WORK: Sequence[Ask] = (tick, *newsletter_health.CHECKS)
WEB: Sequence[Ask] = (database, migrations, cache, media)
ALL: Sequence[Ask] = (*WEB, *WORK)
WITHOUT_DATABASE = (cache, media)


def answers(asks: Sequence[Ask]) -> list[Check]:
    """Every answer. Once the database is away nothing that needs it is asked any more, so that a
    probe never waits for one connection after the other."""
    told: list[Check] = []
    is_away = False
    for ask in asks:
        if is_away and ask not in WITHOUT_DATABASE:
            told.append(Check(ask.__name__, _("Not asked: the database does not answer.")))
            continue
        try:
            told.append(ask())
        except (DatabaseProblem, RedisError, OSError) as problem:
            is_away = is_away or isinstance(problem, DatabaseProblem)
            told.append(Check(ask.__name__, _("Does not answer (%s).") % type(problem).__name__))
    return told
