from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesPagesConfig(AppConfig):
    name = "practices_pages"
    verbose_name = _("Good practices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Receivers and checks register by being imported once the apps are ready.
        from practices_pages import (  # noqa: F401
            checks,
            files,
            gone,
            latest_facts,
            public_changes,
            search_upkeep,
            translating,
        )
        from practices_pages.catalogue import following, indexing  # noqa: F401
        from practices_pages.notices import tell_only_who_sees

        # Before or after Wagtail's own, whose place they take.
        tell_only_who_sees()
