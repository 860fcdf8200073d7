from django import template

from newsletter.forms import SignUpForm

register = template.Library()


@register.inclusion_tag("newsletter/_sign_up_form.html")
def newsletter_sign_up() -> dict[str, SignUpForm]:
    """The sign-up form for any page; it posts to the sign-up page, which shows what is wrong."""
    return {"form": SignUpForm()}
