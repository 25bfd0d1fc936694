"""Which requests the board shows: views, search and filters, all kept in the address."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import forms
from django.db.models import BigIntegerField, Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from mvai.accounts.models import User
from mvai.agencies.models import Agency
from mvai.agencies.names import key_for
from mvai.web.prepared import Given, Moment, Prepared, given_time, totals
from requests.forms.choices import STATES
from requests.models import IS_OPEN, AssistanceRequest
from requests.states import OPEN, State, Urgency

QUIET_AFTER = timedelta(hours=72)
MOST_AGENCIES = 500
COUNTED_TO = 999

VIEWS = {
    "open": _("Open"),
    "mine": _("Mine"),
    "due": _("Due today"),
    "quiet": _("Quiet over 72 h"),
    "check": _("Check first"),
    "closed": _("Closed"),
}


def conditions(user_id: int | Given, tomorrow: Moment, quiet_since: Moment) -> dict[str, Q]:
    """What each view of the open requests holds, for this reader at this moment."""
    # Following up is quiet by plan: there the due time of the next contact counts.
    is_talking = ~Q(state__in=[State.SUBMITTED, State.FOLLOWING_UP])
    return {
        "open": Q(),
        "mine": Q(owner=user_id),
        "due": Q(next_action_due_at__lt=tomorrow),
        "check": Q(check_first=True),
        "quiet": is_talking & Q(last_heard_at__lt=quiet_since),
    }


def bounds(now: datetime) -> dict[str, datetime]:
    """The moments that the views are cut at: the reader's midnight, and the end of patience."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"tomorrow": today + timedelta(days=1), "quiet_since": now - QUIET_AFTER}


def held_by(
    view: str, requests: QuerySet, user_id: int | Given, tomorrow: Moment, quiet_since: Moment
) -> QuerySet:
    """The requests of one view, in its order."""
    if view == "closed":
        return requests.exclude(IS_OPEN).order_by("-closed_at", "-pk")
    found = _with_last_heard(requests).filter(IS_OPEN)
    condition = conditions(user_id, tomorrow, quiet_since)[view]
    return found.filter(condition).order_by("board_rank", "submitted_at", "pk")


def counts(user: User, now: datetime) -> dict[str, int]:
    """How many each view holds, and how many nobody owns: for readers who see every request.

    Open requests in one query. Closed ones grow for ever, so they are counted to a limit only.
    """
    [held] = _OPEN_COUNTS.rows(user_id=user.pk, **bounds(now))
    return held | {"closed": _CLOSED.count()}


# In place of the reader and the moments, in a prepared query.
READER = {
    "user_id": Given("user_id", BigIntegerField()),
    "tomorrow": given_time("tomorrow"),
    "quiet_since": given_time("quiet_since"),
}


def _open_counts() -> QuerySet:
    cut = conditions(**READER)
    held = {
        name: Count("pk", filter=condition) if condition else Count("pk")
        for name, condition in cut.items()
    }
    unowned = Count("pk", filter=Q(owner=None))
    found = _with_last_heard(AssistanceRequest.objects.open())
    return totals(found, **held, unowned=unowned)


# The board asks these every 20 seconds on every screen it is left open on.
_OPEN_COUNTS = Prepared(_open_counts)
_CLOSED = Prepared(
    lambda: AssistanceRequest.objects.closed().order_by().values("pk")[: COUNTED_TO + 1]
)
_ALL_CLOSED = Prepared(lambda: AssistanceRequest.objects.closed().order_by().values("pk"))


def length_of(view: str, held: dict[str, int]) -> int:
    """How many requests a view lists in all, given its `counts`."""
    is_counted = view != "closed" or held[view] <= COUNTED_TO
    return held[view] if is_counted else _ALL_CLOSED.count()


def _with_last_heard(requests: QuerySet) -> QuerySet:
    return requests.annotate(last_heard_at=Coalesce(F("last_contact_at"), F("submitted_at")))


class BoardFilter(FilterSet):
    """The side sheet: it narrows whichever view is open."""

    q = CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = ChoiceFilter(
        label=_("Stands at"),
        empty_label=_("Anywhere"),
        choices=[(state.value, state.label) for state in State if state in OPEN],
    )
    urgency = ChoiceFilter(label=_("Urgency"), empty_label=_("Any"), choices=Urgency.choices)
    owner = ModelChoiceFilter(
        label=_("Owner"),
        empty_label=_("Anyone"),
        queryset=lambda request: User.objects.staff().select_related("person"),
    )
    place = ChoiceFilter(
        label=_("State"), field_name="state_code", empty_label=_("Any"), choices=STATES
    )

    class Meta:
        model = AssistanceRequest
        fields = ("q", "state", "urgency", "owner", "place")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["owner"].label_from_instance = lambda user: user.display_name

    @classmethod
    def narrows(cls, asked: Mapping[str, str]) -> bool:
        """Whether an address asks for less than a whole view."""
        return any(asked.get(name) for name in cls._meta.fields)

    @classmethod
    def stands_open(cls, asked: Mapping[str, str]) -> bool:
        """Whether the side sheet is shown: asked for, or narrowing by more than a search."""
        return "filters" in asked or any(
            asked.get(name) for name in cls._meta.fields if name != "q"
        )

    def search(self, requests: QuerySet, name: str, value: str) -> QuerySet:
        """Reference, name, place and typed agency; and the directory's names."""
        words = value.strip().lower()
        if not words:
            return requests
        listed = Agency.objects.filter(name_key__contains=key_for(words)).values("pk")
        return requests.filter(Q(search_key__contains=words) | Q(agency__in=listed[:MOST_AGENCIES]))
