"""A request that changes something happens whole or not at all."""

import sqlite3

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from cms.urls import urlpatterns as site_urls
from newsletter.models import Subscription


def create_then_fail(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="half done")
    raise RuntimeError("in the middle")


def create_then_answer(request: HttpRequest, status: int) -> HttpResponse:
    Group.objects.create(name="kept or not")
    return HttpResponse(status=status)


def create_then_miss(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="half done")
    raise Http404


def locked(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="half done")
    raise OperationalError("database is locked")


def full(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database or disk is full")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(f"{Group.objects.count()} groups", status=404)


urlpatterns = [
    path("fail/", create_then_fail),
    path("miss/", create_then_miss),
    path("answer/<int:status>/", create_then_answer),
    path("locked/", locked),
    path("full/", full),
    path("api/locked/", locked),
    *site_urls,  # Other middleware asks for addresses of the panel.
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_an_exception_rolls_everything_back(visitor: Client) -> None:
    assert visitor.post("/fail/").status_code == 500
    assert not Group.objects.filter(name="half done").exists()


def test_what_raised_a_404_is_rolled_back(visitor: Client) -> None:
    visitor.post("/miss/")
    assert not Group.objects.filter(name="half done").exists()


@pytest.mark.urls("cms.urls")
def test_writing_to_what_is_not_there_is_a_404(visitor: Client) -> None:
    answer = visitor.post("/nie-ma-takiej-strony/")
    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (422, True), (503, False)])
def test_only_a_server_error_rolls_an_answer_back(visitor: Client, status: int, kept: bool) -> None:
    visitor.post(f"/answer/{status}/")
    assert Group.objects.filter(name="kept or not").exists() is kept


@pytest.mark.parametrize("address", ["/locked/", "/full/"])
def test_a_locked_or_full_database_asks_to_come_back_and_keeps_nothing(
    visitor: Client, address: str
) -> None:
    answer = visitor.post(address)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "jeszcze raz" in answer.content.decode() or "ponownie" in answer.content.decode()
    assert not Group.objects.filter(name="half done").exists()


def test_a_program_is_told_in_the_apis_own_form(visitor: Client) -> None:
    answer = visitor.post("/api/locked/")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not databases")
@pytest.mark.urls("cms.urls")
def test_somebody_else_holding_the_lock_costs_a_sign_up_nothing_but_time(visitor: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = Subscription.objects.count()
    answer = visitor.post("/newsletter/", {"address": "ewa@urzad.example", "topics": "all"})
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert Subscription.objects.count() == before
