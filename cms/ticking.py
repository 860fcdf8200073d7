"""What has to happen again and again, whoever winds the clock: cron, a timer or the worker."""

from dataclasses import asdict

from cms.practice_announcements import reconcile
from newsletter import announcing
from practices_pages.publishing import publish_due


def tick() -> dict[str, int]:
    """Safe at any time and from several machines at once; returns figures by name."""
    pages = publish_due()
    announced, withdrawn = reconcile()
    return {
        "published": len(pages.published),
        "expired": len(pages.expired),
        "publications_refused": len(pages.refused),
        "publications_failed": len(pages.failed),
        "announced": announced,
        "stories_withdrawn": withdrawn,
    } | asdict(announcing.tick())
