"""What operators copy from deploy/ holds together with the code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from cms.ticking import tick
from newsletter.conf import DEFAULTS as NEWSLETTER
from newsletter.heartbeats import Heart
from practices_pages.conf import DEFAULTS as PRACTICES
from tools.production_lock import PRODUCTION, WHOLE, entries, production

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
READERS = {"text", "flag", "number", "listed", "require"}
# Read by gunicorn, PostgreSQL's image or Django, and not by us.
OF_THE_APPS = {f"NEWSLETTER_{name}" for name in NEWSLETTER} | {
    f"PRACTICES_{name}" for name in PRACTICES
}
FOREIGN = {"WEB_CONCURRENCY", "POSTGRES_PASSWORD", "DJANGO_SETTINGS_MODULE"}


def read_variables() -> set[str]:
    """Every name with which a settings module asks env.py."""
    names = set()
    for path in (ROOT / "cms" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(
                node.func, "attr", getattr(node.func, "id", "")
            ) in {*READERS}:
                names |= {
                    arg.value
                    for given in node.args
                    if not isinstance(given, ast.Subscript)  # A default of the app's own.
                    for arg in ast.walk(given)
                    if isinstance(arg, ast.Constant)
                    and re.fullmatch(
                        r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|DEBUG|MAINTENANCE", str(arg.value)
                    )
                }
    return names - {"TEST_DATABASE_URL"}


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def services() -> dict[str, str]:
    """The blocks of compose.yaml's services, by name; the file is indented by two."""
    block = text_of("compose.yaml").partition("\nservices:\n")[2].partition("\nvolumes:")[0]
    parts = re.split(r"(?m)^  (?=[a-z]+:$)", block)
    return {part.partition(":")[0]: part for part in parts if ":" in part and part[0].isalpha()}


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs" / "environment.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    documented = set(re.findall(r"`([A-Z_]+)`", " ".join(rows)))
    read = read_variables()
    assert read - documented - OF_THE_APPS == set()
    assert documented - read - OF_THE_APPS == set()


def test_the_example_sets_what_production_requires_and_nothing_unknown() -> None:
    names = set(re.findall(r"(?m)^([A-Z_]+)=", text_of("production.env.example")))
    production_module = (ROOT / "cms" / "settings" / "production.py").read_text(encoding="utf-8")
    required = set(re.findall(r'^    "([A-Z_]+)",$', production_module, re.MULTILINE))
    known = read_variables() | OF_THE_APPS | FOREIGN
    assert required
    assert required <= names
    assert names <= known


def test_the_example_can_be_read_line_by_line_without_a_shell() -> None:
    for line in text_of("production.env.example").splitlines():
        assert re.fullmatch(r"(#.*|[A-Z_]+=[^\"'$]*)?", line), line


def test_compose_brings_everything_a_site_needs() -> None:
    assert set(services()) >= {"db", "redis", "migrate", "web", "worker", "tasks"}
    for name, block in services().items():
        if name in {"db", "redis"}:
            assert "healthcheck:" in block
            assert "networks: [inside]" in block
            assert "mem_limit:" in block
        else:
            assert "<<: *site" in block
    shared = text_of("compose.yaml").partition("x-site:")[2].partition("\nservices:")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:"):
        assert line in shared
    # Only on this machine: the proxy in front brings TLS.
    assert re.findall(r"ports: (.*)", text_of("compose.yaml")) == ['["127.0.0.1:8000:8000"]']


def test_what_comes_in_lies_on_the_volume_of_the_uploads_and_not_in_memory() -> None:
    for folder in (settings.FILE_UPLOAD_TEMP_DIR, settings.MEDIA_ROOT):
        assert Path(folder).parent == settings.VAR_DIR
    assert "- /tmp:size=128m\n" in text_of("compose.yaml")


def test_the_memory_of_the_web_has_room_for_a_pdf_beside_each_process() -> None:
    (processes,) = re.findall(r"(?m)^WEB_CONCURRENCY=(\d+)$", text_of("production.env.example"))
    needed = int(processes) * (250 + PRACTICES["PDF_MEGABYTES"])
    unit = text_of("systemd/dobre-praktyki-web.service")
    (of_unit,) = re.findall(r"(?m)^MemoryMax=(\d+)M$", unit)
    (of_container,) = re.findall(r"mem_limit: (\d+)m", services()["web"])
    assert int(of_unit) >= needed
    assert int(of_container) >= needed + 128
    assert "\nOOMPolicy=continue\n" in unit


def test_the_image_is_built_from_the_production_lock_and_runs_as_nobody_special() -> None:
    text = text_of("Containerfile")
    assert "--require-hashes -r /requirements-production.lock" in text
    assert text.index("USER 10001:10001") < text.index("HEALTHCHECK") < text.index("\nCMD [")
    assert "dev" not in re.findall(r"(?m)^RUN.*", text)
    collecting = text.partition("collectstatic")[0]
    production_module = (ROOT / "cms" / "settings" / "production.py").read_text(encoding="utf-8")
    for name in re.findall(r'^    "([A-Z_]+)",$', production_module, re.MULTILINE):
        assert f"{name}=" in collecting


def test_the_production_lock_is_the_same_lock_without_the_tools() -> None:
    whole = WHOLE.read_text(encoding="utf-8")
    assert PRODUCTION.read_text(encoding="utf-8") == production(whole)
    running, everything = entries(production(whole)), entries(whole)
    assert {"django", "wagtail", "gunicorn", "psycopg", "redis"} <= running.keys()
    assert running.keys().isdisjoint({"pytest", "mypy", "playwright", "ruff", "aiosmtpd"})
    assert all(everything[name] == entry for name, entry in running.items())
    # One package, two versions: Debian's Python 3.11.2 takes the older one.
    assert len(re.findall(r"(?m)^soupsieve==", whole)) == len(
        re.findall(r"(?m)^soupsieve==", PRODUCTION.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").glob("*.service")), ids=str)
def test_a_unit_runs_a_command_of_ours_as_its_own_user_with_little_power(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    command = re.findall(r"(?m)^ExecStart=(.*)$", text)[0].split()
    assert command[0].startswith("/opt/dobre-praktyki/.venv/bin/")
    for word in command[1:]:
        assert not word.endswith(".py") or (ROOT / word).is_file(), word
    for line in (
        "User=dobre-praktyki",
        "EnvironmentFile=/etc/dobre-praktyki/env",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "StateDirectory=dobre-praktyki",
    ):
        assert f"\n{line}\n" in text


def test_the_proxies_hand_on_one_address_and_serve_no_file() -> None:
    nginx, caddy = text_of("nginx.conf"), text_of("Caddyfile")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_add_x_forwarded_for" not in nginx
    assert not re.search(r"(?m)^\s*(root|alias) ", nginx)
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    assert "file_server" not in caddy


def test_gunicorn_logs_no_address_no_query_and_no_token() -> None:
    code = """
import runpy, types
conf = runpy.run_path("deploy/gunicorn.conf.py")
logger = conf["logger_class"].__new__(conf["logger_class"])
token = "/newsletter/u/WyJhYmMiXQ:1abcDE:" + "x" * 43 + "/"
environ = {"REQUEST_METHOD": "GET", "RAW_URI": token + "?q=a@b.example", "PATH_INFO": token,
  "QUERY_STRING": "q=a@b.example", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "198.51.100.7",
  "HTTP_REFERER": "https://secret.example/", "HTTP_USER_AGENT": "Browser/1"}
resp = types.SimpleNamespace(status="200 OK", sent=5, response_length=5, headers=[])
import datetime
atoms = logger.atoms(resp, types.SimpleNamespace(headers=[]), environ, datetime.timedelta(0))
print(conf["access_log_format"] % atoms)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "GET /newsletter/u/[token]/ 200 5 0ms" in done.stdout
    for secret in ("198.51.100", "secret.example", "Browser", "a@b", "xxxx"):
        assert secret not in done.stdout


@pytest.mark.django_db
def test_every_alert_watches_a_figure_that_exists(client: Client, settings: object) -> None:
    settings.METRICS_NETWORKS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    client.get("/")
    Heart(is_lasting=True).beat()
    tick()
    told = client.get("/metrics").content.decode()
    families = list(text_string_to_metric_families(told))
    samples = {sample.name for family in families for sample in family.samples}
    # Families without a single row yet have no sample.
    samples |= {family.name for family in families} | {"dobre_praktyki_deliveries"}
    watched = set(re.findall(r"dobre_praktyki_\w+", text_of("prometheus-alerts.yml")))
    assert watched <= samples
