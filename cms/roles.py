"""The group that runs the newsletter; those of the editorial workflow are in practices_pages."""

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
