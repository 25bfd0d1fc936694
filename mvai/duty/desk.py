"""How the desk stands at a moment: who is there, whether it is closed by plan, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import CharField, DateTimeField, IntegerField, TimeField, Value

from mvai.duty.hours import Hours, Stretch
from mvai.duty.models import DeskHours, DutyRole, Shift
from mvai.web.times import zone_words

SPEAKS_FIRST = (DutyRole.PRIMARY, DutyRole.BACKUP, DutyRole.MANAGER)
LOOKED_AT = 20  # shifts: those that run, and the next ones


@dataclass(frozen=True, slots=True)
class Standing:
    """The desk at `at`. `shifts` are those that run and the coming ones, the earliest first."""

    at: datetime
    hours: Hours
    shifts: tuple[Shift, ...]

    def on_duty(self, at: datetime | None = None) -> list[Shift]:
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
    def speaker(self) -> tuple[Shift | None, datetime | None]:
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
    """One query, whatever there is: the shifts, and below them the hours."""
    no_number, no_time = Value(None, IntegerField()), Value(None, TimeField())
    no_moment = Value(None, DateTimeField())
    shifts = (
        Shift.objects.filter(user__is_active=True, ends_at__gt=at)
        .order_by("starts_at", "pk")
        .values_list("pk", "user_id", "role", "starts_at", "ends_at", no_number, no_time, no_time)
    )
    weeks = DeskHours.objects.order_by().values_list(
        no_number, no_number, Value("", CharField()), no_moment, no_moment,
        "weekday", "opens", "closes",
    )  # fmt: skip
    found, stretches = [], []
    for pk, user_id, role, starts_at, ends_at, *stretch in shifts[:LOOKED_AT].union(
        weeks, all=True
    ):
        if pk is None:
            stretches.append(Stretch(*stretch))
        else:
            found.append(
                Shift(pk=pk, user_id=user_id, role=role, starts_at=starts_at, ends_at=ends_at)
            )
    found.sort(key=lambda shift: (shift.starts_at, shift.pk))
    return Standing(at, hours_of(stretches), tuple(found))


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
