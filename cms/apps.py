from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Dobre Praktyki"

    def ready(self) -> None:
        # The seam's receivers register by being imported once the apps are ready.
        from cms import checks, page_cache, picture_encoding, practice_announcements  # noqa: F401

        picture_encoding.install()
