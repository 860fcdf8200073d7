"""A project's page: every fact of it, and nothing of anybody that is not public."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Locale, Page, PageViewRestriction

from practices_pages import languages
from practices_pages.funding import funding_of
from practices_pages.gate import problems
from practices_pages.models import (
    ContactPerson,
    PartnerRole,
    PlannedPublication,
    Procedure,
    Progress,
    ProjectContact,
    ProjectDocument,
    ProjectEvent,
    ProjectIndexPage,
    ProjectIndicator,
    ProjectLogo,
    ProjectName,
    ProjectPage,
    ProjectPartner,
    ProjectProgramme,
    ProjectStage,
    Qualifier,
)
from practices_pages.news import of_project
from practices_pages.projects import RELATED_SHOWN, project_groups, related_to
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.project_world import (
    make_document,
    make_image,
    make_index,
    make_news,
    make_partner,
    make_project,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def read(client, page, language="") -> str:
    response = client.get(language + page.url)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def full_project(**fields) -> ProjectPage:
    """One row of every kind, as a project page with all its facts has them."""
    person = ContactPerson.objects.create(
        name="Ewa Próbna",
        email="ewa@lipowo.example",
        phone="+48 000 000 001",
        unit=make_unit("Lipowo"),
        published_until=timezone.localdate() + timedelta(days=10),
    )
    given = {
        "title": "Wspólne zarządzanie oświatą",
        "full_name": "Wspólne zarządzanie oświatą w gminach – I etap",
        "short_name": "WZO",
        "lead": "Gminy uczą się od siebie.",
        "starts": "2016-04",
        "ends": "2018-03",
        "general_aim": "<p>Lepsze przygotowanie urzędów.</p>",
        "description": "<p>Diagnoza, pilotaż i rekomendacje.</p>",
        "value": Decimal(2_800_000),
        "value_qualifier": Qualifier.OVER,
        "procedure": Procedure.NON_COMPETITIVE,
        "character": "koncepcyjny",
        "funding_text": "<p>Współfinansowano z funduszu przykładowego.</p>",
        "external_title": "Strona lidera",
        "external_url": "https://lider.example/projekt",
        "team_name": "Zespół WZO",
        "team_email": "wzo@lider.example",
        "updated_on": date(2026, 2, 3),
        "other_names": [ProjectName(name="Wspólna oświata", source="plakat z 2017 roku")],
        "partners": [
            make_partner(name="Ośrodek w Lipowie", role=PartnerRole.LEADER, amount=None),
            make_partner(
                name="Związek Gmin Próbnych",
                website="https://zwiazek.example/",
                task="Dba o zgodność z praktyką.",
            ),
        ],
        "programmes": [
            ProjectProgramme(
                programme="Program Przykładowy",
                axis="Oś II",
                action="Działanie 2.18",
                source="umowa",
            ),
            ProjectProgramme(
                action="Działanie 2.10", source="strona lidera", source_url="https://lider.example/"
            ),
        ],
        "stages": [
            ProjectStage(name="Programy szkoleń", starts="2016", ends="2018", aims="Opracować."),
            ProjectStage(name="Wdrożenie", starts="2018", ends="2020", is_elsewhere=True),
        ],
        "indicators": [
            ProjectIndicator(what="samorządy", stage_number=2, planned=500, unit_of_measure="JST"),
            ProjectIndicator(
                what="uczestnicy szkoleń",
                stage_number=2,
                planned=2000,
                planned_qualifier=Qualifier.AT_LEAST,
                achieved=2115,
                unit_of_measure="osób",
            ),
            ProjectIndicator(what="opisy praktyk", planned=20, planned_qualifier=Qualifier.ABOUT),
        ],
        "events": [
            ProjectEvent(
                title="Grupy wymiany doświadczeń",
                description="Opiniują materiały.",
                times=9,
                times_of="dwudniowych sesji",
                size_from=6,
                size_to=8,
                size_of="JST",
            ),
            ProjectEvent(title="Konferencja na koniec", starts="2018-03-12"),
        ],
        "documents": [
            ProjectDocument(
                document=make_document("Raport z diagnozy"),
                kind="diagnosis",
                description="Dla autorów szkoleń",
                licence="cc-by-4.0",
            )
        ],
        "planned_publications": [
            PlannedPublication(
                title="Analizy tematyczne",
                kind="thematic_analysis",
                count=10,
                count_qualifier=Qualifier.ABOUT,
                purpose="wkład do programu",
                due="2017-12",
            )
        ],
        "team": [ProjectContact(contact=person, task="koordynatorka")],
        "funding_logos": [ProjectLogo(image=make_image("fundusz.png"), alt="Fundusz Przykładowy")],
    }
    return make_project(**(given | fields))


def test_every_fact_stands_on_the_page_in_polish(index, client) -> None:
    html = read(client, full_project())

    for text in (
        "Wspólne zarządzanie oświatą w gminach – I etap",
        "WZO",
        "Wspólna oświata",
        "plakat z 2017 roku",
        "kwiecień 2016 – marzec 2018",
        "zakończony",
        "Lepsze przygotowanie urzędów.",
        "Diagnoza, pilotaż i rekomendacje.",
        "ponad 2,8 mln zł",
        "pozakonkursowy",
        "koncepcyjny",
        "Ośrodek w Lipowie",
        "lider",
        "Związek Gmin Próbnych",
        "https://zwiazek.example/",
        "Dba o zgodność z praktyką.",
        "ponad 800 tys. zł",
        "Program Przykładowy",
        "Oś II",
        "Działanie 2.18",
        "umowa",
        "Działanie 2.10",
        "https://lider.example/",
        "2016–2018",
        "Opracować.",
        "realizowane w innym projekcie",
        "500 JST",
        "co najmniej 2000 osób",
        "2115 osób",
        "około 20",
        "9 dwudniowych sesji",
        "6–8 JST",
        "Opiniują materiały.",
        '<p class="when">12 marca 2018</p>',
        "Raport z diagnozy",
        "raport z diagnozy",
        "Analizy tematyczne",
        "około 10",
        "wkład do programu",
        "grudzień 2017",
        "Strona lidera",
        "https://lider.example/projekt",
        "Ewa Próbna",
        "koordynatorka",
        "Zespół WZO",
        "wzo@lider.example",
        "3 lutego 2026",
        "Współfinansowano z funduszu przykładowego.",
        "Fundusz Przykładowy",
    ):
        assert text in html, text


def test_amounts_and_periods_speak_english_under_en(index, client) -> None:
    html = read(client, full_project(), "/en")

    for text in (
        "over PLN 2.8 million",
        "April 2016 – March 2018",
        "at least 2,000 osób",
        "non-competitive",
        "leader",
        "finished",
    ):
        assert text in html, text


def test_every_table_has_a_caption_and_scopes(index, client) -> None:
    html = read(client, full_project())

    assert html.count("<caption") == html.count("<table") == 2
    assert all("scope=" in cell for cell in html.split("<th")[1:] if cell[0] in " >")


def test_the_page_offers_the_newsletter_with_its_clause_in_place(index, client) -> None:
    html = read(client, full_project())

    assert 'action="/newsletter/"' in html
    assert 'id="sign-up-consent"' in html
    assert html.count("<h1") == 1


def test_somebody_whose_consent_ended_disappears_by_themselves(index, client) -> None:
    page = full_project()
    ContactPerson.objects.update(published_until=timezone.localdate() - timedelta(days=1))

    html = read(client, page)

    assert "Ewa Próbna" not in html
    assert "ewa@lipowo.example" not in html
    assert "wzo@lider.example" in html


def test_only_public_pages_of_others_are_shown(index, client) -> None:
    project = make_project(title="Dowozy")
    shown = make_practice(index, live=True, project=project, title="Praktyka widoczna")
    make_practice(index, live=False, project=project, title="Praktyka robocza")
    private = make_practice(index, live=True, project=project, title="Praktyka prywatna")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    make_news(project, title="Wiadomość widoczna")
    make_news(project, live=False, title="Wiadomość robocza")
    make_news(title="Wiadomość o niczym")
    hidden = make_news(live=False, title="Strona wydarzenia")
    project.events.add(
        ProjectEvent(title="Narada", more=Page.objects.get(pk=shown.pk)),
        ProjectEvent(title="Zjazd", more=Page.objects.get(pk=hidden.pk)),
    )

    html = read(client, publish(project))

    assert html.count("Praktyka widoczna") == 1
    assert f'<a href="{shown.url}">Narada</a>' in html
    assert "Wiadomość widoczna" in html
    assert "Zjazd" in html
    for text in (
        "Praktyka robocza",
        "Praktyka prywatna",
        "Wiadomość robocza",
        "o niczym",
        hidden.slug,
    ):
        assert text not in html, text


def test_of_many_pages_some_are_shown_and_all_are_counted(index) -> None:
    project = make_project()
    for _number in range(RELATED_SHOWN + 2):
        make_practice(index, live=True, project=project)

    [practices] = related_to(project)

    assert len(practices.pages) == RELATED_SHOWN
    assert practices.total == RELATED_SHOWN + 2
    assert practices.index == Page.objects.get(pk=index.pk)


def test_each_language_of_a_project_shows_its_pages_once(index) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    project = make_project()
    practice = make_practice(index, live=True, project=project, title="Tylko po polsku")
    both = make_practice(index, live=True, project=project, title="W dwóch językach")
    news = make_news(project)
    there = project.copy_for_translation(english, copy_parents=True)
    there.save_revision().publish()
    version = both.copy_for_translation(english, copy_parents=True)
    version.title = "In two languages"
    version.save_revision().publish()
    for language, titles in (
        ("pl", {practice.title, both.title}),
        ("en", {practice.title, version.title}),
    ):
        with translation.override(language):
            for page in (project, there):
                [practices] = related_to(page)
                assert ({p.title for p in practices.pages}, practices.total) == (titles, 2)
                assert practices.query == f"?project={languages.key_of(project)}"
                assert of_project(page).items == [news]


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_hostile_text_stays_text(index, client) -> None:
    page = full_project(
        title=EVIL,
        slug="wrogi",
        full_name=EVIL,
        lead=EVIL,
        character=EVIL,
        external_title=EVIL,
        external_url="javascript:alert(1)",
        general_aim=f"<p>{EVIL}</p>",
        funding_text=f"<p>{EVIL}</p>",
        partners=[ProjectPartner(name=EVIL, task=EVIL, website="javascript:alert(1)")],
        programmes=[ProjectProgramme(action=EVIL, source=EVIL, source_url="javascript:alert(1)")],
        stages=[ProjectStage(name=EVIL, aims=EVIL)],
        indicators=[ProjectIndicator(what=EVIL, planned=3, unit_of_measure=EVIL[:60])],
        events=[ProjectEvent(title=EVIL, description=EVIL, times=3, times_of=EVIL)],
        planned_publications=[PlannedPublication(title=EVIL, purpose=EVIL, count=1)],
        live=False,
    )
    # Past the gate, which refuses the addresses: the page does not rely on it.
    Page.objects.filter(pk=page.pk).update(live=True)

    for url in (page.url, page.get_parent().url):
        html = client.get(url).content.decode()
        assert "<script>" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": " "}, "lead"),
        ({"starts": ""}, "starts"),
        ({"starts": "2018", "ends": "2016-12"}, "ends"),
        ({"partners": []}, "partners"),
        ({"partners": [ProjectPartner()]}, "partners"),
        ({"stages": [ProjectStage()]}, "stages"),
        ({"stages": [ProjectStage(name="I", starts="2020", ends="2019")]}, "stages"),
        ({"indicators": [ProjectIndicator(what="osoby")]}, "indicators"),
        ({"indicators": [ProjectIndicator(planned=3)]}, "indicators"),
        ({"indicators": [ProjectIndicator(what="x", planned=3, stage_number=1)]}, "indicators"),
        ({"events": [ProjectEvent(starts="2020")]}, "events"),
        ({"events": [ProjectEvent(title="x", starts="wiosna")]}, "events"),
        ({"documents": [ProjectDocument()]}, "documents"),
        ({"planned_publications": [PlannedPublication(count=3)]}, "planned_publications"),
        ({"programmes": [ProjectProgramme(source="umowa")]}, "programmes"),
        ({"team": [ProjectContact(task="koordynacja")]}, "team"),
        ({"funding_logos": [ProjectLogo()]}, "funding_logos"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
        ({"funding_text": '<p><a href="https://x.example"></a></p>'}, "funding_text"),
    ],
)
def test_what_is_missing_is_named_and_keeps_the_project_unpublished(index, fields, field) -> None:
    page = make_project(live=False, **fields)

    found = problems(page)

    assert {problem.field for problem in found} == {field}
    with pytest.raises(ValidationError):
        page.save_revision().publish()
    assert not ProjectPage.objects.get(pk=page.pk).live


def test_a_complete_project_is_published(index) -> None:
    assert full_project().live


def test_an_empty_draft_can_be_saved_and_previewed(index, client, admin_client) -> None:
    page = ProjectPage(title="Szkic", slug="szkic")
    page.stages.add(ProjectStage())
    page.indicators.add(ProjectIndicator())
    page.events.add(ProjectEvent())
    page.team.add(ProjectContact())
    page.live = False
    make_index(ProjectIndexPage).add_child(instance=page)

    response = admin_client.get(f"/panel/pages/{page.pk}/view_draft/")

    assert response.status_code == 200
    assert "Szkic" in response.content.decode()
    assert client.get(page.url).status_code == 404


@pytest.mark.parametrize(
    ("starts", "ends", "day", "state"),
    [
        ("2016-04", "2018-03", date(2018, 3, 31), Progress.UNDER_WAY),
        ("2016-04", "2018-03", date(2018, 4, 1), Progress.FINISHED),
        ("2016-04", "2018-03", date(2016, 3, 31), Progress.PLANNED),
        ("2016-04", "", date(2030, 1, 1), Progress.UNDER_WAY),
        ("", "", date(2030, 1, 1), ""),
    ],
)
def test_how_far_a_project_is_follows_from_its_period(starts, ends, day, state) -> None:
    assert ProjectPage(starts=starts, ends=ends).progress_on(day) == state


def test_a_stage_may_say_itself_how_far_it_is() -> None:
    stage = ProjectStage(starts="2016", ends="2018", state=Progress.UNDER_WAY)

    assert stage.progress_on(date(2020, 1, 1)) == Progress.UNDER_WAY


def test_the_list_groups_projects_by_how_far_they_are(index, client) -> None:
    make_project(title="Dawny", starts="2010", ends="2011")
    make_project(title="Bieżący", starts="2010", ends="2100")
    make_project(title="Przyszły", starts="2099")
    make_project(title="Szkic", live=False)
    projects = make_index(ProjectIndexPage)

    groups = project_groups(projects, timezone.localdate())

    assert [(group.progress, [p.title for p in group.projects]) for group in groups] == [
        (Progress.UNDER_WAY, ["Bieżący"]),
        (Progress.PLANNED, ["Przyszły"]),
        (Progress.FINISHED, ["Dawny"]),
    ]
    html = read(client, projects)
    assert "Projekty w toku" in html
    assert "2010–2100" in html
    assert "Lipowo" in html
    assert "Szkic" not in html


def count_queries(client, page) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        read(client, page)
    return len(seen)


def test_the_list_costs_the_same_for_3_and_for_12_projects(index, client) -> None:
    picture = {
        "main_image": make_image(),
        "image_alt": "Lipa przed szkołą",
        "image_credit": "Ewa Próbna",
    }
    for _number in range(3):
        make_project(**picture)
    projects = make_index(ProjectIndexPage)
    read(client, projects)
    few = count_queries(client, projects)
    for _number in range(9):
        make_project(**picture)
    read(client, projects)

    assert count_queries(client, projects) == few


def test_a_project_costs_the_same_with_5_and_with_13_pages_of_its_own(index, client) -> None:
    project = full_project()
    for _number in range(5):
        make_practice(index, live=True, project=project)
        make_news(project)
    read(client, project)
    few = count_queries(client, project)
    for _number in range(8):
        make_practice(index, live=True, project=project)
        make_news(project)
    read(client, project)

    assert count_queries(client, project) == few


def test_the_notice_stands_at_the_foot_of_every_page_of_the_project(index, client) -> None:
    project, other = full_project(), full_project(funding_text="<p>Inny fundusz.</p>")
    practice = make_practice(index, live=True, project=project)
    news = make_news(project, other)

    assert "Współfinansowano z funduszu przykładowego." in read(client, practice)
    assert "Fundusz Przykładowy" in read(client, practice)
    html = read(client, news)
    assert "Współfinansowano z funduszu przykładowego." in html
    assert "Inny fundusz." in html


def test_a_page_without_public_project_has_no_notice_of_one(index, client) -> None:
    project = full_project()
    project.unpublish()
    practice = make_practice(index, live=True, project=project)

    assert funding_of(practice) == []
    assert funding_of(make_practice(index)) == []
    assert "funduszu przykładowego" not in read(client, practice)
    assert funding_of(make_project()) == []


def test_a_project_with_the_longest_address_has_its_practices_in_the_catalogue(client, index):
    project = make_project(slug="wsparcie-" + "x" * 246)
    practice = make_practice(index, live=True, project=project, title="Praktyka projektu")
    found = client.get(f"{index.url}?project={project.slug}").content.decode()
    assert practice.url in found
    assert "1 praktyka" in found
