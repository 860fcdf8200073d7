"""What Wagtail asks this app for. Each kind of hook has its own module; here they are gathered."""

from practices_pages import (  # noqa: F401  (importing registers the hooks)
    editor_hooks,
    editor_lists_hooks,
    import_hooks,
    isolation_hooks,
    log_actions,
    preview_hooks,
    serve_hooks,
    snippets,
)
