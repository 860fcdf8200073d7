"""What the composed site adds to Wagtail's panel."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def start_what_inline_scripts_would_start() -> SafeString:
    return format_html('<script src="{}"></script>', static("cms/panel-starters.js"))
