"""Budgets kept in the cache, so that a rolled back request cannot give them back."""

from django.core.cache import cache

HOUR = 60 * 60
DAY = 24 * HOUR


def take(key: str, *, limit: int, seconds: int) -> bool:
    """Take one from a budget of `limit` in `seconds`; False when it is used up.

    The window begins with the first taking. What is refused does not make it longer.
    """
    name = f"newsletter:budget:{key}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name) <= limit
    except ValueError:  # It ended between the two calls: this is the first of a new window.
        cache.set(name, 1, timeout=seconds)
        return limit >= 1
