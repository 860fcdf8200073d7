"""One address of every kind of page that visitors of the demo site can meet."""

from wagtail.models import Page, get_page_models

from newsletter import tokens
from newsletter.tokens import Purpose
from practices_pages import visibility
from practices_pages.models import PracticePage
from tests.newsletter.factories import make_subscription

# What is reached by an address of its own and not through a page of the tree.
STATES = {
    "catalogue-chosen": "/dobre-praktyki/?voivodeship=24&sort=title",
    "catalogue-found": "/dobre-praktyki/?q=dowożenie+uczniów",
    "catalogue-similar": "/dobre-praktyki/?q=autobus+basen+stypendium",
    "catalogue-nothing": "/dobre-praktyki/?q=kosmodrom",
    "catalogue-mistake": "/dobre-praktyki/?colour=red&voivodeship=99",
    "newsletter": "/newsletter/",
    "newsletter-sent": "/newsletter/sent/",
    "newsletter-forged": "/newsletter/u/forged/",
    "not-found": "/nothing-here/",
}


def surfaces() -> dict[str, str]:
    """Addresses by name. A page type without a public page in the demo raises LookupError."""
    found = {model.__name__: address_of(model) for model in page_types()}
    archival = visibility.public(PracticePage.objects.filter(is_archival=True)).first()
    assert archival
    subscription = make_subscription()
    manage = tokens.make(Purpose.MANAGE, subscription.ref)
    leave = tokens.make(Purpose.UNSUBSCRIBE, subscription.ref)
    return {
        **found,
        "archival": archival.url,
        "newsletter-manage": f"/newsletter/manage/{manage}/",
        "newsletter-leave": f"/newsletter/u/{leave}/",
        **STATES,
    }


def page_types() -> list[type[Page]]:
    return [model for model in get_page_models() if model._meta.app_label == "practices_pages"]


def address_of(model: type[Page]) -> str:
    """The fullest page of its type: the one with the most text stands for all."""
    pages = visibility.public(model.objects.all()).order_by("path")
    if model is PracticePage:
        pages = pages.filter(is_archival=False)
    page = max(pages, key=lambda page: len(str(page.serializable_data())), default=None)
    if page is None:
        raise LookupError(f"The demo has no public {model.__name__}.")
    return str(page.url)
