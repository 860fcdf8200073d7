"""Signing in to the panel, and what happens to a text when the session is gone."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from practices_pages.models import PracticePage
from tests.factories import make_practice, make_site_tree, make_user
from tests.practices_pages.editing import edit_form

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_speaks_polish_and_names_the_product(client):
    page = BeautifulSoup(client.get(reverse("wagtailadmin_login")).content, "html.parser")
    text = page.find("main").get_text(" ", strip=True)
    assert "Hasło" in text
    assert "Password" not in text
    assert "Wagtail" not in text


def test_an_editor_whose_session_is_gone_is_told_that_nothing_is_saved(client):
    page = make_practice(make_site_tree(), owner=make_user("author"), lead="Jak było.")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = edit_form(page, lead="Jak jest.")
    answer = client.post(address, form, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert "Sesja wygasła" in answer.json()["error_message"]
    page = PracticePage.objects.get(pk=page.pk)
    assert page.get_latest_revision_as_object().lead == "Jak było."


def test_a_signed_in_editor_saves_as_before(client):
    author = make_user("author")
    page = make_practice(make_site_tree(), owner=author)
    client.force_login(author)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = edit_form(page, lead="Jak jest.")
    answer = client.post(address, form, headers={"accept": "application/json"})
    assert answer.json()["success"] is True
