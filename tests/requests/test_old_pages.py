"""A landing page that was kept open is no reason to send somebody to a request of the past."""

import uuid
from datetime import timedelta

import pytest

from mvai.duty.models import Alarm
from requests.actions import closing
from requests.models import AssistanceRequest
from tests.factories import NOON
from tests.requests.stories import filed, taken

pytestmark = pytest.mark.django_db


def test_the_button_of_an_old_page_asks_anew_once_the_first_request_is_closed():
    attempt = uuid.uuid4()
    first = taken(attempt=attempt)
    closing.close(assistance_request=first, close_reason="met", by=first.owner, at=NOON)

    again, tapped_twice = filed(attempt=attempt), filed(attempt=attempt)

    assert again.pk != first.pk
    assert again.is_open
    assert tapped_twice.pk == again.pk
    assert Alarm.objects.ringing().filter(subject_id=again.pk).exists()


def test_the_button_of_yesterdays_page_asks_anew_while_the_first_is_open():
    attempt = uuid.uuid4()
    first = filed(attempt=attempt)

    retried = filed(attempt=attempt, at=NOON + timedelta(hours=11))
    again = filed(attempt=attempt, at=NOON + timedelta(days=1))
    tapped_twice = filed(attempt=attempt, at=NOON + timedelta(days=1, seconds=2))

    assert retried.pk == first.pk
    assert again.pk != first.pk
    assert tapped_twice.pk == again.pk
    assert AssistanceRequest.objects.count() == 2
