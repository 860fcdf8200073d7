"""Plans as their pages show them: in groups, in parts, and the addresses of those parts."""

from django import template
from django.core.paginator import Page as ListPage
from wagtail.models import Page

from practices_pages import plans
from practices_pages.models import PlanCollectionPage, PlanPage
from practices_pages.models.plan_parts import PlanPart
from practices_pages.templatetags.practices_pages_tags import in_interface_language

register = template.Library()


@register.simple_tag
def plan_overview(collection: PlanCollectionPage) -> plans.CollectionOverview:
    return plans.overview(collection)


@register.simple_tag(takes_context=True)
def plans_of_part(
    context: template.Context, collection: PlanCollectionPage, part: PlanPart
) -> ListPage[PlanPage]:
    request = context.get("request")
    return plans.part_of(collection, part, request.GET.get("page") if request else None)


@register.simple_tag
def plan_collections(index: Page) -> list[PlanCollectionPage]:
    return plans.collections(index)


@register.filter
def explained(collection: PlanCollectionPage, part: PlanPart) -> str:
    """What the part's scope means, in the words of the collection."""
    return collection.explained_scopes.get(part.key, "")


@register.simple_tag(takes_context=True)
def part_url(context: template.Context, collection: PlanCollectionPage, part: PlanPart) -> str:
    """The address of a part of the collection in the language of the interface."""
    address = collection.get_url(context.get("request")) or ""
    return in_interface_language(f"{address}{part.slug}/")
