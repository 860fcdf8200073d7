"""The English side of the demo, from english.json: its frame, one collection of plans, one plan."""

from typing import Any

from wagtail.models import Page

from cms.demo_files import read
from cms.english import ENGLISH, ensure_english
from cms.site_setup import SiteTree
from practices_pages.models import HomePage, PlanCollectionPage, PlanPage


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    content = read("english.json")
    for page in ensure_english(tree.home):
        if isinstance(page, HomePage):
            _publish(page, content["home"])
        elif introduction := content["lists"].get(type(page).__name__):
            _publish(page, {"introduction": introduction})
    for model, name in ((PlanCollectionPage, "collection"), (PlanPage, "plan")):
        _translate(model, dict(content[name]), by=users["redaktor"])


def _translate(model: type[Page], fields: dict[str, Any], *, by: Any) -> None:
    original = model.objects.get(
        slug=fields.pop("original"), locale__language_code="pl", alias_of=None
    )
    locale = HomePage.objects.get(locale__language_code=ENGLISH).locale
    _publish(original.copy_for_translation(locale), fields, by=by)


def _publish(page: Any, fields: dict[str, Any], *, by: Any = None) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision(user=by).publish()
