"""The default rows of the three vocabularies. Editors may rename them and add more."""

from django.db import migrations

AREAS = [
    ("zarzadzanie-organ-prowadzacy", "Zarządzanie oświatą na poziomie organu prowadzącego"),
    ("uczniowie-uzdolnieni", "Organizacja wsparcia uczniów szczególnie uzdolnionych"),
    ("planowanie-budzetowe", "Planowanie budżetowe"),
    ("monitorowanie-jakosci", "Monitorowanie jakości usług edukacyjnych"),
    (
        "analiza-potrzeb-strategia",
        "Analizowanie potrzeb i planowanie realizacji założonej wizji rozwoju lokalnego systemu"
        " oświaty",
    ),
    ("rola-dyrektora", "Rola dyrektora i relacje z organem prowadzącym"),
    (
        "udzial-rodzicow",
        "Udział rodziców w planowaniu, realizacji i ocenie usług edukacyjnych",
    ),
    ("wspomaganie-szkol", "System wspomagania szkół – doskonalenie nauczycieli"),
    ("zasoby-materialne", "Gospodarowanie zasobami materialnymi systemu oświaty"),
    (
        "uczniowie-ze-specjalnymi-potrzebami",
        "Organizacja wsparcia uczniów ze specjalnymi potrzebami edukacyjnymi",
    ),
    ("dowozenie", "Dowożenie uczniów"),
    ("przedszkola-zlobki", "Przedszkola i żłobki"),
    ("szkolnictwo-zawodowe", "Szkolnictwo zawodowe"),
    ("cyfryzacja", "Cyfryzacja oświaty"),
    ("kompetencje-kluczowe", "Rozwijanie kompetencji kluczowych"),
    ("male-szkoly", "Małe szkoły"),
]
COMPETENCES = [
    ("rozumienie-tworzenie-informacji", "Rozumienie i tworzenie informacji"),
    ("wielojezycznosc", "Wielojęzyczność"),
    (
        "matematyczne-przyrodnicze-techniczne",
        "Kompetencje matematyczne oraz w zakresie nauk przyrodniczych, technologii i inżynierii",
    ),
    ("cyfrowe", "Kompetencje cyfrowe"),
    (
        "osobiste-spoleczne-uczenie-sie",
        "Kompetencje osobiste, społeczne i w zakresie umiejętności uczenia się",
    ),
    ("obywatelskie", "Kompetencje obywatelskie"),
    ("przedsiebiorczosc", "Przedsiębiorczość"),
    ("swiadomosc-ekspresja-kulturalna", "Świadomość i ekspresja kulturalna"),
]
SCHOOL_TYPES = [
    ("przedszkole", "Przedszkole"),
    ("szkola-podstawowa", "Szkoła podstawowa"),
    ("liceum", "Liceum ogólnokształcące"),
    ("technikum", "Technikum"),
    ("branzowa", "Szkoła branżowa"),
    ("specjalna", "Szkoła specjalna"),
    ("zespol", "Zespół szkół"),
    ("placowka", "Placówka oświatowa"),
]


def add_terms(apps, schema_editor):
    for model, terms in (
        ("ThematicArea", AREAS),
        ("KeyCompetence", COMPETENCES),
        ("SchoolType", SCHOOL_TYPES),
    ):
        objects = apps.get_model("practices_pages", model).objects.using(
            schema_editor.connection.alias
        )
        for place, (slug, name) in enumerate(terms, start=1):
            objects.get_or_create(slug=slug, defaults={"name": name, "sort_order": place * 10})


class Migration(migrations.Migration):
    dependencies = [("practices_pages", "0001_initial")]

    operations = [migrations.RunPython(add_terms, migrations.RunPython.noop)]
