"""isolation.py as Wagtail asks for it: what a person may list, and what they may do with it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from practices_pages.isolation import (
    is_isolated,
    role_in,
    sees,
    sight_of,
    tends,
    visible_contacts,
    visible_files,
    visible_to,
    written_by,
)
from practices_pages.models.memberships import MembershipRole


class GatedPermissionTester(PagePermissionTester):
    """Versions are drafts: they are for whoever may edit the page."""

    permissions: set[str]

    def can_view_revisions(self) -> bool:
        return bool(super().can_view_revisions()) and self.can_edit()

    @property
    def only_adds(self) -> bool:
        user = self.user
        return user.is_active and not user.is_superuser and self.permissions == {"add"}


class NetworkPermissionTester(GatedPermissionTester):
    """Moderators add to their network; what it says of itself is the staff's, whoever owns it."""

    def can_edit(self) -> bool:
        return not self.only_adds and bool(super().can_edit())

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self.only_adds and bool(super().can_delete(ignore_bulk))


class MeetingPermissionTester(GatedPermissionTester):
    """Moderators change every meeting of their network, and delete drafts of their own."""

    def can_edit(self) -> bool:
        return bool(super().can_edit()) or (self.only_adds and tends(self.user, self.page))


class PracticePermissionTester(GatedPermissionTester):
    """What one person may do with one practice.

    Who may only add pages acts on the drafts of their units as if they owned them, and on no
    others, whoever owns those: the owner may have left the unit.
    """

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.role = None
        if self.only_adds:
            self.role = role_in(user, page)
            if self.role is None:
                self.permissions = set()

    def can_edit(self) -> bool:
        return bool(super().can_edit()) or self.role is not None

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        if super().can_delete(ignore_bulk):
            return True
        return self.role == MembershipRole.COORDINATOR and not self.page.live


class PageIsolationPolicy(PagePermissionPolicy):
    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        return self._seen(super().explorable_instances(user), user)

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Page]:
        pages = super().instances_user_has_any_permission_for(user, actions)
        if not is_isolated(user):
            found: QuerySet[Page] = pages
            return found
        if "change" in actions:
            pages |= self.model._default_manager.filter(self._below_adding(user), written_by(user))
        return self._seen(pages, user)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        if not is_isolated(user):
            return bool(super().user_has_any_permission_for_instance(user, actions, instance))
        if not sees(user, instance):
            return False
        if super().user_has_any_permission_for_instance(user, actions, instance):
            return True
        return "change" in actions and bool(instance.permissions_for_user(user).can_edit())

    def _seen(self, pages: QuerySet[Page], user: Any) -> QuerySet[Page]:
        if not is_isolated(user):
            return pages
        seen = pages.filter(pk__in=visible_to(user).order_by().values("pk"))
        # By primary key alone, so that a search can be narrowed by it.
        found: QuerySet[Page] = self.model._default_manager.filter(pk__in=seen.values("pk"))
        return found

    def _below_adding(self, user: Any) -> Q:
        below = Q(pk=None)
        for path in sight_of(user).adding:
            below |= Q(path__startswith=path)
        return below


class FileIsolationPolicy(CollectionOwnershipPermissionPolicy):
    """Images and documents."""

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Any]:
        return visible_files(user, super().instances_user_has_any_permission_for(user, actions))

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        if not super().user_has_any_permission_for_instance(user, actions, instance):
            return False
        files = self.model._default_manager.filter(pk=instance.pk)
        return bool(visible_files(user, files).exists())


class ContactIsolationPolicy(ModelPermissionPolicy):
    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Any]:
        return visible_contacts(user, super().instances_user_has_any_permission_for(user, actions))

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        if not self.user_has_any_permission(user, actions):
            return False
        contacts = self.model._default_manager.filter(pk=instance.pk)
        return bool(visible_contacts(user, contacts).exists())

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, {action}, instance)
