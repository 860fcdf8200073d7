"""The form of a contact person: authors add people of their own units only."""

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from practices_pages.isolation import nameable_units


class ContactPersonForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is None:
            return
        unit = self.fields["unit"]
        unit.queryset = nameable_units(self.for_user, unit.queryset)
        if self.instance.pk is None:
            self.instance.added_by = self.for_user
