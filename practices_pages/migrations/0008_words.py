"""The words a new site begins with: areas that practices came to need, a sentence about each, and
what people in the field mean by one thing. What editors wrote stays."""

from django.db import migrations

# What people in the field mean by one thing, so that a site finds it from its first day.
GROUPS = [
    "dowożenie, dowóz, dojazd, przewóz, transport, gimbus, autobus szkolny",
    "basen, pływalnia, pływanie",
    "CUW, centrum usług wspólnych, centrum obsługi, wspólna obsługa",
    "szkoła, szkolny, szkolnictwo",
    "przedszkole, przedszkolny, przedszkolak",
    "żłobek, żłobkowy, opieka nad dziećmi do lat trzech",
    "uczeń, uczennica, uczniowski, dziecko, młodzież",
    "gmina, gminny",
    "powiat, powiatowy, starostwo",
    "miasto, miejski",
    "wieś, wiejski, sołectwo, sołecki",
    "województwo, wojewódzki",
    "samorząd, samorządowy, JST, jednostka samorządu terytorialnego",
    "oświata, oświatowy, edukacja, edukacyjny",
    "rodzic, rodzicielski",
    "nauczyciel, nauczycielka, nauczycielski, kadra pedagogiczna",
    "dyrektor, dyrektorka, dyrekcja",
    "nauczanie, kształcenie, nauka, lekcja, zajęcia",
    "szkoła zawodowa, szkoła branżowa, technikum, szkolnictwo zawodowe, kształcenie zawodowe, edukacja zawodowa",
    "doradztwo zawodowe, doradca zawodowy, orientacja zawodowa",
    "zawód, zawodowy",
    "pracodawca, przedsiębiorca, przedsiębiorstwo, firma, zakład pracy",
    "praktyka zawodowa, praktyczna nauka zawodu, staż",
    "likwidacja, zamknięcie, zamykanie",
    "niepełnosprawność, niepełnosprawny",
    "specjalne potrzeby edukacyjne, SPE",
    "edukacja włączająca, włączanie, integracja, inkluzja, szkoła ogólnodostępna",
    "SCWEW, centrum wspierające edukację włączającą",
    "stypendium, stypendialny, stypendysta",
    "zdolny, uzdolniony, utalentowany, talent",
    "komputer, komputerowy, informatyczny, informatyka, IT",
    "cyfrowy, cyfryzacja, TIK, technologie informacyjne, elektroniczny",
    "matematyka, matematyczny",
    "język obcy, językowy, wielojęzyczność, język angielski",
    "przyroda, przyrodniczy",
    "posiłek, obiad, żywienie, dożywianie, stołówka",
    "budżet obywatelski, budżet partycypacyjny, budżet uczniowski",
    "partycypacja, współdecydowanie, konsultacje",
    "zatrudnienie, kadry, kadrowy, etat, personel",
    "finanse, finansowy, finansowanie, pieniądze",
    "dofinansowanie, dotacja, dotować",
    "koszt, wydatek, nakłady",
    "szkolenie, doskonalenie, kurs",
    "wycieczka, wyjazd",
    "świetlica, świetlicowy",
    "logopeda, logopedia, logopedyczny",
    "psycholog, psychologia, psychologiczny",
    "pedagog, pedagogiczny",
    "budowa, rozbudowa, przebudowa, inwestycja, inwestować",
    "remont, modernizacja, termomodernizacja",
    "sport, sportowy, boisko, hala sportowa, sala gimnastyczna",
    "demografia, demograficzny, urodzenie, niż demograficzny",
    "strategia, strategiczny, plan rozwoju",
    "monitorowanie, monitoring, ewaluacja",
    "wyrównawczy, wyrównywanie szans",
    "organizacja pozarządowa, NGO, stowarzyszenie, fundacja",
    "wsparcie, wspieranie, wspomaganie, pomoc",
    "kompetencja, umiejętność",
    "zajęcia dodatkowe, zajęcia pozalekcyjne, koło zainteresowań, klub zainteresowań",
    "fotowoltaika, panele słoneczne, energia odnawialna, OZE",
    "Unia Europejska, UE, unijny, fundusze europejskie",
    "nauka zdalna, lekcje zdalne, e-learning, kształcenie na odległość",
    "rekrutacja, nabór, zapisy",
    "biblioteka, biblioteczny, czytelnictwo",
    "cudzoziemiec, uchodźca, migrant, obcokrajowiec",
    "pracownia, laboratorium",
    "zarządzanie, zarządczy",
    "jakość, jakościowy, projakościowy",
    "księgowość, księgowy, rachunkowość",
    "analiza, diagnoza",
    "współpraca, partnerstwo",
    "głosowanie, głosować, wybory",
]
NEW = [
    ("partycypacja-uczniow", "Partycypacja uczniów i szkolne budżety obywatelskie"),
    ("wyrownywanie-szans", "Wyrównywanie szans edukacyjnych"),
    ("wsparcie-psychologiczne", "Wsparcie psychologiczno-pedagogiczne"),
    ("doradztwo-zawodowe", "Doradztwo zawodowe"),
    ("siec-szkol", "Sieć szkół i przedszkoli"),
    ("wspolpraca", "Współpraca między samorządami i z organizacjami"),
]
DESCRIPTIONS = {
    "zarzadzanie-organ-prowadzacy": "Jak urząd organizuje pracę oświaty: struktury, wspólne usługi, kadry, przepływ informacji.",
    "uczniowie-uzdolnieni": "Koła, stypendia, mentoring i inne sposoby, by uczniowie zdolni mogli iść dalej.",
    "planowanie-budzetowe": "Plany finansowe szkół, dotacje, koszty na ucznia i decyzje, które z nich wynikają.",
    "monitorowanie-jakosci": "Skąd samorząd wie, że w szkołach dzieje się dobrze: dane, wskaźniki, rozmowy.",
    "analiza-potrzeb-strategia": "Od diagnozy do strategii: jak zaplanować rozwój lokalnej oświaty i trzymać się planu.",
    "rola-dyrektora": "Współpraca organu prowadzącego z dyrektorami: oczekiwania, narady, ocena pracy, zaufanie.",
    "udzial-rodzicow": "Rodzice jako partnerzy: konsultacje, rady, wspólne decyzje i ocena usług szkoły.",
    "wspomaganie-szkol": "Doskonalenie nauczycieli i procesowe wspomaganie szkół w ich rozwoju.",
    "zasoby-materialne": "Budynki, pracownie, boiska i wyposażenie: inwestycje, remonty, wspólne korzystanie.",
    "uczniowie-ze-specjalnymi-potrzebami": "Edukacja włączająca i wsparcie uczniów z niepełnosprawnościami w szkole i w drodze do niej.",
    "dowozenie": "Trasy, przewoźnicy, opieka w autobusie i czas, który uczniowie odzyskali.",
    "przedszkola-zlobki": "Miejsca dla najmłodszych: nowe oddziały, rekrutacja, opieka i wczesna edukacja.",
    "szkolnictwo-zawodowe": "Szkoły branżowe i technika razem z pracodawcami: praktyki, klasy patronackie, kwalifikacje.",
    "cyfryzacja": "Sieci, sprzęt, systemy i umiejętności, dzięki którym technologia naprawdę pomaga.",
    "kompetencje-kluczowe": "Języki, matematyka, współpraca, uczenie się: jak szkoły rozwijają to, co najważniejsze.",
    "male-szkoly": "Co zrobić, by mała szkoła dobrze uczyła i służyła całej miejscowości.",
    "partycypacja-uczniow": "Uczniowie decydują: budżety szkolne, samorządność, młodzieżowe rady.",
    "wyrownywanie-szans": "Zajęcia dodatkowe, świetlice, wyjazdy i stypendia dla tych, którym jest trudniej.",
    "wsparcie-psychologiczne": "Psycholodzy i pedagodzy w szkołach, poradnie, pomoc w kryzysie i na co dzień.",
    "doradztwo-zawodowe": "Jak pomóc uczniom poznać siebie i rynek pracy, zanim wybiorą dalszą drogę.",
    "siec-szkol": "Zmiany obwodów, filie, łączenie i rozbudowa placówek przeprowadzone razem z mieszkańcami.",
    "wspolpraca": "Wspólne zadania kilku gmin, partnerstwa z organizacjami, uczelniami i instytucjami kultury.",
}


def add_groups(apps, schema_editor):
    groups = apps.get_model("practices_pages", "SynonymGroup").objects.using(
        schema_editor.connection.alias
    )
    for words in GROUPS:
        groups.get_or_create(words="\n".join(words.split(", ")))


def add_words(apps, schema_editor):
    areas = apps.get_model("practices_pages", "ThematicArea").objects.using(
        schema_editor.connection.alias
    )
    for place, (slug, name) in enumerate(NEW, start=17):
        areas.get_or_create(slug=slug, defaults={"name": name, "sort_order": place * 10})
    for slug, description in DESCRIPTIONS.items():
        areas.filter(slug=slug, description="").update(description=description)


class Migration(migrations.Migration):
    dependencies = [("practices_pages", "0007_catalogue_and_site")]

    operations = [
        migrations.RunPython(add_groups, migrations.RunPython.noop),
        migrations.RunPython(add_words, migrations.RunPython.noop),
    ]
