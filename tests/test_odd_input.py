"""Every address, with what no form would send: a sentence or a refusal, never a broken page.

Each form is filled in rightly but for one field; a page's query is odd as a whole and one part
at a time. What was taken is read back, since a row may break the page that shows it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from mvai.duty import kinds
from tests.access_matrix import ANONYMOUS, MATRIX, OK, Row
from tests.factories import NOON
from tests.test_access import World, addresses

NUL = "a\x00b"
LONG, FAR = "9" * 30, "9999-12-31"
ODD = (
    NUL,
    LONG,
    "9" * 5000,
    "-1",
    "\u0663",  # a digit, but not of ours
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
    "\u202e\ufeff\u2028",
    "%s %(name)s {0} {{ x }} {% now %}",
    "0001-01-01",
    FAR,
    "0001-01-01T00:00",
    "9999-12-31T23:59",
)
LIKELY_TO_SEE = ("program_manager", "own_advisor", "auditor", "administrator", ANONYMOUS)

# What the pages read from their addresses.
ASKED = (
    "q", "page", "before", "view", "do", "id", "show", "state", "urgency", "owner", "place",
    "filters", "said", "logged", "added", "code", "verb", "person", "label", "kind", "since",
    "until", "purpose", "channel", "reference", "need", "phase", "discipline", "setting", "free",
    "program", "next", "user", "record", "result", "address", "role", "standing", "time",
)  # fmt: skip

# Of these, what is a day or a number.
NUMBERED = ("page", "before", "id", "since", "until", "user")

# Pages that read more than one of them: there each is asked alone, too.
FILTERED = {
    "requests:board", "requests:workspace", "outbox:messages", "dashboard:audit", "members:list",
    "advisors:roster", "resources:library", "agencies:suggest", "advisors:prospects",
    "requests:inquiries",
}  # fmt: skip

PLACE = {
    "agency": "Riverton Police",
    "agency_id": "1",
    "city": "Riverton",
    "state_code": "MN",
    "zip_code": "55401",
}
NUMBER = {"call_name": "Chief Moreno", "call_number": "(202) 555-0143"}
MOMENT = ("2026-11-22", "12:00")
AHEAD = ("2026-11-30", "12:00")


def moment(name: str, value: tuple[str, str] = MOMENT) -> dict[str, str]:
    return {f"{name}_0": value[0], f"{name}_1": value[1]}


TALK = {"whose": "leader", "minutes": "30", "video_url": "https://video.example/room"}
TRIAGE = PLACE | moment("happened_at") | moment("event_at", AHEAD) | {
    "filer_role": "LE_CHIEF",
    "setting": "K12",
    "incident_types": "SHOOTING",
    "is_ongoing": "no",
    "children_harmed": "unknown",
    "officers_harmed": "no",
    "needs": "LEADER",
    "leader_says_now": "on",
    "time_zone": "America/Chicago",
    "contact_mode": "voice",
    "safe_times": "after six",
    "urgency_override": "critical",
    "override_reason": "They asked twice.",
}  # fmt: skip
LIMITS = {
    "hours_per_week": "6",
    "max_active": "2",
    "max_critical": "1",
    "reach_from": "08:00",
    "reach_until": "20:00",
    "avoided_settings": "K12",
    "avoided_types": "SHOOTING",
}
INCIDENT = {
    "id": "1",
    "setting_id": "K12",
    "incident_types": "SHOOTING",
    "year": "2019",
    "role_then_id": "LE_CHIEF",
    "agency_type_id": "LOCAL",
    "size_band_id": "S25",
    "phase_reached_id": "YEAR1",
    "state": "MN",
    "anniversary_on": "2019-02-03",
}
PROFILE = {
    "full_name": "Kim Lee",
    "title_line": "Chief (ret.)",
    "pronouns": "they",
    "time_zone": "America/Chicago",
    "voice": "(202) 555-0143",
    "sms": "(202) 555-0143",
    "email": "kim@agency.example",
    "disciplines": "LE_CHIEF",
    "former_agency": "Riverton Police",
    "agency_type_id": "LOCAL",
    "size_band_id": "S25",
    "state": "MN",
    "region": "Midwest",
    "agency": "",
    "conflicts": "",
    "languages": "en",
    "modes": "virtual",
    "travel_notice_days": "2",
}
RECORD = (
    {f"profile-{name}": value for name, value in PROFILE.items()}
    | {f"limits-{name}": value for name, value in LIMITS.items()}
    | {"expertise-MEDIA": "2"}
    | {f"incidents-0-{name}": value for name, value in INCIDENT.items()}
    | {
        "incidents-TOTAL_FORMS": "1",
        "incidents-INITIAL_FORMS": "0",
        "incidents-MIN_NUM_FORMS": "0",
        "incidents-MAX_NUM_FORMS": "20",
    }
)


PROSPECT = {
    "full_name": "Marion Steele",
    "title_line": "Chief (ret.)",
    "discipline_id": "LE_CHIEF",
    "agency_text": "Riverton Police",
    "email": "marion@steele.example",
    "experience": "Led an agency after a school attack.",
    "needs": "MEDIA",
}


def shift_of(world: World) -> Mapping[str, str]:
    return {
        "user": str(world.dana.pk),
        "role": "backup",
        "starts_at": "2026-11-25T08:00",
        "ends_at": "2026-11-26T08:00",
    }


# A right answer to each form; what isn't here has no fields.
RIGHT: Mapping[str, Any] = {
    "account_login": {"login": "kim@agency.example", "password": "not the one"},
    "account_reset_password": {"email": "kim@agency.example"},
    "account_reset_password_from_key": {"password1": "a long enough one"},
    "account_change_password": {"oldpassword": "x", "password1": "y", "password2": "y"},
    "account_set_password": {"password1": "a long enough one", "password2": "a long enough one"},
    "account_signup": {"email": "kim@agency.example", "password1": "a long enough one"},
    "mfa_activate_totp": {"code": "123456"},
    "mfa_authenticate": {"code": "123456"},
    "usersessions_list": {},
    "dashboard:award_end": {"ends_on": "2026-11-30", "confirmed": "1"},
    "requests:records_ask": {"kind": "copy"},
    "requests:records_hold": {"on": "1"},
    "requests:records_decide": {"does": "1"},
    "requests:file": NUMBER
    | {
        "attempt": "x",
        "time_zone": "America/Chicago",
        "filing_for": "me",
        "filer_role": "LE_PIO",
        "agency": "Riverton Police",
        "agency_id": "",
        "topic": "x",
    },
    "requests:checking_take": {"chosen": "MV-7K4Q"},
    "requests:checking_close": {"chosen": "MV-7K4Q", "note": "Nobody there.", "sure": "1"},
    "requests:checking_reopen": {"chosen": "MV-7K4Q"},
    "requests:add_details": PLACE
    | {
        "filer_role": "LE_CHIEF",
        "filing_for": "me",
        "incident_types": "SHOOTING",
        "setting": "K12",
        "is_ongoing": "no",
        "needs": "LEADER",
        "contact_mode": "voice",
        "email": "kim@agency.example",
        "safe_times": "after six",
        "others_may_take": "on",
        "other_contact": "Aide Jo Park, (202) 555-0151",
        "happened_on": "2026-11-01",
        "happened_time": "22:15",
        "zone": "America/Phoenix",
        "note": "Please hurry.",
        "keep_note": "",
    },
    "requests:prepare": {
        "full_name": "Chief Moreno",
        "reach": "kim@agency.example",
        "agency": "Riverton Police",
        "agency_id": "1",
        "needs": "MEDIA",
        "ready_by": "month",
        "note": "Calm.",
        "attempt": "x",
    },
    "requests:inquiry_carry_on": {
        "state": "answered",
        "outcome": "Sent two cards.",
        "next_step": "check_back",
        "due_on": "2026-12-02",
    },
    "requests:inquiry_it_has_happened": {"call_number": "(202) 555-0143"},
    "resources:ready": {"command": "yes", "families": "not_yet"},
    "advisors:could_help": PROSPECT | {"how_to_reach": "evenings"},
    "advisors:nominate": PROSPECT
    | {
        "sender_name": "Kim Lee",
        "sender_email": "kim@agency.example",
        "relation": "We served together.",
    },
    "advisors:prospect_move": {"state": "talking"},
    "advisors:prospect_note": {"text": "Spoke for an hour."},
    "advisors:prospect_invite": {"email": "marion@steele.example"},
    "requests:mine_code": {"where": "(202) 555-0143"},
    "requests:mine_open": {"code": "123456"},
    "requests:enter_code": {"code": "123456", "then": "message", "carried": '{"text": ["Hello"]}'},
    "requests:send_code": {"then": "message", "carried": '{"text": ["Hello"]}'},
    "requests:send_delegate_code": {"own_number": "(202) 555-0151"},
    "requests:status_withdraw": {"sure": "on"},
    "requests:status_message": {"text": "Please call after six.", "press": "x"},
    "requests:status_concern": {"text": "We did not get on.", "press": "x"},
    "requests:status_choose": {"one": "1"},
    "requests:status_follow_ups": moment("to", AHEAD) | {"one": "1", "what": "day", "seen": "1,2"},
    "requests:status_delegates": {"name": "Aide Jo Park", "number": "(202) 555-0151"},
    "requests:status_remove_delegate": {"one": "1"},
    "requests:status_number": {"number": "(202) 555-0160", "press": "x"},
    "requests:status_successor": {
        "name": "Chief Kim Lee",
        "number": "(202) 555-0161",
        "email": "kim@agency.example",
        "agreed": "on",
        "press": "x",
    },
    "requests:message": {"text": "We call at six.", "press": "x"},
    "requests:contact": {"number": "(202) 555-0160", "name": "Kim Lee", "email": "", "press": "x"},
    "requests:read_code": {"on_file": "on", "press": "x"},
    "requests:choice": lambda world: {f"line_{world.engagement.pk}": "Led through the same."},
    "requests:answer_concern": {"text": "I have talked with them."},
    "requests:offer_by_link": {"answer": "not_now"},
    "requests:new": NUMBER
    | PLACE
    | {
        "attempt": "x",
        "filer_role": "LE_CHIEF",
        "filing_for": "me",
        "note": "Calm.",
        "agreed_to_texts": "on",
        "seen": "MV-2345",
        "same_as": "",
    },
    "requests:approach_new": {
        "agency": "Riverton Police",
        "agency_id": "1",
        "state_code": "MN",
        "published_number": "(202) 555-0143",
        "learned_from": "Evening news",
        "all_the_same": "on",
    },
    "requests:approach_try": moment("next_try_at", AHEAD) | {"outcome": "no_answer"},
    "requests:approach_accept": NUMBER | {"agreed": "on", "agreed_to_texts": "on"},
    "requests:identity_code": {"address": "chief@riverton.example", "is_published": "on"},
    "requests:check_code": {"code": "123456"},
    "requests:merge": lambda world: {"into": world.other_request.reference},
    "requests:delegate": lambda world: {"name": "Aide Jo Park", "number": "(202) 555-0151"},
    "requests:hand_over": lambda world: {"to": str(world.shift.user_id), "note": "All said."},
    "requests:log_call": {
        "outcome": "reached",
        "minutes": "3",
        "note": "Spoke.",
        "leader_agrees": "on",
    },
    "requests:identity": {"outcome": "confirmed", "method": "published_number", "note": "Yes."},
    "requests:triage": TRIAGE,
    "requests:brief": {"brief": "It is calm now."},
    "requests:next_action": moment("due_at", AHEAD) | {"code": "call", "note": "Again."},
    "requests:close": {"reason": "met", "note": "Done.", "sure": "on"},
    "requests:reopen": {"note": "They called."},
    "requests:give_back": {"note": "I must go."},
    "requests:stop_follow_ups": {"note": "They said stop."},
    "requests:follow_up": moment("to", AHEAD) | {"what": "move", "note": "They asked."},
    "requests:start_outreach": lambda world: {"lead": str(world.advisor.pk), "alternate": ""},
    "requests:offer_to": lambda world: {
        "advisor": str(world.advisor.pk),
        "role": "specialist",
        "override_reason": "They asked.",
    },
    "requests:answer_offer": {"answer": "not_now"},
    "requests:log_contact": moment("at")
    | {
        "mode": "PHONE",
        "minutes": "20",
        "minutes_chip": "",
        "topics": "MEDIA",
        "participants": "Chief",
        "note": "Spoke.",
    },
    "requests:step_back": {"sure": "on"},
    "requests:choose_time": {"time": "1"},
    "requests:leader_calls_off": {"time": "1"},
    "requests:set_time": moment("starts_at", AHEAD) | TALK,
    "requests:propose_times": {
        f"propose-{name}": value
        for name, value in (
            moment("first", AHEAD) | moment("second", AHEAD) | moment("third", AHEAD) | TALK
        ).items()
    },
    "advisors:edit": RECORD,  # and of "advisors:new"
    "advisors:standing": {
        "vetted_date": "2026-01-02",
        "agreement_signed_date": "2026-01-02",
        "agreement_expires_date": "2027-01-02",
        "is_active": "on",
    },
    "advisors:make_account": {"email": "kim@agency.example"},
    "advisors:set_hours": {"from_0_1": "08:00", "until_0_1": "17:00"},
    "advisors:add_absence": {"first_day": "2026-12-01", "last_day": "2026-12-02"},
    "advisors:my_limits": LIMITS,
    "advisors:not_now": {"how_long": "24h", "next": "/my-time/"},
    "advisors:available_again": {"next": "/my-time/"},
    "advisors:rest": {"waived": "yes", "next": "/my-time/"},
    "members:invite": {
        "full_name": "Kim Lee",
        "title": "Sgt.",
        "email": "kim+desk@agency.example",
        "roles": "duty_officer",
    },
    "members:roles": {"roles": "auditor"},
    "members:open_recovery": {"reason": "Called back, and it was them."},
    "duty:add_shift": shift_of,
    "duty:change_shift": shift_of,
}

# Pages that show what others wrote: a row that can't be shown breaks them for everybody.
SHOWING = {
    "program_manager": (
        "requests:board",
        "duty:roster",
        "requests:inquiries",
        "advisors:prospects",
    ),
    "own_advisor": ("dashboard:advisor_home",),
    "administrator": ("members:list",),
}


def who_may(row: Row, method: str) -> str | None:
    answers = row.get if method == "get" else row.post
    return next((name for name in LIKELY_TO_SEE if answers.get(name) == OK), None)


def pages() -> Iterator[str]:
    return (name for name, row in MATRIX.items() if who_may(row, "get"))


def forms() -> Iterator[str]:
    return (name for name, row in MATRIX.items() if who_may(row, "post"))


def is_numbered(said: str) -> bool:
    """A day, a time, a number or a row's key, in a right answer."""
    return said[:1].isdigit()


def broken(client: Client, method: str, address: str, data: Mapping[str, Any], then=()) -> str:
    """What went wrong, in words; the database is afterward as it was before."""
    with transaction.atomic():
        try:
            response = getattr(client, method)(address, data)
            if response.status_code in (302, 303) and response["Location"].startswith("/"):
                client.get(response["Location"])
                for name in then:
                    client.get(reverse(name))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            transaction.set_rollback(True)
    return ""


def check(found: list[tuple[Any, ...]]) -> None:
    assert not found, "\n".join(" ".join(str(part)[:200] for part in one) for one in found)


@pytest.fixture(autouse=True)
def _world_at_noon(settings, monkeypatch) -> Iterator[None]:
    settings.DEMO = False
    settings.ACCOUNT_RATE_LIMITS = False
    door = kinds.AlarmKind("doorbell", "Door", lambda pk: "/", lambda *_taken: None)
    monkeypatch.setitem(kinds._kinds, "doorbell", door)
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(pages()))
def test_no_query_breaks_a_page(name):
    row, world = MATRIX[name], World()
    address = reverse(name, kwargs=row.arguments(world))
    client = world.visitor(who_may(row, "get"))
    queries = [dict.fromkeys(ASKED, odd) for odd in (NUL, LONG, FAR)]
    if name in FILTERED:
        queries += [{asked: NUL} for asked in ASKED] + [{asked: FAR} for asked in NUMBERED]

    check([(query, wrong) for query in queries if (wrong := broken(client, "get", address, query))])


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(forms()))
def test_no_field_breaks_a_form_or_what_shows_it(name):
    row, world = MATRIX[name], World()
    _ = world.shift
    visitor = who_may(row, "post")
    right = RIGHT.get(name, {})
    right = dict(right(world) if callable(right) else right) or dict(row.data(world))
    address = reverse(name, kwargs=row.arguments(world))
    client = world.visitor(visitor)
    then = SHOWING.get(visitor, ())
    attempts = [{}, dict.fromkeys(("note", "next"), NUL)]
    if right:
        attempts += [right, *(dict.fromkeys(right, odd) for odd in ODD)]
        attempts += [right | {field: NUL} for field in right]
        attempts += [right | {field: FAR} for field, said in right.items() if is_numbered(said)]

    check(
        [
            ({k: v for k, v in data.items() if right.get(k) != v}, wrong)
            for data in attempts
            if (wrong := broken(client, "post", address, data, then))
        ]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(addresses()))
def test_no_address_breaks_with_an_odd_part(name):
    row, world = MATRIX[name], World()
    arguments = row.arguments(world)
    if not arguments:
        return
    usual = reverse(name, kwargs=arguments)
    clients = {
        method: world.visitor(who_may(row, method) or "program_manager")
        for method in ("get", "post")
    }
    odd = (
        "0",
        "9" * 18,
        "9" * 25,
        "9" * 5000,
        "zzzzzzzzzzzzz",
        "zzzz-0-0.AAAA",
        "%00",
        "%ED%A0%80",
    )
    found = []
    for part in arguments.values():
        for value in odd:
            address = f"/{usual[1:].replace(str(part), value, 1)}"
            for method, client in clients.items():
                if wrong := broken(client, method, address, {}):
                    found.append((method, address[:60], wrong))
    check(found)
