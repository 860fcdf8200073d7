"""A film goes public with captions and text, asks nobody before a click, and hides its drafts."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from practices_pages import previews
from practices_pages.gate import PublicationRefused, check_publication, problems
from practices_pages.models import (
    FilmIndexPage,
    FilmIndexQuestion,
    FilmPage,
    FilmUnit,
    PracticeIndexPage,
    SiteLinks,
    ThematicArea,
)
from practices_pages.publishing import publish_due
from practices_pages.workflows import STAFF, install_editorial_workflow
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages import hostile
from tests.practices_pages.filming import (
    VTT,
    file_fields,
    make_document,
    make_film,
    make_film_index,
)
from tests.practices_pages.project_world import make_project
from tests.practices_pages.test_file_privacy import Files

pytestmark = pytest.mark.django_db
PLAYER = "https://www.youtube-nocookie.com"
HOSTS = re.compile(r"""(?:src|srcset|poster|data|action)=["'](https?:)?//""")


@pytest.fixture
def practices() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def index(practices: PracticeIndexPage) -> FilmIndexPage:
    index = make_film_index(series_name="Filmy o samorządach")
    install_editorial_workflow(index, open_to=STAFF)
    return index


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def frames(answer: Any) -> list[str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return next(part.split()[1:] for part in parts if part.startswith("frame-src"))


# What publishing asks for.


def fields_named(page: FilmPage) -> set[str]:
    return {problem.field for problem in problems(page)}


def test_a_film_on_youtube_needs_its_text_and_somebody_who_checked_the_captions(
    index: FilmIndexPage,
) -> None:
    assert problems(make_film(index)) == []
    assert fields_named(make_film(index, transcript="")) == {"transcript"}
    assert fields_named(make_film(index, transcript="<p>\u200b </p>")) == {"transcript"}
    unchecked = make_film(index, youtube_captions_checked=False)
    assert fields_named(unchecked) == {"youtube_captions_checked"}


def test_a_film_of_our_own_needs_captions_and_they_are_its_text(index: FilmIndexPage) -> None:
    fields = file_fields()
    assert problems(make_film(index, **fields)) == []
    bare = make_film(index, **{**fields, "captions": None})
    assert fields_named(bare) == {"captions", "transcript"}
    with_text = make_film(index, **{**fields, "captions": None, "transcript": "<p>Słowa.</p>"})
    assert fields_named(with_text) == {"captions"}
    assert "podmiot publiczny" in problems(with_text)[0].message.lower()


def test_what_is_seen_has_to_be_said_and_captions_do_not_say_it(index: FilmIndexPage) -> None:
    assert fields_named(make_film(index, audio_description="")) == {"audio_description"}
    fields = file_fields() | {"audio_description": "in_text"}
    assert fields_named(make_film(index, **fields)) == {"audio_description"}
    assert problems(make_film(index, **fields, transcript="<p>Widać autobus.</p>")) == []


def test_a_film_needs_a_lead_a_place_to_be_watched_and_files_of_the_right_kind(
    index: FilmIndexPage,
) -> None:
    nothing = FilmPage(title="Pusty", slug="pusty")
    assert fields_named(nothing) == {"lead", "video", "transcript", "audio_description"}
    text = make_document("wzor.txt", b"tekst")
    wrong = make_film(index, **(file_fields() | {"video": text, "captions": text}))
    assert fields_named(wrong) == {"video", "captions"}
    elsewhere = make_film(index)
    elsewhere.youtube_url = "https://vimeo.com/1"
    with pytest.raises(PublicationRefused) as refused:
        check_publication(elsewhere, revision=elsewhere.latest_revision, user=None)
    assert [problem.field for problem in refused.value.problems] == ["youtube_url"]
    assert fields_named(make_film(index, questions=["Jak?", " "])) == {"questions"}


def test_a_unit_stands_once_and_gets_the_kind_of_its_time(index: FilmIndexPage) -> None:
    unit = make_unit()
    film = make_film(index)
    film.film_units = [FilmUnit(unit=unit), FilmUnit(unit=unit)]
    assert fields_named(film) == {"film_units"}
    film.film_units = [FilmUnit(unit=unit)]
    film.save_revision().publish()
    assert FilmPage.objects.get().film_units.get().kind_at_time == "rural"


# Every way to publish passes the gate.


def edit_form(page: FilmPage, **changes: Any) -> dict[str, Any]:
    page = page.get_latest_revision_as_object()
    data = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "description": rich_text(page.description),
        "transcript": rich_text(page.transcript),
        "youtube_url": page.youtube_url,
        "youtube_captions_checked": "on" if page.youtube_captions_checked else "",
        "audio_description": page.audio_description,
        "length_seconds": page.length,
        "comment_notifications": "",
        "film_units": inline_formset([]),
        "comments": inline_formset([]),
        "questions": inline_formset(
            [{"question": row.question, "id": row.pk or ""} for row in page.questions.all()],
            initial=sum(row.pk is not None for row in page.questions.all()),
        ),
    }
    return nested_form_data(data | changes)


def edit(client: Client, page: FilmPage, **changes: Any) -> Any:
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, edit_form(page, **changes))


def is_live(page: FilmPage) -> bool:
    return FilmPage.objects.get(pk=page.pk).live


def test_the_editor_names_what_is_missing_at_the_fields_and_keeps_drafts(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index, edited_by=make_user("editor"))
    client.force_login(make_user("moderator"))
    without = {"transcript": rich_text(""), "length_seconds": "4:07"}
    saved = edit(client, page, **without)
    assert saved.status_code == 302, saved.context["form"].errors
    page = FilmPage.objects.get(pk=page.pk)
    assert page.get_latest_revision_as_object().length_seconds == 247
    refused = edit(client, page, **without, **{"action-publish": "1"})
    assert refused.status_code == 200
    assert "transcript" in refused.context["form"].errors
    assert not is_live(page)
    edit(client, page, transcript=rich_text("<p>Słowa.</p>"), **{"action-publish": "1"})
    assert is_live(page)


def test_the_editor_refuses_an_address_that_names_no_film_in_any_state(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index)
    client.force_login(make_user("editor"))
    answer = edit(client, page, youtube_url="https://www.youtube.com/@kanal")
    assert "youtu.be" in str(answer.context["form"].errors["youtube_url"])


def test_the_workflow_the_bulk_action_the_schedule_and_code_refuse_a_film_without_text(
    index: FilmIndexPage, client: Client
) -> None:
    editor, moderator = make_user("editor"), make_user("moderator")
    page = make_film(index, transcript="", edited_by=editor)
    client.force_login(moderator)

    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{bulk}?id={page.pk}")
    assert page.title in " ".join(str(message) for message in get_messages(answer.wsgi_request))

    api = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
    assert client.post(api).status_code == 400

    page.get_workflow().start(page, editor)
    page = FilmPage.objects.get(pk=page.pk)
    task = page.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]))
    assert FilmPage.objects.get(pk=page.pk).current_workflow_task_state.pk == task.pk

    page.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    assert [refusal.title for refusal in publish_due().refused] == [page.title]

    with pytest.raises(PublicationRefused):
        page.get_latest_revision().publish()
    with pytest.raises(PublicationRefused):
        index.add_child(instance=FilmPage(title="Od razu", slug="od-razu", live=True))
    assert not FilmPage.objects.filter(live=True).exists()


# What a visitor gets.


def test_a_film_from_youtube_is_a_plain_link_until_somebody_asks_for_it(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index, live=True)
    answer = client.get(page.url)
    html = answer.content.decode()
    assert '<a class="play" href="https://www.youtube.com/watch?v=AbCdEfGhIjK"' in html
    assert "<iframe" not in html
    assert not HOSTS.search(html)
    assert "Google" in html
    assert 'data-film="AbCdEfGhIjK"' in html
    assert frames(answer) == ["'self'", PLAYER]
    assert f'autoplay=(self "{PLAYER}")' in answer["Permissions-Policy"]


def test_no_other_answer_may_frame_youtube(
    practices: PracticeIndexPage, index: FilmIndexPage, client: Client
) -> None:
    practice = make_practice(practices, live=True)
    make_film(index, live=True, practice=practice)
    own = make_film(index, live=True, **file_fields(), youtube_url="https://youtu.be/AbCdEfGhIjK")
    for address in ("/", index.url, practice.url, own.url, "/nothing-here/"):
        answer = client.get(address)
        assert frames(answer) == ["'self'"], address
        assert "autoplay=()" in answer["Permissions-Policy"]
    assert "youtube.com/watch" in read(client, own.url)


def test_a_view_cannot_frame_whatever_it_likes(
    index: FilmIndexPage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_film(index, live=True)
    monkeypatch.setattr("practices_pages.youtube.EMBED_ORIGIN", "https://zly.example")
    assert frames(client.get(page.url)) == ["'self'"]


def test_machines_read_what_the_film_is(index: FilmIndexPage, client: Client) -> None:
    def node(page: FilmPage) -> dict[str, Any]:
        html = read(client, page.url)
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
        assert found
        graph = json.loads(found[1])["@graph"]
        return next(one for one in graph if one["@type"] == "VideoObject")

    youtube = node(make_film(index, live=True, filmed_on=date(2018, 1, 15)))
    assert youtube["embedUrl"] == f"{PLAYER}/embed/AbCdEfGhIjK"
    assert (youtube["duration"], youtube["uploadDate"]) == ("PT245S", "2018-01-15")
    assert "contentUrl" not in youtube
    page = make_film(index, live=True, **file_fields())
    own = node(page)
    assert own["contentUrl"] == f"http://testserver{page.video.url}"
    assert own["caption"]["contentUrl"] == f"http://testserver{page.captions.url}"
    assert own["accessibilityFeature"] == ["captions", "transcript"]
    silent = make_film(index, live=True)
    FilmPage.objects.filter(pk=silent.pk).update(youtube_captions_checked=False, transcript="")
    assert "accessibilityFeature" not in node(silent)


def test_what_helps_to_follow_a_film_stands_in_a_row_without_loose_ends(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index, live=True)
    films = FilmPage.objects.filter(pk=page.pk)

    def helps() -> str:
        footer = r'<footer class="about">\s*<p><strong>[^<]*</strong> (.*?)</p>'
        found = re.search(footer, read(client, page.url))
        return re.sub("<[^>]+>", "", found[1]) if found else ""

    films.update(audio_description="", access_note="")
    assert helps() == "napisy"
    films.update(youtube_captions_checked=False, access_note="tłumacz języka migowego")
    assert helps() == "tłumacz języka migowego"
    films.update(access_note="")
    assert helps() == ""


def test_an_own_film_comes_with_captions_in_their_language_and_loads_nothing_by_itself(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index, live=True, **file_fields())
    html = read(client, page.url)
    assert re.search(r'<video controls preload="none" [^>]*aria-label="', html)
    assert f'<source src="{page.video.url}" type="video/mp4">' in html
    track = f'<track kind="captions" srclang="pl" label="Polski" src="{page.captions.url}" default>'
    assert track in html
    assert "film.js" not in html
    assert frames(client.get(page.url)) == ["'self'"]


def test_the_text_of_a_film_is_made_from_its_captions_unless_somebody_wrote_one(
    index: FilmIndexPage, client: Client
) -> None:
    evil = VTT.replace("Dzieci", "&lt;script&gt;alert(1)&lt;/script&gt; Dzieci")
    fields = file_fields() | {"captions": make_document("zle.vtt", evil.encode())}
    html = read(client, make_film(index, live=True, **fields).url)
    assert "<strong>Dyrektorka:</strong> Autobus odjeżdżał" in html
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    written = make_film(index, live=True, **file_fields(), transcript="<p>Tekst redakcji.</p>")
    html = read(client, written.url)
    assert "Tekst redakcji." in html
    assert "Dyrektorka:" not in html


def test_captions_that_were_lost_do_not_lose_the_page(index: FilmIndexPage, client: Client) -> None:
    fields = file_fields()
    page = make_film(index, live=True, **fields)
    fields["captions"].file.storage.delete(fields["captions"].file.name)
    assert page.title in read(client, page.url)
    fields["captions"].file.save("x.vtt", hostile_captions())
    assert page.title in read(client, page.url)


def hostile_captions() -> Any:
    return make_document("inne.vtt", b"to nie napisy").file


def test_a_film_says_whom_it_shows_when_and_for_how_long(
    practices: PracticeIndexPage, index: FilmIndexPage, client: Client
) -> None:
    practice = make_practice(practices, live=True, title="Wspólny rozkład jazdy")
    project = make_project()
    page = make_film(
        index,
        practice=practice,
        project=project,
        project_stage="etap I, pilotaż",
        credit="Studio Próbne",
        filmed_on=date(2018, 1, 15),
        updated_on=date(2018, 2, 7),
        access_note="Tłumaczenie na polski język migowy",
        description="<p>O <b>dowozie</b>.</p>",
    )
    page.film_units = [FilmUnit(unit=make_unit("Gmina Filmowa"))]
    page.areas.set(ThematicArea.objects.filter(slug="dowozenie"))
    page.save_revision().publish()
    html = read(client, page.url)
    for fact in (
        "Filmy o samorządach", "Gmina Filmowa", "gmina wiejska", "4:05", "PT0H4M5S",
        "Studio Próbne", "15 stycznia 2018", "7 lutego 2018", "etap I, pilotaż",
        project.title, practice.title,
        "Jak skrócić czekanie na autobus?", "polski język migowy", "<b>dowozie</b>",
    ):  # fmt: skip
        assert fact in html, fact
    assert html.count("<h1") == 1
    shown = read(client, practice.url)
    assert page.title in shown
    assert page.url in shown


def test_what_is_not_public_is_not_named_by_what_is(
    practices: PracticeIndexPage, index: FilmIndexPage, client: Client
) -> None:
    draft = make_practice(practices, title="Tajna praktyka")
    project = make_project()
    project.unpublish()
    film = make_film(index, live=True, practice=draft, project=project)
    html = read(client, film.url)
    assert "Tajna praktyka" not in html
    assert project.title not in html
    practice = make_practice(practices, live=True)
    make_film(index, title="Tajny film", practice=practice)
    assert "Tajny film" not in read(client, practice.url)
    assert "Tajny film" not in read(client, index.url)


def test_the_list_shows_questions_films_and_the_channel(
    index: FilmIndexPage, client: Client
) -> None:
    index.questions = [FilmIndexQuestion(question="Co zrobić, żeby uczniowie lubili szkoły?")]
    index.introduction, index.closing = "<p>Wstęp.</p>", "<p>Zapraszamy!</p>"
    index.save_revision().publish()
    links = SiteLinks.objects.create(
        site_id=index.get_site().pk, channel_url="https://youtube.example/kanal"
    )
    films = [make_film(index, live=True) for _ in range(2)]
    html = read(client, index.url)
    for text in ("lubili szkoły?", "Wstęp.", "Zapraszamy!", links.channel_url, index.series_name):
        assert text in html
    for film in films:
        assert film.url in html
    links.channel_url = "javascript:alert(1)"
    links.save()
    assert "javascript:" not in read(client, index.url)


def test_films_are_found_by_unit_area_competence_and_year(
    index: FilmIndexPage, client: Client
) -> None:
    film, other = make_film(index, filmed_on=date(2018, 1, 1)), make_film(index)
    film.film_units = [FilmUnit(unit=make_unit("Gmina Filmowa"))]
    film.areas.set(ThematicArea.objects.filter(slug="dowozenie"))
    for page in (film, other):
        page.save_revision().publish()
    for query in ("area=dowozenie", "group=rural", "voivodeship=14", "year=2018"):
        html = read(client, f"{index.url}?{query}")
        assert film.url in html, query
        assert other.url not in html, query
    assert "<code>colour</code>" in read(client, f"{index.url}?colour=red")


def test_a_longer_list_of_films_asks_as_often(
    index: FilmIndexPage, client: Client, django_assert_max_num_queries: Any
) -> None:
    make_film(index, live=True, questions=["Jak?", "Kiedy?"])
    client.get(index.url)
    with django_assert_max_num_queries(30) as first:
        client.get(index.url)
    for number in range(6):
        film = make_film(index, title=f"Kolejny {number}")
        film.film_units = [FilmUnit(unit=make_unit())]
        film.save_revision().publish()
    with django_assert_max_num_queries(len(first) + 2):
        client.get(index.url)


def test_an_empty_list_says_so(index: FilmIndexPage, client: Client) -> None:
    assert "Nie ma tu jeszcze" in read(client, index.url)


def test_a_preview_shows_the_draft_its_player_and_its_files(
    index: FilmIndexPage, client: Client
) -> None:
    editor = make_user("editor")
    page = make_film(index, **file_fields())
    _grant, token = previews.create_grant(page, by=editor, label="JST", days=1)
    html = read(client, f"/preview/{token}/")
    address = re.search(r'<source src="([^"]+)"', html)
    assert address
    assert client.get(page.video.url).status_code == 404
    answer = client.get(address[1])
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    youtube = make_film(index)
    _grant, token = previews.create_grant(youtube, by=editor, label="JST", days=1)
    assert frames(client.get(f"/preview/{token}/")) == ["'self'", PLAYER]


def test_editors_preview_what_they_are_writing_with_its_player(
    index: FilmIndexPage, client: Client
) -> None:
    client.force_login(make_user("editor"))
    page = make_film(index)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    posted = client.post(address, edit_form(page, title="Nowy tytuł filmu"))
    assert posted.json()["is_valid"], posted.content
    answer = client.get(address)
    assert "Nowy tytuł filmu" in answer.content.decode()
    assert frames(answer) == ["'self'", PLAYER]
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert page.title in draft.content.decode()
    assert frames(draft) == ["'self'", PLAYER]


def test_the_editor_of_a_film_and_a_list_opens(index: FilmIndexPage, client: Client) -> None:
    client.force_login(make_user("editor"))
    page = make_film(index, length_seconds=245)
    html = read(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert 'value="4:05"' in html
    read(client, reverse("wagtailadmin_pages:add", args=["practices_pages", "filmpage", index.pk]))
    client.force_login(make_user("administrator"))
    read(client, reverse("wagtailadmin_pages:edit", args=[index.pk]))


# Files of films are as public as their films.


def test_files_of_a_film_follow_its_page(index: FilmIndexPage, client: Client) -> None:
    fields, files = file_fields(), Files.make()
    described = {
        "main_image": files.image,
        "image_alt": "Autobus",
        "image_credit": "Fot. A. Próbna",
    }
    page = make_film(index, **fields, **described)
    addresses = [fields["video"].url, fields["captions"].url, files.image.file.url]
    ranged = {"Range": "bytes=0-3"}
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.get(addresses[0], headers=ranged).status_code == 404
    page.get_latest_revision().publish()
    assert {status(client, address) for address in addresses} == {200}
    assert "Fot. A. Próbna" in read(client, page.url)
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN
    )
    assert {client.get(address).status_code for address in addresses} == {404}
    restriction.delete()
    FilmPage.objects.get(pk=page.pk).unpublish()
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.get(addresses[0], headers=ranged).status_code == 404


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    b"".join(answer)  # type: ignore[arg-type]
    return answer.status_code


def test_a_film_that_is_used_cannot_be_deleted_under_its_page(
    index: FilmIndexPage, client: Client
) -> None:
    page = make_film(index, live=True, **file_fields())
    client.force_login(make_user("administrator"))
    answer = client.post(reverse("wagtaildocs:delete", args=[page.video.pk]))
    assert answer.status_code == 302
    assert FilmPage.objects.get(pk=page.pk).video is not None


def test_hostile_words_stay_words(index: FilmIndexPage, client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    page = make_film(
        index, live=True, title=evil, lead=evil, credit=evil, access_note=evil,
        project_stage=evil, questions=[evil], transcript=f"<p>x</p>{hostile.SCRIPT.decode()}",
    )  # fmt: skip
    for address in (page.url, index.url):
        assert "<script>alert" not in read(client, address)
