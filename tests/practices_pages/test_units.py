"""A unit is a TERYT code with a kind that has dates."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from practices_pages.models import (
    VOIVODESHIPS,
    KeyCompetence,
    Licence,
    LocalGovernmentUnit,
    SchoolType,
    ThematicArea,
    UnitGroup,
    UnitKindPeriod,
    group_of,
)
from tests.factories import make_practice, make_site_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["14", "1465", "146501"])
def test_a_code_has_two_four_or_six_digits(code):
    unit = LocalGovernmentUnit(code=code, name="Jednostka")
    unit.full_clean()
    unit.save()
    assert unit.voivodeship == "mazowieckie"


@pytest.mark.parametrize("code", ["", "1", "146", "14650", "1465011", "14650a", "14\n", "١٤٦٥٠١"])
def test_any_other_code_is_refused_by_the_form_and_by_the_database(code):
    with pytest.raises(ValidationError):
        LocalGovernmentUnit(code=code, name="Jednostka").full_clean()
    if len(code) <= 6:
        with pytest.raises(IntegrityError), transaction.atomic():
            LocalGovernmentUnit.objects.create(code=code, name="Jednostka")


def test_the_voivodeships_are_the_sixteen_of_the_register():
    assert len(VOIVODESHIPS) == 16
    assert VOIVODESHIPS["28"] == "warmińsko-mazurskie"
    assert LocalGovernmentUnit(code="990101").voivodeship == ""


def test_the_kind_of_a_unit_is_asked_with_a_day():
    unit = make_unit(kind="rural")
    UnitKindPeriod.objects.update(valid_to=date(2024, 1, 1))
    UnitKindPeriod.objects.create(unit=unit, kind="urban_rural", valid_from=date(2024, 1, 1))
    unit = LocalGovernmentUnit.objects.get(pk=unit.pk)
    assert unit.kind_on(date(1998, 12, 31)) == ""
    assert unit.kind_on(date(2023, 12, 31)) == "rural"
    assert unit.kind_on(date(2024, 1, 1)) == "urban_rural"
    assert unit.group_on(date(2024, 1, 1)) == UnitGroup.URBAN_RURAL
    assert unit.group_on(date(1998, 12, 31)) is None


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("rural", "rural"),
        ("urban_rural", "urban_rural"),
        ("urban", "urban"),
        ("city_powiat", "urban"),
        ("powiat", "powiat"),
        ("voivodeship", None),
        ("", None),
    ],
)
def test_a_city_with_powiat_rights_stands_among_the_urban_communes(kind, group):
    assert group_of(kind) == group


@pytest.mark.parametrize(
    "period",
    [
        {"valid_from": date(2001, 1, 1), "valid_to": None},
        {"valid_from": date(1999, 1, 1), "valid_to": date(2000, 1, 1)},
        {"valid_from": date(2001, 1, 1), "valid_to": date(2001, 1, 1)},
    ],
    ids=["second open period", "same start", "ends before it starts"],
)
def test_periods_that_contradict_each_other_are_refused_by_the_database(period):
    unit = make_unit()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitKindPeriod.objects.create(unit=unit, kind="urban", **period)


def test_the_vocabularies_are_there_from_the_start():
    assert ThematicArea.objects.count() == 22
    assert SchoolType.objects.count() == 8
    assert list(KeyCompetence.objects.values_list("slug", flat=True)) == [
        "rozumienie-tworzenie-informacji",
        "wielojezycznosc",
        "matematyczne-przyrodnicze-techniczne",
        "cyfrowe",
        "osobiste-spoleczne-uczenie-sie",
        "obywatelskie",
        "przedsiebiorczosc",
        "swiadomosc-ekspresja-kulturalna",
    ]


def test_every_licence_has_an_address_of_its_own():
    addresses = {licence.url for licence in Licence}
    assert len(addresses) == len(Licence)
    assert Licence.CC_BY_NC_SA.url == "https://creativecommons.org/licenses/by-nc-sa/4.0/"


def test_a_moderator_finds_a_unit_by_name_and_by_code(client):
    make_unit("Gmina Odległa", code="280101")
    make_unit("Gmina Bliska", code="140202")
    client.force_login(make_user("moderator"))
    url = reverse(LocalGovernmentUnit.snippet_viewset.get_url_name("list"))
    for query in ("odleg", "2801"):
        page = client.get(url, {"q": query}).content.decode()
        assert "Gmina Odległa" in page
        assert "Gmina Bliska" not in page


def test_the_chooser_of_units_finds_by_the_beginning_of_name_and_code(client):
    make_unit("Gmina Odległa", code="280101")
    client.force_login(make_user("editor"))
    chooser = LocalGovernmentUnit.snippet_viewset.chooser_viewset
    url = reverse(chooser.get_url_name("choose_results"))
    for query in ("Odle", "2801"):
        assert "Gmina Odległa" in client.get(url, {"q": query}).content.decode()


def test_a_unit_that_stands_on_a_practice_cannot_be_deleted(client):
    index = make_site_tree()
    unit = make_unit()
    make_practice(index, unit=unit, live=True)
    client.force_login(make_user("administrator"))
    url = reverse(LocalGovernmentUnit.snippet_viewset.get_url_name("delete"), args=[unit.pk])
    assert client.post(url).status_code in {200, 302}
    assert LocalGovernmentUnit.objects.filter(pk=unit.pk).exists()
