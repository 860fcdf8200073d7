"""What the composed site adds to Wagtail's panel."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from cms.work_panel import work_panel


@hooks.register("insert_global_admin_js")
def start_what_inline_scripts_would_start() -> SafeString:
    return format_html('<script src="{}"></script>', static("cms/panel-starters.js"))


@hooks.register("construct_homepage_panels")
def say_that_work_stands_still(request: HttpRequest, panels: list[Any]) -> None:
    if panel := work_panel(request.user):
        panels.append(panel)
