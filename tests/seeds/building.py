"""Pages of the site built from the five documents: what a document says goes where it belongs."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from wagtail.models import Page, Site

from cms.site_setup import ensure_site
from practices_pages import models
from practices_pages.models.collection import (
    CollectionEditor,
    CollectionIndexPage,
    CollectionItem,
    CollectionPage,
    CollectionSource,
)
from practices_pages.models.film import FilmIndexPage, FilmIndexQuestion
from practices_pages.models.meeting import MeetingPage
from practices_pages.models.meeting_rows import (
    MeetingAim,
    MeetingLeader,
    MeetingPicture,
    MeetingTopic,
    MeetingUnit,
)
from practices_pages.models.network import NetworkIndexPage, NetworkPage
from practices_pages.models.news import NewsIndexPage, NewsPage
from practices_pages.models.plan import PlanPage
from practices_pages.models.plan_collection import PlanCollectionPage, PlanIndexPage
from practices_pages.models.project import ProjectIndexPage, ProjectPage
from practices_pages.models.project_materials import PlannedPublication, ProjectEvent
from practices_pages.models.project_rows import (
    ProjectIndicator,
    ProjectPartner,
    ProjectProgramme,
    ProjectStage,
)
from practices_pages.models.site_links import SiteLinks
from tests.factories import make_practice, make_unit
from tests.practices_pages.isolation_world import make_image
from tests.seeds.reading import between, html, line, starting

UPDATED = "Ostatnia aktualizacja:"
FUNDED = "Ośrodek Rozwoju Edukacji realizuje"


def make_site() -> SimpleNamespace:
    tree = ensure_site("http://localhost")
    return SimpleNamespace(home=tree.home, practices=tree.practices)


def part(model: Any) -> Any:
    return model.objects.get()


def add(parent: Page, page: Any) -> Any:
    """Add and publish: the gate has its say."""
    page.live = False
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def fund(text: str) -> None:
    """The same words stand at the foot of every document of the first body."""
    site = Site.objects.get(is_default_site=True)
    models.FundingNotice.objects.update_or_create(site=site, defaults={"text": html(text)})


def build_collection(site: SimpleNamespace, lines: list[str]) -> CollectionPage:
    """000: a collection of 13 practices, how they are described, and where there are more."""
    links = SiteLinks.for_site(Site.objects.get(is_default_site=True))
    links.channel_url, links.channel_name = "https://www.youtube.com/@ore", "kanał YouTube"
    links.save()
    practices = [make_practice(site.practices, live=True) for _number in range(13)]
    authors = starting(lines, "Autorami zaprezentowanych")
    outline = starting(lines, "Każdy przykład")
    sources = starting(lines, "Zaprezentowane w zbiorze")
    invitation = starting(lines, "Nasz zbiór")
    page = CollectionPage(
        title=lines[0],
        lead="Niewielki zbiór doświadczeń samorządów w oświacie.",
        introduction=html(*lines[1 : authors + 1], lines[outline]),
        shows_outline=True,
        sources_introduction=lines[sources],
        call=html(*lines[invitation : starting(lines, UPDATED)]),
        team_name="Zespół projektu",
        team_email="projekt@organ.example",
        updated_on=date(2021, 5, 21),
    )
    page.items = [CollectionItem(practice=practice) for practice in practices]
    page.editors = [CollectionEditor(organisation="Ośrodek Rozwoju Edukacji")]
    page.sources = [
        CollectionSource(
            title="Związek Miast Polskich",
            url="https://www.miasta.pl/",
            kind="website",
            description=line(lines, "Warto także"),
        )
    ]
    fund(line(lines, FUNDED))
    return add(part(CollectionIndexPage), page)


def build_films(site: SimpleNamespace, lines: list[str]) -> FilmIndexPage:
    """001: the series of films, the questions that it answers and what it is for."""
    page = part(FilmIndexPage)
    questions = line(lines, "Jak wspomagać")
    first = starting(lines, "Na te i inne")
    invitation = starting(lines, "Zapraszamy do obejrzenia")
    page.title = lines[0]
    page.series_name = "Samorządowe przykłady dobrych praktyk"
    page.main_image = make_image("Film", "film", None)
    page.image_alt = "Nauczycielka z uczniami przy wspólnym stole"
    page.image_credit = line(lines, "fot.").removeprefix("fot.")
    page.questions = [
        FilmIndexQuestion(question=f"{question.strip()}?")
        for question in questions.split("?")
        if question.strip()
    ]
    page.introduction = html(*whole_paragraphs(lines[first : lines.index("Filmy")]))
    page.closing = html(lines[invitation])
    page.updated_on = date(2018, 2, 7)
    page.save_revision().publish()
    fund(line(lines, FUNDED))
    return page


def whole_paragraphs(lines: list[str]) -> list[str]:
    """A paragraph of the source is broken in the middle of a sentence."""
    whole: list[str] = []
    for text in lines:
        if whole and text[0].islower() and not text.startswith("fot."):
            whole[-1] = f"{whole[-1]} {text}"
        else:
            whole.append(text)
    return whole


def build_project(site: SimpleNamespace, lines: list[str]) -> ProjectPage:
    """002: a project with its partners, money, stages, events, publications and news."""
    aim = starting(lines, "Ogólnym celem")
    steps = lines[aim + 1].split("(2)")
    page = ProjectPage(
        title=lines[0],
        full_name=lines[1].split("„")[1].split("”")[0],
        lead="Projekt dwóch partnerów dla kadry samorządów, w dwóch etapach.",
        starts="2016-04",
        ends="2018-03",
        general_aim=html(lines[aim], lines[aim + 1]),
        description=html(lines[1], lines[aim + 2]),
        value=Decimal(2_800_000),
        value_qualifier="over",
        procedure="non_competitive",
        external_url="http://www.ore.edu.pl/zarzadzanie-oswiata-w-samorzadach/",
        external_title=line(lines, "Więcej informacji").split(" - ")[0],
    )
    page.partners = [
        ProjectPartner(
            name="Ośrodek Rozwoju Edukacji",
            role="leader",
            task="jednostka Ministerstwa Edukacji Narodowej",
        ),
        ProjectPartner(
            name="Związek Miast Polskich",
            role="partner",
            task="zgodność działań z potrzebami praktyków samorządowych",
            amount=Decimal(800_000),
            qualifier="over",
        ),
    ]
    page.programmes = [ProjectProgramme(programme="POWER", action="Działanie 2.18")]
    page.stages = [
        ProjectStage(name="etap I", starts="2016", ends="2018", aims=steps[0].split("(1)")[1]),
        ProjectStage(name="etap II", starts="2018", ends="2020", aims=steps[1], is_elsewhere=True),
    ]
    page.indicators = [
        ProjectIndicator(what="samorządy", stage_number=2, planned=500),
        ProjectIndicator(
            what="przeszkolone osoby",
            stage_number=2,
            planned=2000,
            planned_qualifier="at_least",
            unit_of_measure="osób",
        ),
    ]
    page.events = _events(between(lines, "Wydarzenia", "Dokumenty i publikacje"))
    page.planned_publications = _publications(
        between(lines, "Dokumenty i publikacje", "Więcej informacji")
    )
    add(part(ProjectIndexPage), page)
    _news(page, between(lines, "Aktualności -", "Zapisz się"))
    return page


def _events(titles: list[str]) -> list[ProjectEvent]:
    events = [ProjectEvent(title=title) for title in titles]
    sessions = events[1]
    sessions.times, sessions.times_of = 9, "dwudniowych sesji"
    sessions.size_from, sessions.size_to, sessions.size_of = 6, 8, "JST"
    return events


def _publications(titles: list[str]) -> list[PlannedPublication]:
    kinds = ["diagnosis", "review", "pilot_evaluation", "other", "thematic_analysis", "other"]
    planned = [
        PlannedPublication(title=title, kind=kind)
        for title, kind in zip(titles, kinds, strict=True)
    ]
    for number, count in ((3, 20), (4, 10)):
        planned[number].count, planned[number].count_qualifier = count, "about"
    return planned


def _news(project: ProjectPage, lines: list[str]) -> None:
    texts = [text for text in lines if text and not text.startswith("Thumb")]
    for number, text in enumerate(texts, start=1):
        page = NewsPage(
            title=text[:200],
            lead=text,
            dated_on=date(2017, 1, number),
            body=html(text),
            main_image=make_image(f"Miniatura {number}", f"thumb-{number}", None),
            image_alt="Uczestnicy spotkania przy stole",
            image_credit="Związek Miast Polskich",
        )
        page.projects = [project]
        add(part(NewsIndexPage), page)


def build_meeting(site: SimpleNamespace, lines: list[str]) -> MeetingPage:
    """003: the first meeting of a network, with agenda, participants and gallery."""
    project = _second_stage(site, lines)
    network = NetworkPage(
        title="Sieć współpracy i samokształcenia: powiaty i gminy miejskie",
        kind="network",
        lead="Sieć dla samorządowców z powiatów i gmin miejskich.",
        for_urban=True,
        for_powiat=True,
        rhythm="spotkania stacjonarne co dwa miesiące",
        every_months=2,
        platform_title="www.doskonaleniewsieci.pl",
        platform_url="https://www.doskonaleniewsieci.pl/",
        project=project,
    )
    add(part(NetworkIndexPage), network)
    took_part = starting(lines, "W spotkaniu sieci")
    sentences = lines[took_part].split(". ")
    captions = between(lines, "Spotkanie organizowane", UPDATED)
    page = MeetingPage(
        title=lines[0],
        lead="Pierwsze spotkanie sieci samorządowców z powiatów i gmin miejskich.",
        starts_on=date(2018, 10, 23),
        ends_on=date(2018, 10, 24),
        place_name="Centrum Szkoleniowe ORE",
        town="Sulejówek",
        body=html(lines[1], line(lines, "W ramach spotkania"), sentences[0]),
        evaluation=html(sentences[1]),
        next_month=date(2019, 1, 1),
        next_note=". ".join(sentences[2:]),
        project=project,
        updated_on=date(2018, 11, 5),
    )
    page.aims = [
        MeetingAim(text=text) for text in between(lines, "Celem spotkania", "W ramach spotkania")
    ]
    page.agenda = _agenda(between(lines, "W ramach spotkania", "W spotkaniu sieci"))
    page.leaders = [
        MeetingLeader(
            name="Agnieszka Szwejkowska", role="prowadząca zajęcia", consented_to_be_named=True
        )
    ]
    page.participants = [MeetingUnit(unit=unit) for unit in _participants()]
    page.gallery = [_picture(number, text) for number, text in enumerate(captions, start=1)]
    fund(line(lines, FUNDED))
    return add(network, page)


def _second_stage(site: SimpleNamespace, lines: list[str]) -> ProjectPage:
    named = line(lines, "Spotkanie organizowane")
    project = ProjectPage(
        title=named.split("„")[1].split("”")[0],
        lead="Drugi etap projektu.",
        starts="2018",
        character="koncepcyjny",
        procedure="non_competitive",
        funding_text=html(named),
    )
    project.partners = [
        ProjectPartner(name="Ośrodek Rozwoju Edukacji", role="leader"),
        ProjectPartner(name="Związek Miast Polskich", role="partner"),
        ProjectPartner(name="Europejski Fundusz Społeczny", role="funder"),
    ]
    project.programmes = [
        ProjectProgramme(
            programme="Program Operacyjny WIEDZA – EDUKACJA – ROZWÓJ na lata 2014–2020",
            axis="Oś Priorytetowa II",
            action="Działanie 2.10",
        )
    ]
    return add(part(ProjectIndexPage), project)


def _agenda(lines: list[str]) -> list[MeetingTopic]:
    topics: list[MeetingTopic] = []
    for text in lines:
        if text.endswith(":"):
            topics.append(MeetingTopic(title=text.removesuffix(":")))
        else:
            topics[-1].points = f"{topics[-1].points}\n{text}".strip()
    return topics


CITIES = ("Biała Podlaska", "Braniewo", "Brodnica", "Rypin", "Kalisz", "Rzeszów")
POWIATS = (("1605", "powiat krapkowicki"), ("1434", "powiat wołomiński"))


def _participants() -> list[Any]:
    cities = [
        make_unit(name, kind="urban", code=f"0498{number:02d}")
        for number, name in enumerate(CITIES, start=1)
    ]
    return cities + [make_unit(name, kind="powiat", code=code) for code, name in POWIATS]


def _picture(number: int, caption: str) -> MeetingPicture:
    return MeetingPicture(
        image=make_image(f"Zdjęcie {number}", f"zdjecie-{number}", None),
        caption=caption,
        alt="Uczestnicy spotkania w sali szkoleniowej",
        credit="ORE",
        has_consent=True,
        consent_note="zgody podpisane przy rejestracji",
    )


def build_plans(site: SimpleNamespace, lines: list[str]) -> PlanCollectionPage:
    """004: thirty plans by type of unit and by scope, and how they came about."""
    scopes = starting(lines, "plany o szerokim")
    page = PlanCollectionPage(
        title=lines[0],
        stage="I etap",
        support=html(lines[1], lines[2]),
        support_from=date(2016, 4, 1),
        support_to=date(2018, 3, 1),
        team_from=2,
        team_to=3,
        how_made=html(lines[3], line(lines, "Integralną częścią")),
        preceded_by_debates=True,
        broad_scope=html(lines[scopes]),
        narrow_scope=html(lines[scopes + 1]),
        introduction=html(line(lines, "Poniżej prezentujemy"), line(lines, "Powstały dwa")),
        school_year="2018/2019",
        planned_monitoring=html(line(lines, "Pod koniec"), line(lines, "Lokalne plany strat")),
        updated_on=date(2018, 6, 6),
    )
    add(part(PlanIndexPage), page)
    kinds = ["rural"] * 12 + ["urban_rural"] * 8 + ["urban"] * 6 + ["powiat"] * 4
    for number, kind in enumerate(kinds, start=1):
        unit = make_unit(f"Jednostka {number}", kind=kind, code=f"0497{number:02d}")
        plan = PlanPage(
            title=f"Plan {number}",
            unit=unit,
            scope=("broad", "narrow", "unknown")[number % 3],
            school_year="2018/2019",
            implementation_start=date(2018, 9, 1),
            debate="held",
            team_size=2,
            files_note="Pliki zostaną dołączone.",
        )
        add(page, plan)
    fund(line(lines, FUNDED))
    return page
