"""How the desk stands at a moment: who is there, whether it is closed by plan, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    CharField,
    DateTimeField,
    F,
    IntegerField,
    QuerySet,
    TimeField,
    Value,
)

from mvai.duty.hours import Hours, Stretch
from mvai.duty.models import DeskHours, DutyRole, Shift
from mvai.web.prepared import Prepared, given_time
from mvai.web.times import zone_words

SPEAKS_FIRST = (DutyRole.PRIMARY, DutyRole.BACKUP, DutyRole.MANAGER)
LOOKED_AT = 20  # shifts: those that run, and the next ones


@dataclass(frozen=True, slots=True)
class OnCall:
    """A shift as the desk's standing needs it. Rows of the model take long to make."""

    shift_id: int
    user_id: int
    role: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The desk at `at`. `shifts` are those that run and the coming ones, the earliest first."""

    at: datetime
    hours: Hours
    shifts: tuple[OnCall, ...]

    def on_duty(self, at: datetime | None = None) -> list[OnCall]:
        """Who is there, the one who speaks for the desk first."""
        moment = at or self.at
        there = [shift for shift in self.shifts if shift.starts_at <= moment < shift.ends_at]
        return sorted(there, key=lambda shift: SPEAKS_FIRST.index(DutyRole(shift.role)))

    @property
    def is_attended(self) -> bool:
        return bool(self.on_duty())

    @property
    def is_closed(self) -> bool:
        """Nobody is there, and by plan nobody has to be. Who is on duty is so at any hour."""
        return not self.is_attended and not self.hours.is_open(self.at)

    @property
    def rings_from(self) -> datetime:
        """Now; while it is closed, when it opens or the next shift starts, whichever is first."""
        if not self.is_closed:
            return self.at
        coming = [shift.starts_at for shift in self.shifts if shift.starts_at > self.at]
        return min([self.hours.next_opening(self.at), *coming])

    @property
    def speaker(self) -> tuple[OnCall | None, datetime | None]:
        """Who calls a leader, and from when; (None, None) when nobody can say.

        While it is closed, whoever is there when it rings; the time holds without a name too.
        In a gap, whoever is first on call next: until then it rings for everyone.
        """
        from_when = self.rings_from
        there = self.on_duty(from_when)
        if there:
            return there[0], from_when
        if self.is_closed:
            return None, from_when
        for shift in self.shifts:
            if shift.role == DutyRole.PRIMARY and shift.starts_at > self.at:
                return shift, shift.starts_at
        return None, None


def standing(at: datetime) -> Standing:
    """One query, whatever there is: the shifts, and beside them the hours."""
    shifts, stretches = [], []
    for row in _SHIFTS_AND_HOURS.rows(at=at):
        if row["shift"] is None:
            stretches.append(Stretch(row["day"], row["opening"], row["closing"]))
        else:
            shifts.append(OnCall(row["shift"], row["who"], row["duty"], row["start"], row["end"]))
    shifts.sort(key=lambda shift: (shift.starts_at, shift.shift_id))
    return Standing(at, hours_of(stretches), tuple(shifts))


def _shifts_and_hours() -> QuerySet:
    no_number, no_time = Value(None, IntegerField()), Value(None, TimeField())
    no_moment = Value(None, DateTimeField())
    shifts = (
        Shift.objects.filter(user__is_active=True, ends_at__gt=given_time("at"))
        .order_by("starts_at", "pk")
        .values(
            shift=F("pk"),
            who=F("user_id"),
            duty=F("role"),
            start=F("starts_at"),
            end=F("ends_at"),
            day=no_number,
            opening=no_time,
            closing=no_time,
        )
    )
    hours = DeskHours.objects.order_by().values(
        shift=no_number,
        who=no_number,
        duty=Value("", CharField()),
        start=no_moment,
        end=no_moment,
        day=F("weekday"),
        opening=F("opens"),
        closing=F("closes"),
    )
    return shifts[:LOOKED_AT].union(hours, all=True)


# Filing asks it while a leader waits, and every staff page does.
_SHIFTS_AND_HOURS = Prepared(_shifts_and_hours)


def hours() -> Hours:
    """The hours the desk keeps now."""
    return hours_of(
        Stretch(*row) for row in DeskHours.objects.values_list("weekday", "opens", "closes")
    )


def hours_of(stretches: Iterable[Stretch]) -> Hours:
    return Hours(tuple(sorted(stretches)), desk_zone())


def desk_zone() -> ZoneInfo:
    """The zone in which shifts and hours are written, whoever reads them."""
    return ZoneInfo(settings.TIME_ZONE)


def desk_zone_words(at: datetime) -> str:
    return zone_words(desk_zone(), at)
