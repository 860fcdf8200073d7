"""What the database itself refuses, whatever the code does."""

import uuid

import pytest
from django.db import IntegrityError, models, transaction

from newsletter import consent
from newsletter.consent import Method
from newsletter.models import ConsentEvent, DeliveryState, Letter, LetterKind, Suppression
from tests.newsletter.factories import ANA, make_suppression, subscribe

pytestmark = pytest.mark.django_db


def refused(rows, **changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(rows, **changes)
    return True


def test_a_letter_is_of_a_known_kind_and_says_why_it_was_skipped():
    Letter.objects.create(id=uuid.uuid4(), key="1", kind=LetterKind.NOTICE)
    assert refused(Letter.objects.all(), kind="spam")
    assert refused(Letter.objects.all(), state=DeliveryState.SKIPPED)


def test_a_suppression_has_a_known_reason():
    make_suppression(ANA)
    assert refused(Suppression.objects.all(), reason="whim")


def test_a_consent_event_is_of_a_known_kind():
    consent.withdraw(subscribe(), method=Method.ONE_CLICK)
    assert refused(ConsentEvent.objects.all(), type="assumed")
