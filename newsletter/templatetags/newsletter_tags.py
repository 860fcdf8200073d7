from django import template

from newsletter.forms import SignUpForm
from newsletter.journal import SendingLock
from newsletter.journal import sending_lock as current_lock

register = template.Library()


@register.inclusion_tag("newsletter/_sign_up_form.html")
def newsletter_sign_up() -> dict[str, SignUpForm]:
    """The sign-up form for any page; it posts to the sign-up page, which shows what is wrong."""
    return {"form": SignUpForm()}


@register.inclusion_tag("newsletter/admin/_sending_lock.html")
def sending_lock() -> dict[str, SendingLock | None]:
    """Says on every screen of the newsletter that nothing leaves, and what to do."""
    return {"lock": current_lock()}
