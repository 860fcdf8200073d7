"""The arrows between the packages, read from the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "newsletter": {"cms", "practices_pages", "tests"},
    "practices_pages": {"cms", "newsletter", "tests"},
    "cms": {"tests"},
}
# Inside the newsletter a module may only import from its own layer or a lower one.
LAYERS = (
    {
        "admin",
        "admin_views",
        "apps",
        "esp_events",
        "forms",
        "management",
        "tasks",
        "templatetags",
        "urls",
        "views",
    }
    | {"admin_views", "wagtail_hooks"},
    {"announcing", "claiming", "health", "invariants", "outcomes", "releasing", "stories"}
    | {"mta_log", "replaying", "replaying_consent"},
    {"consent", "esp", "heartbeats", "letters", "messages", "retention"},
    {"addresses", "audience", "chain", "clauses", "networks", "sign_ups", "throttle", "wording"}
    | {"journal"},
    {"checks", "conf", "errors", "migrations", "models", "tokens", "topics"},
)
MAIL_MODULES = {"django.core.mail", "smtplib", "anymail"}


def modules(package: str) -> Iterator[Path]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module, spelled out; `from a import b` counts as a and as a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_packages_import_only_along_the_arrows(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for _node, name in imports(path)
        if name.split(".")[0] in FORBIDDEN[package]
    ]
    assert wrong == []


def test_inside_the_newsletter_imports_point_down() -> None:
    layer_of = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for path in modules("newsletter"):
        here = path.relative_to(ROOT / "newsletter").parts[0].removesuffix(".py")
        if here == "__init__":
            continue
        assert here in layer_of, f"newsletter/{here} has no place in the layers"
        for _node, name in imports(path):
            parts = name.split(".")
            there = parts[1] if parts[0] == "newsletter" and len(parts) > 1 else None
            if there in layer_of and layer_of[there] < layer_of[here] and here != "apps":
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_no_import_hides_inside_a_function() -> None:
    """apps.py may: an app's receivers can only be imported once the apps are ready."""
    wrong = []
    for package in FORBIDDEN:
        for path in modules(package):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in ast.walk(tree):
                if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                inside = [
                    n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)
                ]
                if inside and path.name != "apps.py":
                    wrong.append(f"{path.relative_to(ROOT)}:{function.lineno}")
    assert wrong == []


def test_only_the_two_esp_modules_import_anymail() -> None:
    users = {
        str(path.relative_to(ROOT))
        for package in FORBIDDEN
        for path in modules(package)
        for _node, name in imports(path)
        if name.split(".")[0] == "anymail"
    }
    assert users <= {"newsletter/esp.py", "newsletter/esp_events.py"}


def test_pages_know_no_mail() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("practices_pages")
        for _node, name in imports(path)
        if any(name == module or name.startswith(f"{module}.") for module in MAIL_MODULES)
    ]
    assert wrong == []


def test_only_env_reads_the_environment() -> None:
    """manage.py, wsgi.py and asgi.py name the settings module; demo commands start processes."""
    allowed = {"env.py", "wsgi.py", "asgi.py", "demo.py", "demo_check.py"}
    wrong = [
        str(path.relative_to(ROOT))
        for package in FORBIDDEN
        for path in modules(package)
        if path.name not in allowed and "os.environ" in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_only_consent_writes_consent() -> None:
    """Other modules may read these rows; creating or changing them has one home."""
    written = (
        "ConsentEvent(",
        "ConsentEvent.objects.create",
        "Suppression.objects.create",
        "Subscription.objects.create",
        "SubscriptionTopic(",
        "SubscriptionTopic.objects.create",
        "Clause.objects.create",
    )
    allowed = {"consent.py", "chain.py", "make_subscriptions.py", "clauses.py"}
    wrong = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules("newsletter")
        if path.name not in allowed and "models" not in path.parts
        for text in written
        if text in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
