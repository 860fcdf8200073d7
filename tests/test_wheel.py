"""Both apps work in somebody else's Wagtail site, installed from the wheel."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """
INSTALLED_APPS += [
    "practices_pages", "newsletter", "wagtail.contrib.settings", "wagtail_modeladmin", "anymail",
    "django_tasks", "ninja",
]
NEWSLETTER_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR + "/mail" if isinstance(BASE_DIR, str) else BASE_DIR / "mail"
NEWSLETTER_SUPPRESSION_KEY = "foreign"
DEFAULT_FROM_EMAIL = "Bulletin <bulletin@foreign.example>"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski")]
"""
ANNOUNCE = """
from datetime import datetime, timezone
from django.contrib.auth import get_user_model
from django.utils import timezone as clock
from home.models import HomePage
from newsletter import announcing, consent
from newsletter.models import Subscription
from newsletter.tokens import Link

consent.request_subscription(consent.SignUp(
    address="reader@foreign.example", topics=frozenset({"all"}), locale="en",
    method="form", form="/", network=""))
subscription = Subscription.objects.get()
consent.confirm(Link(subscription.ref, subscription.sign_up))
page = HomePage.objects.get()
announcement = announcing.announce(announcing.StoryFacts(
    key=f"home:{page.pk}", kind="home", title="A page of another site", lead="Its lead.",
    url="http://foreign.example/", published_at=clock.now(), facets=frozenset()))
user = get_user_model().objects.create_superuser("root", "root@foreign.example", "x")
announcing.release(announcement, by=user)
print(announcing.tick())
print(announcing.deliver_due())
"""


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    # Built from what git tracks, as a release would be: nothing lying around gets in.
    source.mkdir()
    files = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, source, cwd=folder
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def foreign_site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A new `wagtail start` site in a fresh virtual environment with the wheel installed."""
    folder = tmp_path_factory.mktemp("foreign")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    # The locked third-party packages, without installing them again; ours come from the wheel.
    packages = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).strip()
    (Path(packages) / "locked.pth").write_text(sysconfig.get_path("purelib"))
    run(python, "-m", "pip", "install", "--no-index", "--no-deps", wheel, cwd=folder)
    run(
        python,
        "-m",
        "django",
        "startproject",
        "--template",
        template_of_wagtail(python, folder),
        "foreign",
        cwd=folder,
    )
    return python, folder / "foreign"


def template_of_wagtail(python: Path, folder: Path) -> Path:
    code = "import wagtail, pathlib; print(pathlib.Path(wagtail.__file__).parent)"
    return Path(run(python, "-c", code, cwd=folder).strip()) / "project_template"


def test_the_wheel_holds_both_apps_with_templates_static_files_and_locale(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for app in ("newsletter", "practices_pages"):
        for part in ("templates/", "static/", "locale/pl/LC_MESSAGES/django.mo", "migrations/0001"):
            assert any(name.startswith(f"{app}/{part}") for name in names), (app, part)
    assert not any(name.startswith(("cms/", "tests/", "templates/")) for name in names)
    licences = [name for name in names if name.endswith("LICENSE")]
    assert licences


def test_another_sites_own_page_type_is_announced(foreign_site: tuple[Path, Path]) -> None:
    python, site = foreign_site
    base = next(site.glob("*/settings/base.py"))
    base.write_text(base.read_text() + SETTINGS)
    urls = base.parent.parent / "urls.py"
    urls.write_text(
        urls.read_text().replace(
            "urlpatterns = [",
            'urlpatterns = [\n    path("newsletter/", include("newsletter.urls")),',
            1,
        )
    )
    run(python, "-c", "import newsletter, practices_pages; print(newsletter.__file__)", cwd=site)
    run(
        python,
        "manage.py",
        "makemigrations",
        "--check",
        "--dry-run",
        "newsletter",
        "practices_pages",
        cwd=site,
    )
    run(python, "manage.py", "migrate", "--verbosity", "0", cwd=site)
    run(python, "manage.py", "shell", "-v0", "-c", ANNOUNCE, cwd=site)
    mails = [path.read_text() for path in (site / "mail").iterdir()]
    announcements = [mail for mail in mails if "A page of another site" in mail]
    assert len(announcements) == 1
    assert "To: reader@foreign.example" in announcements[0]
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in announcements[0]
