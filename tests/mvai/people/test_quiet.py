"""When a person wants to hear of nothing but what is urgent."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from mvai.audit.models import AuditEntry
from mvai.people.actions import QuietHoursRefused, set_quiet_hours
from mvai.people.quiet import quiet_until
from tests.factories import NOON
from tests.factories.people import PersonFactory

CHICAGO = ZoneInfo("America/Chicago")


def sleeper(opens=time(22), closes=time(7), zone="America/Chicago"):
    return PersonFactory.build(quiet_from=opens, quiet_until=closes, time_zone=zone)


def local(day, hour, minute=0, fold=0, zone=CHICAGO):
    return datetime(2026, *day, hour, minute, tzinfo=zone, fold=fold).astimezone(UTC)


def test_without_quiet_hours_it_is_never_quiet():
    assert quiet_until(PersonFactory.build(), NOON) is None


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (local((11, 23), 21, 59), None),
        (local((11, 23), 22), local((11, 24), 7)),
        (local((11, 24), 0), local((11, 24), 7)),
        (local((11, 24), 6, 59), local((11, 24), 7)),
        (local((11, 24), 7), None),
    ],
)
def test_a_night_ends_in_the_morning(now, end):
    assert quiet_until(sleeper(), now) == end


def test_quiet_hours_may_lie_within_a_day():
    napper = sleeper(time(12), time(14))

    assert quiet_until(napper, local((11, 23), 13)) == local((11, 23), 14)
    assert quiet_until(napper, local((11, 23), 14)) is None


def test_they_are_those_of_the_persons_own_clock():
    now = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)  # 10:30 p.m. in Chicago, 8:30 in Los Angeles

    assert quiet_until(sleeper(), now) is not None
    assert quiet_until(sleeper(zone="America/Los_Angeles"), now) is None


@pytest.mark.parametrize("zone", ["", "America/Nowhere"])
def test_without_a_zone_the_desks_clock_counts(zone):
    now = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # 10:30 p.m. in New York

    assert quiet_until(sleeper(zone=zone), now) == datetime(2026, 11, 24, 12, tzinfo=UTC)


# In 2026 clocks go forward on March 8 at 2 a.m. and back on November 1 at 2 a.m.


def test_the_night_when_clocks_go_forward_is_an_hour_shorter():
    starts, ends = local((3, 7), 22), local((3, 8), 7)

    assert quiet_until(sleeper(), starts) == ends
    assert ends - starts == timedelta(hours=8)


def test_the_night_when_clocks_go_back_is_an_hour_longer():
    starts, ends = local((10, 31), 22), local((11, 1), 7)

    assert quiet_until(sleeper(), starts) == ends
    assert ends - starts == timedelta(hours=10)


def test_an_end_that_the_clock_jumps_over_is_the_moment_of_the_jump():
    jump = local((3, 8), 3)

    assert quiet_until(sleeper(closes=time(2, 30)), local((3, 8), 1, 59)) == jump
    assert quiet_until(sleeper(closes=time(2, 30)), jump) is None


def test_a_beginning_that_the_clock_jumps_over_is_the_moment_of_the_jump():
    early = sleeper(opens=time(2, 30), closes=time(9))

    assert quiet_until(early, local((3, 8), 1, 59)) is None
    assert quiet_until(early, local((3, 8), 3)) == local((3, 8), 9)


def test_an_end_that_comes_twice_is_the_second():
    owl = sleeper(closes=time(1, 30))
    second = local((11, 1), 1, 30, fold=1)

    assert quiet_until(owl, local((11, 1), 1, 29)) == second
    assert quiet_until(owl, local((11, 1), 1, 45)) == second
    assert quiet_until(owl, second) is None


def test_a_beginning_that_comes_twice_is_the_first():
    owl = sleeper(opens=time(1, 30), closes=time(9))

    assert quiet_until(owl, local((11, 1), 1, 30)) == local((11, 1), 9)
    assert quiet_until(owl, local((11, 1), 1, 15, fold=1)) == local((11, 1), 9)


@pytest.mark.parametrize("day", [(3, 7), (3, 8), (7, 1), (10, 31), (11, 1)])
@pytest.mark.parametrize("opens", [time(hour, 30) for hour in range(0, 24, 5)])
def test_whenever_it_is_quiet_it_ends_later_and_is_then_over(day, opens):
    person = sleeper(opens, time(2, 30) if opens != time(2, 30) else time(3))
    moment = local(day, 12)

    for quarter in range(24 * 4):
        now = moment + timedelta(minutes=15 * quarter)
        end = quiet_until(person, now)
        if end is not None:
            assert now < end <= now + timedelta(hours=25)
            assert quiet_until(person, end) is None


@pytest.mark.django_db
class TestKeeping:
    def test_hours_are_kept_with_the_clock_they_are_of(self):
        person = PersonFactory()

        set_quiet_hours(person=person, quiet_from=time(22), quiet_until=time(7), at=NOON,
                        time_zone="America/Denver")  # fmt: skip

        person.refresh_from_db()
        assert (person.quiet_from, person.quiet_until) == (time(22), time(7))
        assert person.time_zone == "America/Denver"

    def test_they_can_be_given_up(self):
        person = PersonFactory(quiet_from=time(22), quiet_until=time(7))

        assert (
            set_quiet_hours(person=person, quiet_from=None, quiet_until=None, at=NOON).quiet_from
            is None
        )

    @pytest.mark.parametrize("pair", [(time(22), None), (None, time(7)), (time(7), time(7))])
    def test_half_of_them_is_refused(self, pair):
        with pytest.raises(QuietHoursRefused):
            set_quiet_hours(
                person=PersonFactory(), quiet_from=pair[0], quiet_until=pair[1], at=NOON
            )

    @pytest.mark.parametrize(
        "given", [{"quiet_from": time(22)}, {"quiet_from": time(7), "quiet_until": time(7)}]
    )
    def test_the_database_refuses_half_of_them(self, given):
        with pytest.raises(IntegrityError, match="quiet_hours_in_pairs"), transaction.atomic():
            PersonFactory(**given)

    def test_the_log_says_that_they_changed_and_not_to_what(self):
        set_quiet_hours(person=PersonFactory(), quiet_from=time(22), quiet_until=time(7), at=NOON)

        assert AuditEntry.objects.get(verb="person.quiet_hours_set").facts == {
            "fields": ["quiet_from", "quiet_until"],
            "has_quiet_hours": True,
        }
