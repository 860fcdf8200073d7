"""What a person can subscribe to: keys such as `all` or `area:transport`, with their labels.

A story carries the same keys as facets; a subscription is told about it when one of its topics
is among them. The site says which topics there are (setting NEWSLETTER_TOPICS).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from newsletter.conf import conf

ALL = "all"


@dataclass(frozen=True)
class Topic:
    key: str
    label: str


@dataclass(frozen=True)
class TopicGroup:
    label: str
    topics: tuple[Topic, ...]


def only_all() -> list[TopicGroup]:
    """The default for a site that has no topics of its own."""
    return []


def topic_groups() -> list[TopicGroup]:
    """The groups offered besides `all`, in the active language."""
    provider: Callable[[], list[TopicGroup]] = import_string(conf.TOPICS)
    return provider()


def topic_labels() -> dict[str, str]:
    """Every topic key that can be chosen now, `all` first, with its label."""
    return labels_in(topic_groups())


def labels_in(groups: list[TopicGroup]) -> dict[str, str]:
    labels = {ALL: _("All good practices")}
    for group in groups:
        labels.update({topic.key: topic.label for topic in group.topics})
    return labels
