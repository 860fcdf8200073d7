"""The group that runs the newsletter, and who may translate. The groups of the editorial workflow
are in practices_pages."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission

NEWSLETTER_MANAGERS = "Menedżerowie newslettera"


def install_newsletter_managers() -> Group:
    """Create the group with its permissions; an existing one keeps what an operator changed."""
    group, created = Group.objects.get_or_create(name=NEWSLETTER_MANAGERS)
    if created:
        permissions = Permission.objects.filter(content_type__app_label="newsletter")
        group.permissions.set(permissions)
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group


def let_translate(groups: Iterable[str]) -> None:
    """They find "Translate" in the panel, on pages that they may change."""
    permission = Permission.objects.get(
        content_type__app_label="simple_translation", codename="submit_translation"
    )
    for group in Group.objects.filter(name__in=groups):
        group.permissions.add(permission)
