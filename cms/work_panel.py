"""The first panel of the dashboard, shown when the clock stands still or mail cannot leave."""

from typing import Any

from wagtail.admin.ui.components import Component

from cms.health import WORK, answers
from newsletter.health import Check


class WorkPanel(Component):
    """Everybody learns what to expect; who can act on it learns what is wrong and what to do."""

    name = "work"
    order = 1
    template_name = "cms/work_panel.html"

    def __init__(self, problems: list[Check], *, for_operator: bool) -> None:
        self.problems = problems
        self.for_operator = for_operator

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"problems": self.problems, "for_operator": self.for_operator}


def work_panel(user: Any) -> WorkPanel | None:
    """Nothing while all is well."""
    problems = [check for check in answers(WORK) if not check.is_ok]
    if not problems:
        return None
    return WorkPanel(
        problems,
        for_operator=user.has_perm("newsletter.control_announcement"),
    )
