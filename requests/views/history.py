"""What has happened on a request, newest first, from its logs and its offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mvai.people.models import Channel
from requests.models import AssistanceRequest, Offer, Side
from requests.states import (
    AdvisorRole,
    CallOutcome,
    IdentityMethod,
    IdentityOutcome,
    NoText,
    OfferState,
)
from requests.views.listed import Listed

MOVE_WORDS = {
    "take": gettext_lazy("Taken by %(who)s"),
    "give_back": gettext_lazy("Given back by %(who)s"),
    "triage": gettext_lazy("Needs written down by %(who)s"),
    "seek": gettext_lazy("Advisors asked by %(who)s"),
    "engage": gettext_lazy("Advisor found"),
    "begin_following_up": gettext_lazy("First contact made"),
    "seek_again": gettext_lazy("Looking for another advisor"),
    "close": gettext_lazy("Closed by %(who)s"),
    "withdraw": gettext_lazy("Withdrawn"),
    "reopen": gettext_lazy("Opened again by %(who)s"),
    "ask_again": gettext_lazy("They ask for a call again"),
}

CAME_IN_WORDS = {
    Channel.VOICE: gettext_lazy("They left a voicemail"),
    Channel.SMS: gettext_lazy("They sent a text"),
    Channel.EMAIL: gettext_lazy("They sent an e-mail"),
}

IDENTITY_WORDS = {
    IdentityOutcome.CONFIRMED: gettext_lazy("Identity confirmed by %(who)s"),
    IdentityOutcome.NOT_CONFIRMED: gettext_lazy("Identity not confirmed, %(who)s"),
    IdentityOutcome.NO_ANSWER: gettext_lazy("%(who)s tried to confirm identity: no answer yet"),
    IdentityOutcome.CODE_SENT: gettext_lazy("%(who)s sent a code to the agency"),
    IdentityOutcome.WRONG_CODE: gettext_lazy("A wrong code was read to %(who)s"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of what is happening."""

    mark: str  # "now" while it waits for somebody, else "done"
    title: str
    at: datetime
    note: str = ""
    offer: Offer | None = None
    kind: str = ""
    pk: int = 0  # of what was logged


def events_of(
    assistance_request: AssistanceRequest, offers: Iterable[Offer], listed: Listed
) -> list[Event]:
    kinds = ("move", "call", "calling", "contact", "came_in", "message", "identity", "sent")
    logs = chain.from_iterable(listed[kind] for kind in kinds)
    logged = [_logged(row, assistance_request) for row in logs]
    asked = [_of_offer(offer) for offer in offers]
    filed = Event("done", _("Request received"), assistance_request.submitted_at)
    past = sorted(
        [*logged, *(one for one in asked if one.mark == "done")],
        key=lambda event: event.at,
        reverse=True,
    )
    waiting = [one for one in asked if one.mark == "now"]
    return [*waiting, *past, filed]


def _logged(row: dict, assistance_request: AssistanceRequest) -> Event:
    who = row["who"] or _("the leader")
    match row["kind"]:
        case "move":
            title = str(MOVE_WORDS.get(row["code"], row["code"])) % {"who": who}
        case "call":
            title = _call_words(row, assistance_request)
        case "message":
            words = (
                _("Message from %(who)s")
                if row["code"] == Side.LEADER
                else _("%(who)s wrote to the leader")
            )
            mark = "now" if row["number"] and row["code"] == Side.LEADER else "done"
            return Event(
                mark,
                words % {"who": who},
                row["moment"],
                row["words"],
                kind="message",
                pk=row["number"],
            )
        case "identity":
            return _of_identity(row, who)
        case "calling":
            title = _("%(who)s begins a call") % {"who": who}
            return Event("done", title, row["moment"], text_words(row["code"]), kind=row["kind"])
        case "sent":
            title = _("%(who)s sent “%(title)s”") % {
                "who": who,
                "title": row["words"] or row["code"],
            }
            asked = _("They asked for it.") if row["number"] else ""
            return Event("done", title, row["moment"], asked, kind=row["kind"])
        case "came_in":
            title = str(CAME_IN_WORDS[row["code"]])
        case _:
            title = _("%(who)s and the agency: %(how)s, %(length)s") % {
                "who": who,
                "how": row["code"],
                "length": _minutes(row["number"]),
            }
    return Event("done", title, row["moment"], row["words"], kind=row["kind"], pk=row["number"])


def text_words(no_text: str) -> str:
    """Whether a text went ahead of a call, or why not."""
    if not no_text:
        return _("A text says so on their phone.")
    return _("No text goes ahead: %(why)s.") % {"why": str(NoText(no_text).label)}


def _call_words(row: dict, assistance_request: AssistanceRequest) -> str:
    outcome = CallOutcome(row["code"])
    if outcome == CallOutcome.CALLED_US:
        return _("They called, and %(who)s took it") % {"who": row["who"]}
    if outcome != CallOutcome.REACHED:
        return _("Call by %(who)s: %(outcome)s") % {
            "who": row["who"],
            "outcome": str(outcome.label).lower(),
        }
    length = f", {_minutes(row['number'])}" if row["number"] else ""
    return (
        _("%(who)s spoke with %(name)s")
        % {
            "who": row["who"],
            "name": assistance_request.call_name,
        }
        + length
    )


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _of_offer(offer: Offer) -> Event:
    words = {"name": offer.advisor.person.addressed_as, "role": AdvisorRole(offer.role).label}
    if offer.is_open:
        return Event("now", _("%(role)s: %(name)s is asked") % words, offer.offered_at, "", offer)
    words["answer"] = str(OfferState(offer.state).label).lower()
    return Event(
        "done", _("%(role)s: %(name)s, %(answer)s") % words, offer.ended_at or offer.offered_at
    )


def _of_identity(row: dict, who: str) -> Event:
    """One try to find out who the leader is, with its way and what was written beside it."""
    outcome, _colon, method = row["code"].partition(":")
    how = str(IdentityMethod(method).label) if method else ""
    title = IDENTITY_WORDS[IdentityOutcome(outcome)] % {"who": who}
    note = ": ".join(part for part in (how, row["words"]) if part)
    return Event("done", title, row["moment"], note, kind="identity")
