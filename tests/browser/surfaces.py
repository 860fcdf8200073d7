"""One address of every kind of page that visitors of the demo site can meet, and its states."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone
from wagtail.models import Page, get_page_models

from newsletter import tokens
from newsletter.models import SubscriptionState
from newsletter.tokens import Purpose
from practices_pages import previews, visibility
from practices_pages.models import PracticePage
from tests.browser.rare import RARE
from tests.newsletter.factories import make_subscription


@dataclass(frozen=True)
class Surface:
    address: str
    status: int = 200


# What is reached by an address of its own and not through a page of the tree.
STATES = {
    "catalogue-chosen": Surface("/dobre-praktyki/?voivodeship=18&sort=title"),
    "catalogue-found": Surface("/dobre-praktyki/?q=dowożenie+uczniów"),
    "catalogue-similar": Surface("/dobre-praktyki/?q=autobus+basen+stypendium"),
    "catalogue-nothing": Surface("/dobre-praktyki/?q=kosmodrom"),
    "catalogue-mistake": Surface("/dobre-praktyki/?colour=red&voivodeship=99"),
    "plans-rural": Surface("/plany/szkola-w-srodku-gminy/gminy-wiejskie/"),
    "map": Surface("/dobre-praktyki/mapa/"),
    "comparison-empty": Surface("/dobre-praktyki/porownanie/"),
    "similar-asked": Surface("/dobre-praktyki/podobne-jst/"),
    "similar-units": Surface("/dobre-praktyki/podobne-jst/?q=gmina+wz"),
    "similar-found": Surface("/dobre-praktyki/podobne-jst/?unit=309901&area=dowozenie"),
    "newsletter": Surface("/newsletter/"),
    "newsletter-sent": Surface("/newsletter/sent/"),
    "newsletter-forged": Surface("/newsletter/u/forged/", 404),
    "preview-forged": Surface("/preview/forged/", 404),
    "not-found": Surface("/nothing-here/", 404),
    **{name: Surface(f"/rare/{name}/", rare.status) for name, rare in RARE.items()},
}
# Templates of these are seen with other content already: make test leaves them out.
VARIANTS = {
    "films-chosen": Surface("/filmy/?file=yes&sort=title"),
    "films-nothing": Surface("/filmy/?q=kosmodrom"),
    "plans-chosen": Surface("/plany/?scope=broad&sort=latest"),
    "plans-nothing": Surface("/plany/?q=kosmodrom"),
    "plans-unknown": Surface("/plany/szkola-w-srodku-gminy/zakres-nieznany/"),
    "news-chosen": Surface("/aktualnosci/?year=2026"),
    "news-nothing": Surface("/aktualnosci/?q=kosmodrom"),
    "library-chosen": Surface("/biblioteka/?format=PDF&sort=title"),
    "library-nothing": Surface("/biblioteka/?q=kosmodrom"),
    "similar-nobody": Surface("/dobre-praktyki/podobne-jst/?q=kosmodrom"),
}


def surfaces() -> dict[str, Surface]:
    """Surfaces by name. A page type without a public page in the demo raises LookupError."""
    archival = visibility.public(PracticePage.objects.filter(is_archival=True)).first()
    assert archival
    return {
        **{model.__name__: Surface(address_of(model)) for model in page_types()},
        "archival": Surface(archival.url),
        "comparison": Surface(comparison_of_four()),
        **_of_the_newsletter(),
        **_previews(),
        **STATES,
        "gone": Surface(_withdrawn(), 410),
        **VARIANTS,
    }


def page_types() -> list[type[Page]]:
    return [model for model in get_page_models() if model._meta.app_label == "practices_pages"]


def address_of(model: type[Page]) -> str:
    """The fullest page of its type stands for all."""
    return str(_by_fullness(model)[-1].url)


def comparison_of_four() -> str:
    pids = [practice.pid for practice in _by_fullness(PracticePage)[-4:]]
    return f"/dobre-praktyki/porownanie/?{urlencode([('id', pid) for pid in pids])}"


def _by_fullness(model: type[Page]) -> list[Page]:
    """The public Polish pages of a type, the one with the most text last."""
    pages = visibility.public(model.objects.filter(locale__language_code="pl")).order_by("path")
    if model is PracticePage:
        pages = pages.filter(is_archival=False)
    if not pages:
        raise LookupError(f"The demo has no public {model.__name__}.")
    return sorted(pages, key=lambda page: len(str(page.serializable_data())))


def _of_the_newsletter() -> dict[str, Surface]:
    confirmed = make_subscription()
    pending = make_subscription(state=SubscriptionState.PENDING)
    links = {
        "confirm": ("confirm", tokens.make(Purpose.CONFIRM, pending.ref, pending.sign_up)),
        "manage": ("manage", tokens.make(Purpose.MANAGE, confirmed.ref)),
        "manage-fresh": ("manage", tokens.make(Purpose.FRESH, confirmed.ref)),
        "leave": ("u", tokens.make(Purpose.UNSUBSCRIBE, confirmed.ref)),
    }
    return {
        f"newsletter-{name}": Surface(f"/newsletter/{place}/{token}/")
        for name, (place, token) in links.items()
    }


def _previews() -> dict[str, Surface]:
    draft = PracticePage.objects.filter(live=False).first()
    assert draft
    _grant, lasting = previews.create_grant(draft, by=draft.owner, label="Recenzentka", days=7)
    ended, revoked = previews.create_grant(draft, by=draft.owner, label="Recenzent", days=7)
    ended.revoked_at = timezone.now()
    ended.save()
    return {
        "preview": Surface(f"/preview/{lasting}/"),
        "preview-ended": Surface(f"/preview/{revoked}/", 410),
    }


def _withdrawn() -> str:
    """The barest practice, which was public until now."""
    practice = _by_fullness(PracticePage)[0]
    address = str(practice.url)
    practice.unpublish()
    return address
