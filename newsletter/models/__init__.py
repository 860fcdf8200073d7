from newsletter.models.announcement import (
    Announcement,
    AnnouncementState,
    AnnouncementStory,
    Story,
    StoryFacet,
    Told,
)
from newsletter.models.consent import (
    AppendOnlyError,
    Clause,
    ConsentChain,
    ConsentEvent,
    ConsentEventType,
)
from newsletter.models.delivery import (
    LEASED,
    WAITING,
    Delivery,
    DeliveryState,
    Letter,
    LetterKind,
    SkipReason,
)
from newsletter.models.journal import Instance, JournalWriter
from newsletter.models.subscription import (
    Subscription,
    SubscriptionState,
    SubscriptionTopic,
    Suppression,
    SuppressionReason,
)
from newsletter.models.webhook import SeenWebhook
from newsletter.models.worker import WorkerBeat

__all__ = [
    "LEASED",
    "WAITING",
    "Announcement",
    "AnnouncementState",
    "AnnouncementStory",
    "AppendOnlyError",
    "Clause",
    "ConsentChain",
    "ConsentEvent",
    "ConsentEventType",
    "Delivery",
    "DeliveryState",
    "Instance",
    "JournalWriter",
    "Letter",
    "LetterKind",
    "SeenWebhook",
    "SkipReason",
    "Story",
    "StoryFacet",
    "Subscription",
    "SubscriptionState",
    "SubscriptionTopic",
    "Suppression",
    "SuppressionReason",
    "Told",
    "WorkerBeat",
]
