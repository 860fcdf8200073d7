"""Which doors wake a queue's worker, and that nothing depends on it."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from newsletter import announcing, tokens
from newsletter.tasks import deliver_now, wake_worker
from newsletter.tokens import Purpose
from tests.newsletter.admin_world import manager, url
from tests.newsletter.factories import ANA, BARTEK, sign_up, subscribe
from tests.newsletter.stories import announced, facts
from tests.newsletter.test_sign_up import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return DBTaskResult.objects.filter(task_path=deliver_now.module_path)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_sign_up_wakes_the_worker_whoever_signs_up(client, queue, committed):
    subscribe(BARTEK)
    for address in [ANA, BARTEK, ANA]:
        before = queue.count()
        with committed():
            client.post("/en/newsletter/", fields(address=address))
        assert queue.count() == before + 1


def test_what_is_refused_wakes_nobody(client, queue, committed):
    with committed():
        client.post("/en/newsletter/", fields(address="nobody"))
    assert not queue.exists()


def test_a_request_for_a_fresh_link_wakes_the_worker(client, queue, committed):
    page = reverse("newsletter:manage", args=[tokens.make(Purpose.MANAGE, subscribe(ANA).ref)])
    with committed():
        client.post(page, {"action": "fresh-link"})
    assert queue.count() == 1


def test_a_release_wakes_the_worker(queue, committed):
    announcement = announced(facts("one"))
    with committed():
        manager().post(url("announcement_release", announcement.pk), {"reason": ""})
    assert queue.count() == 1


def test_the_woken_worker_sends(esp, queue, committed):
    sign_up(ANA)
    with committed():
        wake_worker()
    assert esp.messages == []
    assert deliver_now.call() == 1
    assert len(esp.to(ANA)) == 1


def test_no_visitor_waits_for_a_mail_server_where_there_is_no_queue(client, esp, committed):
    with committed():
        assert client.post("/en/newsletter/", fields()).status_code == 302
    assert esp.messages == []


def test_a_lost_wake_up_loses_nothing(esp):
    sign_up(ANA)
    call_command("deliver_announcements", "--until-empty")
    assert len(esp.to(ANA)) == 1
    assert deliver_now.call() == 0
    assert announcing.deliver_due().total == 0
