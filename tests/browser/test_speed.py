"""Lighthouse on the pages that most people meet, served as in production. Part of make audit."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from practices_pages.models import HomePage, PracticeIndexPage, PracticePage
from tests.browser.install import chromium
from tests.browser.serving import like_production
from tests.browser.surfaces import address_of
from tests.browser.tools import LIGHTHOUSE, lighthouse, needs

pytestmark = [pytest.mark.audit, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LEAST = 95
# Whatever else the machine does makes a page slower, and nothing makes it faster.
ATTEMPTS = 3


@pytest.fixture
def var(tmp_path: Path) -> object:
    """The folder of the site; pictures lie in it, where its server finds them."""
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    with override_settings(STORAGES=storages, MEDIA_ROOT=str(tmp_path / "media")):
        yield tmp_path
    shutil.rmtree(tmp_path / "static", ignore_errors=True)


def test_the_main_pages_are_fast_accessible_and_well_made(var: Path, demo_site: str) -> None:
    browser = chromium()
    needs(LIGHTHOUSE, program="node")
    if not browser:
        pytest.skip("NO CHROMIUM on this machine: did not measure")
    lines, found = [], []
    with like_production(var) as site:
        for model in (HomePage, PracticeIndexPage, PracticePage):
            address = f"{site}{address_of(model)}"
            for _attempt in range(ATTEMPTS):
                report = lighthouse(address, browser=browser, keep_in=var)
                if min(report.scores.values()) >= LEAST:
                    break
            lines.append(f"{model.__name__}: {report.scores}")
            if min(report.scores.values()) < LEAST:
                found += [lines[-1], *report.faults]
    sys.stdout.write("\n".join([f"load {os.getloadavg()[0]:.1f}", *lines, ""]))
    assert not found, "\n".join(found)
