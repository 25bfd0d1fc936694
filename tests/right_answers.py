"""A right answer to each form: what tests of odd input and of forms shown again begin with."""

from collections.abc import Mapping
from typing import Any

from tests.test_access import World

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

EDITION = {
    "title": "A kit",
    "kind": "checklist",
    "summary": "What to say.",
    "author": "MVAI",
    "address": "",
    "needs": "MEDIA",
    "phases": "DAY1",
    "audiences": "head",
    "settings": "K12",
    "minutes": "4",
    "advisory": "It names what was hard.",
    "sources": "The guide https://www.ojp.gov/guide",
    "license": "Free to copy.",
    "is_funded": "on",
    "keywords": "press, reporters",
    "card": "- [ ] Say little.",
    "text": "## Later\n\nSay more.",
    "revision": "1",
    "theirs": "",
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
    "resources:used": {"use": "opened"},
    "resources:share": {
        "agency": "Riverton PD",
        "knows": "on",
        "ticked": "0a1b2c3d4e5f",
        "time_zone": "America/Chicago",
        "press": "x",
    },
    "resources:team_tick": {"set": "1-done", "since": "0"},
    "resources:team_add": {"text": "Call the mayor.", "section": "First hour", "press": "x"},
    "resources:team_line": {
        "owner": "Kim Lee",
        "due_date": "2026-12-03",
        "due_time": "17:00",
        "note": "Two phones.",
        "was_owner": "",
        "was_due": "",
        "was_note": "",
    },
    "resources:team_aside": {"set": "aside"},
    "resources:team_version": {"pick": "add-0a1b2c3d4e5f", "edition": "1-1"},
    "resources:team_rename": {
        "title": "Our list",
        "agency": "Riverton PD",
        "time_zone": "America/Chicago",
    },
    "resources:team_replace": {"generation": "1", "whose": "team"},
    "resources:team_remove": {"held": "no"},
    "resources:new_item": {
        "title": "A kit",
        "summary": "What to say.",
        "kind": "card",
        "language": "en",
        "slug": "a-kit",
    },
    "resources:place": {"place": "120"},
    "resources:begin": {"language": "es", "like": ""},
    "resources:preview": {"card": "Say **little**."},
    "resources:edit": EDITION,
    "resources:send_back": {"note": "Shorter."},
    "resources:publish": {"revision": "1", "review_by": "2027-11-23"},
    "resources:withdraw": {"reason": "Out of date."},
    "resources:still_right": {"review_by": "2027-11-23"},
    "resources:ready": {"command": "yes", "families": "not_yet"},
    "resources:missed": {"q": "zebra crossing"},
    "resources:synonyms": {"terms": "media, press"},
    "resources:synonym": {"terms": "media, press", "revision": "1"},
    "resources:missed_search": {"answer": "1"},
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
    "requests:status_team": {
        "item": "first-hours",
        "agency": "Riverton PD",
        "knows": "on",
        "press": "x",
    },
    "requests:status_team_show": {"one": "1"},
    "requests:status_team_hide": {"one": "1"},
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
    "requests:library_send": {"row": "first-hours", "was_asked": "on"},
    "requests:engagement_library_send": {"row": "first-hours", "was_asked": "on"},
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
