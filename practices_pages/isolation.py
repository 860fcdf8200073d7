"""The ONE rule of whose unpublished work a person sees in the panel.

Whoever may do no more than add pages sees what the public sees, the drafts of the units they
belong to today, and drafts of their own that name no unit yet. Nothing is remembered between
requests: whoever leaves a unit loses sight at once. visibility.py rules what the public sees.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    Page,
    ReferenceIndex,
    get_default_page_content_type,
)
from wagtail.models import GroupPagePermission as PagePermission
from wagtail.permissions import policy_registry

from practices_pages import visibility
from practices_pages.models.memberships import DraftUnit, MembershipRole, UnitMembership
from practices_pages.models.units import LocalGovernmentUnit
from practices_pages.workflows import ReviewTask

ADD = "add_page"
RIGHTS = ("add", "change", "delete", "view", "choose")
SIGHT = "_practices_pages_sight"


@dataclass(frozen=True)
class Sight:
    """Where in the page tree a person sees every draft, and where only some.

    Paths of pages. `everywhere` is for those whose rights nothing narrows.
    """

    everywhere: bool
    trusted: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()
    # Those of `adding` that are networks: their moderators share all that is below.
    tending: tuple[str, ...] = ()


def sight_of(user: Any) -> Sight:
    """Read once a request, like Wagtail's own permissions; memberships are always read anew."""
    sight: Sight | None = getattr(user, SIGHT, None)
    if sight is None:
        sight = _sight_of(user)
        setattr(user, SIGHT, sight)
    return sight


def _sight_of(user: Any) -> Sight:
    if user.is_active and user.is_superuser:
        return Sight(everywhere=True)
    if not user.is_active or user.is_anonymous:
        return Sight(everywhere=False)
    granted = PagePermission.objects.filter(group__user=user).values_list(
        "permission__codename", "page__path", "page__practices_pages_networkpage"
    )
    paths = list(granted)
    trusted = tuple(sorted({path for codename, path, _ in paths if codename != ADD}))
    adding = tuple(sorted({path for codename, path, _ in paths if codename == ADD}))
    tending = tuple(sorted({path for codename, path, own in paths if codename == ADD and own}))
    narrowed = [path for path in adding if not path.startswith(trusted)]
    everywhere = not narrowed if trusted else _is_reviewer(user)
    return Sight(everywhere=everywhere, trusted=trusted, adding=adding, tending=tending)


def _is_reviewer(user: Any) -> bool:
    """Whoever reviews what others wrote sees it, without any right on the pages."""
    return any(
        task.objects.filter(active=True, groups__user=user).exists()
        for task in (ReviewTask, GroupApprovalTask)
    )


def is_isolated(user: Any) -> bool:
    """Whether some drafts are hidden from `user`."""
    return not sight_of(user).everywhere


def is_author(user: Any) -> bool:
    """Whether `user` may add pages and do no more: then files and people are narrowed as well.

    Without any right on pages, the rights on files and people alone decide.
    """
    return is_isolated(user) and bool(sight_of(user).adding)


def units_of(user: Any) -> QuerySet[LocalGovernmentUnit]:
    """The units that `user` belongs to today."""
    units: QuerySet[LocalGovernmentUnit] = LocalGovernmentUnit.objects.filter(
        pk__in=_memberships(user).values("unit")
    )
    return units


def _memberships(user: Any) -> QuerySet[UnitMembership]:
    if not user.is_authenticated:
        return UnitMembership.objects.none()
    return UnitMembership.objects.current().filter(user=user)


def visible_to(user: Any) -> QuerySet[Page]:
    """The pages whose text `user` may know in the panel. Use it as a subquery of primary keys."""
    pages: QuerySet[Page] = Page.objects.all()
    sight = sight_of(user)
    if sight.everywhere:
        return pages
    # What a live page will be called is a draft of its unit.
    published = visibility.public(Page.objects.filter(draft_title=F("title")))
    return pages.filter(Q(pk__in=published.order_by().values("pk")) | own_ground(user))


def own_ground(user: Any) -> Q:
    """Where `user` works: what they write, what is trusted to them, and the way down to it."""
    sight = sight_of(user)
    if sight.everywhere:
        return Q()
    ground = written_by(user)
    for path in sight.trusted:
        ground |= Q(path__startswith=path)
    step = Page.steplen
    steps = {path[:end] for path in sight.adding for end in range(step, len(path) + 1, step)}
    return ground | Q(path__in=steps)


def written_by(user: Any) -> Q:
    """Pages that `user` writes: those of their units, their own that name none yet, and what is
    below the networks they moderate."""
    named = DraftUnit.objects.filter(page=OuterRef("pk"))
    own = Q(owner=user) if user.is_authenticated else Q(pk=None)
    of_own_units = named.filter(unit__in=_memberships(user).values("unit"))
    # A meeting belongs to its network: whoever leaves the moderators leaves it behind.
    own &= ~Q(content_type__app_label="practices_pages", content_type__model="meetingpage")
    return Q(Exists(of_own_units)) | (own & ~Q(Exists(named))) | _tended_by(user)


def _tended_by(user: Any) -> Q:
    below = Q(pk=None)
    for path in sight_of(user).tending:
        below |= Q(path__startswith=path) & ~Q(path=path)
    return below


def tends(user: Any, page: Page) -> bool:
    """Whether `page` is below a network that `user` moderates."""
    return any(page.path.startswith(path) and page.path != path for path in sight_of(user).tending)


def sees(user: Any, page: Page) -> bool:
    return not is_isolated(user) or bool(visible_to(user).filter(pk=page.pk).exists())


def may_follow(user: Any, page: Page) -> bool:
    """Whether `user` is to hear what happens to the unpublished versions of `page`."""
    return not is_isolated(user) or bool(page.permissions_for_user(user).can_edit())


def role_in(user: Any, page: Page) -> str | None:
    """As what `user` writes `page`: a MembershipRole, or None when it is none of their business.

    The owner of a draft that names no unit yet is its coordinator.
    """
    roles = _memberships(user).filter(unit=OuterRef("unit")).values("role")[:1]
    found = DraftUnit.objects.filter(page_id=page.pk).values_list(Subquery(roles), flat=True)
    roles_held = list(found)
    if not roles_held:
        return MembershipRole.COORDINATOR.value if page.owner_id == user.pk else None
    if MembershipRole.COORDINATOR in roles_held:
        return MembershipRole.COORDINATOR.value
    return MembershipRole.AUTHOR.value if MembershipRole.AUTHOR in roles_held else None


def visible_files(user: Any, files: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the images or documents that `user` may find in the panel.

    Own uploads, those of people of the same units, what stands on pages that `user` sees, and
    what lies in a collection that `user` may change.
    """
    if not is_author(user):
        return files if _has_rights_on(user, files.model) else files.none()
    uploads = Q(pk__in=_standing_on(visible_to(user), files.model))
    if user.is_authenticated:
        colleagues = UnitMembership.objects.current().filter(unit__in=units_of(user).values("pk"))
        uploads |= Q(uploaded_by_user=user) | Q(uploaded_by_user__in=colleagues.values("user"))
        uploads |= _in_own_collections(user, files.model)
    # By primary key alone, so that a search can be narrowed by it.
    return files.filter(pk__in=files.model._default_manager.filter(uploads).values("pk"))


def _in_own_collections(user: Any, model: Any) -> Q:
    """By path, as Wagtail reads it: a right on a collection is one on those below it."""
    codename = f"change_{model._meta.model_name}"
    found = GroupCollectionPermission.objects.filter(
        group__user=user, permission__codename=codename
    )
    inside = Q(pk=None)
    for path in found.values_list("collection__path", flat=True):
        inside |= Q(collection__path__startswith=path)
    return inside


def _standing_on(pages: QuerySet[Page], model: Any) -> QuerySet[Any, Any]:
    """Primary keys of the files of `model` that stand on one of `pages`."""
    references = ReferenceIndex.objects.filter(
        base_content_type=get_default_page_content_type(),
        to_content_type=ContentType.objects.get_for_model(model),
        object_id__in=pages.order_by().values(text=Cast("pk", CharField())),
    )
    return references.values(number=Cast("to_object_id", IntegerField()))


def visible_contacts(user: Any, contacts: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the contact persons of the user's units, and those added by them for no unit."""
    if not is_author(user):
        return contacts if _has_rights_on(user, contacts.model) else contacts.none()
    own = Q(unit__in=units_of(user).values("pk")) | Q(unit=None, added_by=user)
    # By primary key alone, so that a search can be narrowed by it.
    return contacts.filter(
        pk__in=contacts.model._default_manager.filter(own).order_by().values("pk")
    )


def _has_rights_on(user: Any, model: Any) -> bool:
    """Asked here because Wagtail's choosers and the panel's API ask for no right of their own."""
    policy = policy_registry.get_by_type(model)
    return not is_isolated(user) or bool(policy.user_has_any_permission(user, RIGHTS))


def choosable_units(user: Any, units: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the units that `user` may name somewhere: moderators of a network name any unit."""
    return units if sight_of(user).tending else nameable_units(user, units)


def nameable_units(user: Any, units: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the units in whose name `user` may write."""
    return units.filter(pk__in=units_of(user).values("pk")) if is_author(user) else units


def all_seen(visible: QuerySet[Any], keys: Iterable[int]) -> bool:
    """Whether every one of `keys` is among `visible`."""
    wanted = set(keys)
    return visible.filter(pk__in=wanted).count() == len(wanted)
