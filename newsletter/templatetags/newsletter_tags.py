from typing import Any

from django import template

from newsletter.forms import SignUpForm
from newsletter.journal import SendingLock
from newsletter.journal import sending_lock as current_lock

register = template.Library()


@register.inclusion_tag("newsletter/_sign_up_form.html")
def newsletter_sign_up(*, is_folded: bool = False) -> dict[str, Any]:
    """The sign-up form for any page; it posts to the sign-up page, which shows what is wrong.

    Folded, the consent stands in full and the rest of the information waits one click below it.
    """
    return {"form": SignUpForm(), "is_folded": is_folded}


@register.inclusion_tag("newsletter/admin/_sending_lock.html")
def sending_lock() -> dict[str, SendingLock | None]:
    """Says on every screen of the newsletter that nothing leaves, and what to do."""
    return {"lock": current_lock()}
