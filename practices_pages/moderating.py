"""The rights of a network's moderators: one group, a right to add below the network, one
collection for its files.

A right to add and no more is what isolation.py narrows: it lets moderators change every meeting of
their network, and see nothing of anybody else's drafts. Publishing stays with the workflow.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

GROUP_NAME = "Moderatorzy: %s"
CHANGED = "practices.moderators_changed"
IN_COLLECTION = [
    f"{action}_{file}" for action in ("add", "change", "choose") for file in ("image", "document")
]


def group_in_force(network: Any) -> int | None:
    """The group that the stored row names, whatever the page in memory says."""
    stored = type(network).objects.filter(pk=network.pk).values_list("moderators", flat=True)
    found: int | None = stored.first()
    return found


@transaction.atomic
def settle(network: Any, *, former: int | None) -> None:
    """Give the network what it lacks of group and collection, and its rights to the group alone.

    `former` is the group that had them until now. A second call changes nothing, and a group that
    stays keeps what an operator made of its rights.
    """
    if network.alias_of_id is not None:
        return
    if network.moderators_id is None:
        network.moderators = _new_group(network)
    if network.collection_id is None:
        network.collection = _new_collection(network)
        _open_collection(network)
    type(network).objects.filter(pk=network.pk).update(
        moderators=network.moderators_id, collection=network.collection_id
    )
    if network.moderators_id != former:
        _hand_over(network, former)


def _hand_over(network: Any, former: int | None) -> None:
    if former is not None:
        _adding(network).filter(group=former).delete()
        network.collection.group_permissions.filter(group=former).delete()
    network.moderators.permissions.add(_permission("wagtailadmin", "access_admin"))
    _adding(network).get_or_create(
        group=network.moderators,
        page_id=network.pk,
        permission=_permission("wagtailcore", "add_page"),
    )
    _open_collection(network)
    log(instance=network, action=CHANGED, data={"group": network.moderators.name})


def _open_collection(network: Any) -> None:
    for permission in Permission.objects.filter(
        codename__in=IN_COLLECTION, content_type__app_label__in=("wagtailimages", "wagtaildocs")
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=network.moderators, collection=network.collection, permission=permission
        )


def _adding(network: Any) -> Any:
    return GroupPagePermission.objects.filter(page_id=network.pk, permission__codename="add_page")


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _new_group(network: Any) -> Group:
    name = GROUP_NAME % network.title[:100]
    if Group.objects.filter(name=name).exists():
        name = f"{name} ({network.pk})"
    group, _created = Group.objects.get_or_create(name=name)
    return group


def _new_collection(network: Any) -> Collection:
    collection: Collection = Collection.get_first_root_node().add_child(name=network.title[:255])
    return collection
