"""The one place where rich text is cleaned on its way into the database."""

from html import escape
from typing import Any

from django.db.models import Model
from wagtail.fields import RichTextField

from practices_pages.sanitise import MarkupTooLong, clean_html

# What an editor may do: in a text that is most of a page, below a heading of the page, in a few
# sentences, and in a line.
PAGE_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
SECTION_FEATURES = PAGE_FEATURES[1:]
SHORT_FEATURES = SECTION_FEATURES[1:]
NOTICE_FEATURES = ["bold", "italic", "link"]


class CleanRichTextField(RichTextField):
    """Rich text that is clean whoever writes it: the editor, an import, an API or code.

    `pre_save` stands before rows and before revisions alike, so drafts and previews are clean
    too. What raw SQL or `QuerySet.update` wrote is cleaned when it is shown.
    """

    def deconstruct(self) -> Any:
        # The same column as Wagtail's field: cleaning is no matter of migrations.
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.fields.RichTextField", args, kwargs

    def clean(self, value: Any, model_instance: Model | None) -> Any:
        # Before validation, so that a form can still say it of a text that is too long.
        return super().clean(self._cleaned(value), model_instance)

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        value = self._cleaned(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def value_from_object(self, obj: Model) -> Any:
        # What the editor opens: it cannot read markup that it would not have written.
        value = super().value_from_object(obj)
        try:
            return self._cleaned(value)
        except MarkupTooLong:
            return escape(value)

    def _cleaned(self, value: Any) -> Any:
        return clean_html(value, self.features) if value else value
