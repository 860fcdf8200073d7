"""The worker of this site: delivers mail, and winds the whole site's clock."""

from cms import ticking
from newsletter.management.commands import deliver_announcements


class Command(deliver_announcements.Command):
    help = "Deliver what is due and tick, until stopped. Any number may run at once."

    def tick(self) -> None:
        ticking.tick()
