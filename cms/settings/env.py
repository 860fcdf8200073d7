"""The only reader of the environment.

Every variable is listed in docs/environment.md; the other settings modules take their values
from here as plain Python.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
env.read_env(ROOT / ".env", overwrite=False)


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default))


def flag(name: str, *, default: bool) -> bool:
    return bool(env.bool(name, default=default))


def number(name: str, default: int) -> int:
    return int(env.int(name, default=default))


def listed(name: str, default: list[str]) -> list[str]:
    return [item for item in env.list(name, default=default) if item]


def require(*names: str) -> None:
    """Raise ImproperlyConfigured naming every one of `names` that has no value."""
    missing = [name for name in names if not text(name)]
    if missing:
        raise ImproperlyConfigured(
            "Production cannot start. Set these environment variables: " + ", ".join(missing)
        )


def database(url: str) -> dict[str, Any]:
    """A database URL as a Django DATABASES entry, with what each database needs to be safe."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        name = Path(config["NAME"])
        if str(name) != ":memory:":
            path = name if name.is_absolute() else ROOT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            config["NAME"] = str(path)
        config["OPTIONS"] = {
            # A write transaction takes the lock when it begins, so it waits instead of failing
            # half-way with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": number("SQLITE_TIMEOUT_SECONDS", 20),
            # FULL: a commit that returned survives a power cut. NORMAL would not fsync in WAL.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            ),
        }
    elif config["ENGINE"] == "django.db.backends.postgresql":
        config["CONN_MAX_AGE"] = number("DATABASE_CONN_MAX_AGE", 60)
        config["CONN_HEALTH_CHECKS"] = True
    return config


def cache(url: str, *, prefix: str = "", entries: int = 300) -> dict[str, Any]:
    """redis://host:port/db, or without one the memory of one process, where a cache has at most
    so many entries."""
    if url.startswith(("redis://", "rediss://")):
        redis = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": redis, "LOCATION": url, "KEY_PREFIX": prefix}
    if url and url != "locmem://":
        raise ImproperlyConfigured(
            "CACHE_URL and PAGE_CACHE_URL must begin with redis:// or rediss://"
        )
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": prefix,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }


def tasks() -> dict[str, Any]:
    """TASKS_URL: database:// (default) or immediate://."""
    backends = {
        "database": "django_tasks_db.DatabaseBackend",
        "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    }
    scheme = text("TASKS_URL", "database://").partition(":")[0]
    if scheme not in backends:
        raise ImproperlyConfigured("TASKS_URL must be one of " + ", ".join(sorted(backends)))
    return {"BACKEND": backends[scheme]}


def smtp(url: str) -> dict[str, Any]:
    """EMAIL_URL as Django's EMAIL_* settings.

    smtp:// is plain, smtp+tls:// is STARTTLS, smtps:// is TLS from the first byte.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:port")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def anymail() -> dict[str, str]:
    """ANYMAIL_<SETTING> variables as the ANYMAIL dictionary, without ANYMAIL_ESP itself."""
    return {
        name.removeprefix("ANYMAIL_"): value
        for name, value in env.ENVIRON.items()
        if name.startswith("ANYMAIL_") and name != "ANYMAIL_ESP"
    }


def settings_of(app: str, defaults: dict[str, Any]) -> dict[str, Any]:
    """NEWSLETTER_<SETTING> or PRACTICES_<SETTING>, each read with the type of its default."""
    readers = {bool: env.bool, int: env.int, float: env.float, str: env.str}
    return {
        f"{app}_{name}": readers[type(default)](f"{app}_{name}")
        for name, default in defaults.items()
        if type(default) in readers and f"{app}_{name}" in env.ENVIRON
    }


def child_environment(extra: dict[str, str]) -> dict[str, str]:
    """For a program that we start: ours, and what it needs besides."""
    return dict(env.ENVIRON) | extra
