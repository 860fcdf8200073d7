"""Rich text is clean in rows, in revisions and wherever it is shown, whoever wrote it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from practices_pages.models import SECTIONS, HomePage, PracticePage
from practices_pages.models.rich_text import SECTION_FEATURES
from practices_pages.sanitise import MAX_LENGTH, clean_html
from tests.factories import make_practice, make_site_tree

pytestmark = pytest.mark.django_db
DIRTY = '<p onclick="x">Raz <script>dwa</script><a href="javascript:x">trzy</a></p>'
CLEAN = "<p>Raz <a>trzy</a></p>"


@pytest.fixture
def index():
    return make_site_tree()


def stored(page):
    return PracticePage.objects.values_list("solution", flat=True).get(pk=page.pk)


def test_what_code_writes_is_stored_clean_in_the_row_and_in_the_revision(index):
    page = make_practice(index, solution=DIRTY)
    assert stored(page) == CLEAN
    assert page.latest_revision.content["solution"] == CLEAN


def test_a_draft_saved_by_code_is_clean(index):
    page = make_practice(index, live=True)
    page.solution = DIRTY
    page.save_revision()
    assert page.get_latest_revision_as_object().solution == CLEAN
    assert page.solution == CLEAN


def test_the_pages_around_the_practices_are_clean_too(index):
    home = HomePage.objects.get()
    home.body = DIRTY
    home.save()
    home.refresh_from_db()
    assert home.body == CLEAN


def test_what_came_past_the_models_is_shown_inert(index, client):
    page = make_practice(index, live=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE practices_pages_practicepage SET solution=%s, source_url=%s, film_url=%s",
            [DIRTY + '<embed embedtype="media" url="https://obcy.example/"/>', "javascript:x", "x"],
        )
    shown = client.get(page.url).content.decode()
    answer = client.get(f"/api/v1/practices/{page.pid}").json()
    section = answer["sections"][SECTIONS.index("solution")]
    assert CLEAN in shown
    assert section["html"] == CLEAN
    assert (answer["source_url"], answer["film_url"]) == (None, None)
    for bad in ("javascript:", "onclick", "<script>dwa", "<embed"):
        assert bad not in shown


def test_a_text_too_long_is_a_message_at_its_field(index):
    page = make_practice(index)
    page.solution = "a" * (MAX_LENGTH + 1)
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert list(refused.value.message_dict) == ["solution"]


def test_the_editor_opens_and_saves_what_was_cleaned_without_changing_it():
    html = clean_html(
        "<h2>Kroki</h2><div>Raz<br>dwa <strong>trzy</strong></div><ul><li>cztery</ul>"
        '<p>"Pięć" <em>& sześć</em> <a href="https://gmina.example/?a=1&b=2">siedem</a></p>',
        SECTION_FEATURES,
    )
    editor = ContentstateConverter(SECTION_FEATURES)
    once = editor.to_database_format(editor.from_database_format(html))
    # The editor names its blocks and has its own words for bold and italic; the rest is ours.
    assert clean_html(once, SECTION_FEATURES) == once
