"""The topics of this site's newsletter, from the vocabulary of its practices."""

from django.utils.translation import gettext as _

from newsletter.topics import Topic, TopicGroup
from practices_pages.models import VOIVODESHIPS, ThematicArea, UnitGroup


def topics() -> list[TopicGroup]:
    areas = ThematicArea.objects.order_by("sort_order", "name")
    return [
        TopicGroup(
            _("Thematic areas"), tuple(Topic(f"area:{area.slug}", area.name) for area in areas)
        ),
        TopicGroup(
            _("Kind of unit"),
            tuple(Topic(f"group:{group.value}", str(group.label)) for group in UnitGroup),
        ),
        TopicGroup(
            _("Voivodeship"),
            tuple(Topic(f"voivodeship:{code}", name) for code, name in VOIVODESHIPS.items()),
        ),
    ]
