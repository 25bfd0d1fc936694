"""Who gets which page: one row per address. tests/test_access.py walks it.

Add a row for a new URL name: what GET and POST answer each kind of visitor, and the
arguments of its address. `only(...)` names the visitors who get in; all other signed-in
visitors get `others`, and whoever isn't signed in is asked to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OK = "ok"  # a page, a redirect onward, or a form's errors
LOGIN = "login"
REFUSED = "refused"  # 403: not your verb
MISSING = "missing"  # 404: not your row, or nothing there
NO_SUCH_METHOD = "no such method"  # 405

# The visitors. `advisor` and `requester` have nothing to do with the rows; `own_advisor` was
# offered and accepted.
ANONYMOUS = "anonymous"
SIGNED_IN = (
    "requester",
    "advisor",
    "own_advisor",
    "duty_officer",
    "program_manager",
    "wellness_coordinator",
    "content_editor",
    "auditor",
    "administrator",
)
VISITORS = (ANONYMOUS, *SIGNED_IN)
DESK = ("duty_officer", "program_manager")
MANAGER = ("program_manager",)
ADVISORS = ("advisor", "own_advisor")

Answers = Mapping[str, str]


def for_all(answer: str) -> Answers:
    return dict.fromkeys(VISITORS, answer)


def for_signed_in(answer: str) -> Answers:
    return {ANONYMOUS: LOGIN} | dict.fromkeys(SIGNED_IN, answer)


def only(*visitors: str, others: str = REFUSED, they: str = OK) -> Answers:
    return for_signed_in(others) | dict.fromkeys(visitors, they)


@dataclass(frozen=True)
class Row:
    get: Answers
    post: Answers
    # The address's arguments, from the world that tests/test_access.py makes.
    arguments: Callable[[Any], Mapping[str, Any]] = lambda world: {}
    data: Callable[[Any], Mapping[str, Any]] = lambda world: {}


def public_page(**extra: Any) -> Row:
    return Row(for_all(OK), for_all(NO_SUCH_METHOD), **extra)


def public_form(**extra: Any) -> Row:
    return Row(for_all(OK), for_all(OK), **extra)


def public_post(**extra: Any) -> Row:
    return Row(for_all(NO_SUCH_METHOD), for_all(OK), **extra)


def page(get: Answers, **extra: Any) -> Row:
    return Row(get, for_signed_in(NO_SUCH_METHOD), **extra)


def post(answers: Answers, **extra: Any) -> Row:
    return Row(for_signed_in(NO_SUCH_METHOD), answers, **extra)


def form(answers: Answers, **extra: Any) -> Row:
    return Row(answers, answers, **extra)


def by_reference(world: Any) -> Mapping[str, Any]:
    return {"reference": world.assistance_request.reference}


def _desk_verb(**extra: Any) -> Row:
    """A verb of the desk on one request. Others don't learn whether it exists."""
    return post(only(*DESK, others=MISSING) | extra.pop("but", {}), **extra)


# An advisor who accepted may know of the request; its desk verbs are still not theirs.
OWN_ADVISOR_IS_REFUSED = {"own_advisor": REFUSED}

ACCOUNTS = {
    # allauth's own pages. Signed-in visitors are sent on from those for signing in.
    "account_login": public_form(),
    "account_logout": public_form(),
    "account_signup": public_form(),
    "account_inactive": public_page(),
    "account_reset_password": public_form(),
    "account_reset_password_done": public_page(),
    "account_reset_password_from_key": public_form(
        arguments=lambda world: {"uidb36": "1", "key": "nonsense"}
    ),
    "account_reset_password_from_key_done": public_page(),
    # The visitors of the matrix have neither a password nor an authenticator to give again.
    "account_reauthenticate": form(for_signed_in(REFUSED)),
    "mfa_reauthenticate": form(for_signed_in(REFUSED)),
    "mfa_reauthenticate_webauthn": form(for_signed_in(REFUSED)),
    "account_change_password": form(for_signed_in(OK)),
    "account_set_password": form(for_signed_in(OK)),
    "mfa_index": page(for_signed_in(OK)),
    "mfa_authenticate": form(for_signed_in(OK) | {ANONYMOUS: LOGIN}),
    "mfa_activate_totp": form(for_signed_in(OK)),
    "mfa_deactivate_totp": form(for_signed_in(MISSING)),
    "mfa_view_recovery_codes": page(for_signed_in(MISSING)),
    "mfa_download_recovery_codes": form(for_signed_in(MISSING)),
    "mfa_generate_recovery_codes": form(for_signed_in(OK)),
    # Without a passkey it leads to the page for signing in.
    "mfa_login_webauthn": form(for_signed_in(OK)),
    "mfa_list_webauthn": page(for_signed_in(OK)),
    "mfa_add_webauthn": form(for_signed_in(OK)),
    # Somebody else's passkey: to all of them it isn't there.
    **{
        f"mfa_{verb}_webauthn": form(
            for_signed_in(MISSING) | {ANONYMOUS: LOGIN},
            arguments=lambda world: {"pk": world.passkey.pk},
        )
        for verb in ("edit", "remove")
    },
    "usersessions_list": form(for_signed_in(OK)),
    # The visitors of the matrix are not locked; nothing of theirs was kept.
    "lock:page": form(for_signed_in(OK)),
    "lock:state": page(for_signed_in(OK)),
    "lock:back": page(for_signed_in(OK)),
    "lock:kept": page(for_signed_in(OK)),
    "lock:discard": post(for_signed_in(MISSING), arguments=lambda world: {"pk": 1}),
    # The accounts are the administrator's.
    "members:list": page(only("administrator")),
    "members:invite": form(only("administrator")),
    "members:detail": page(only("administrator"), arguments=lambda world: {"pk": world.dana.pk}),
    **{
        f"members:{verb}": post(
            only("administrator"), arguments=lambda world: {"pk": world.dana.pk}
        )
        for verb in (
            "roles",
            "invite_again",
            "withdraw",
            "deactivate",
            "activate",
            "end_sessions",
            "open_recovery",
        )
    },
    **{
        f"members:{verb}_recovery": post(
            only("administrator"), arguments=lambda world: {"pk": world.recovery.pk}
        )
        for verb in ("confirm", "withdraw")
    },
    # One-click sign-in exists in the demonstration only.
    "accounts:demo": Row(for_all(MISSING), for_all(NO_SUCH_METHOD)),
    "reach:mine": page(for_signed_in(OK)),
    "reach:tested": page(for_signed_in(OK)),
    "reach:add": post(for_signed_in(OK)),
    "reach:wishes": post(for_signed_in(OK)),
    "reach:quiet": post(for_signed_in(OK)),
    "reach:test": post(for_signed_in(OK)),
    # Somebody else's number: to all of them it isn't there.
    **{
        f"reach:{verb}": post(
            for_signed_in(MISSING) | {ANONYMOUS: LOGIN},
            arguments=lambda world: {"pk": world.contact_point.pk},
        )
        for verb in ("send_code", "enter_code", "put_first", "start", "remove")
    },
    "accounts:demo_sign_in": Row(
        for_all(NO_SUCH_METHOD), for_all(MISSING), data=lambda world: {"user": world.dana.pk}
    ),
}

SITE = {
    "site:healthz": public_page(),
    "site:readyz": public_page(),
    # Without a token it isn't there.
    "site:metrics": Row(for_all(MISSING), for_all(NO_SUCH_METHOD)),
    "site:browser_reports": public_post(),
    "site:worker": public_page(),
    "site:about": public_page(),
    "site:privacy": public_page(),
    "site:accessibility": public_page(),
    "site:other_help": public_page(),
    "site:support": public_page(),
    "agencies:suggest": public_page(),
}

DASHBOARD = {
    "dashboard:home": page(for_signed_in(OK)),
    "dashboard:audit": page(only("auditor")),
    "dashboard:export_audit": page(only("auditor")),
    "dashboard:advisor_home": page(only(*ADVISORS)),
    "dashboard:unreachable": page(only(*MANAGER)),
    "dashboard:retention": page(only("program_manager", "auditor", "administrator")),
    "dashboard:award_end": post(only("program_manager", "administrator")),
}

DUTY = {
    "duty:now": page(only(*DESK)),
    "duty:take": post(only(*DESK), arguments=lambda world: {"pk": world.alarm.pk}),
    "duty:give_back": post(only(*DESK), arguments=lambda world: {"pk": world.alarm.pk}),
    "duty:settle": post(only(*DESK), arguments=lambda world: {"pk": world.alarm.pk}),
    "duty:history": page(only(*DESK), arguments=lambda world: {"pk": world.alarm.pk}),
    "duty:history_of": page(only(*DESK), arguments=lambda world: {"label": "MV-7K4Q"}),
    "duty:plans": page(only(*MANAGER)),
    "duty:plan": form(only(*MANAGER), arguments=lambda world: {"code": "request_filed"}),
    "duty:restore_plan": post(only(*MANAGER), arguments=lambda world: {"code": "request_filed"}),
    "duty:hours": form(only(*MANAGER)),
    "duty:open_always": post(only(*MANAGER)),
    "duty:alarm_by_link": public_form(arguments=lambda world: {"token": world.alarm_token}),
    "duty:roster": page(only(*DESK)),
    "duty:add_shift": post(only(*MANAGER)),
    "duty:change_shift": form(only(*MANAGER), arguments=lambda world: {"pk": world.shift.pk}),
    "duty:end_shift": post(only(*MANAGER), arguments=lambda world: {"pk": world.shift.pk}),
    "duty:remove_shift": post(only(*MANAGER), arguments=lambda world: {"pk": world.shift.pk}),
}

HOOKS = {
    # Nobody's but the gateway's: a visitor has no signature.
    "hooks:gateway_status": Row(
        for_all(NO_SUCH_METHOD), for_all(REFUSED), arguments=lambda world: {"token": "x"}
    ),
}

OUTBOX = {
    "outbox:messages": page(only(*DESK)),
    "outbox:message": page(only(*DESK), arguments=lambda world: {"pk": world.message.pk}),
    "outbox:channels": page(only(*DESK)),
    "outbox:pause": post(only(*DESK), arguments=lambda world: {"channel": "sms"}),
    "outbox:resume": post(only(*DESK), arguments=lambda world: {"channel": "sms"}),
    "outbox:told_by_phone": post(only(*DESK), arguments=lambda world: {"pk": world.message.pk}),
    "outbox:rooms": page(only(*MANAGER)),
    "outbox:add_room": post(only(*MANAGER)),
    "outbox:turn_room": post(only(*MANAGER), arguments=lambda world: {"pk": world.room.pk}),
    "outbox:test_room": post(only(*MANAGER), arguments=lambda world: {"pk": world.room.pk}),
    "outbox:notices": page(for_signed_in(OK)),
    "outbox:mark_read": post(for_signed_in(OK)),
    "outbox:send_again": post(only(*DESK), arguments=lambda world: {"pk": world.message.pk}),
}

ADVISOR_PAGES = {
    "advisors:roster": page(only(*DESK)),
    "advisors:new": form(only(*MANAGER)),
    "advisors:detail": page(only(*DESK), arguments=lambda world: {"pk": world.advisor.pk}),
    "advisors:edit": form(only(*MANAGER), arguments=lambda world: {"pk": world.advisor.pk}),
    "advisors:standing": post(only(*MANAGER), arguments=lambda world: {"pk": world.advisor.pk}),
    "advisors:make_account": post(only(*MANAGER), arguments=lambda world: {"pk": world.advisor.pk}),
    "advisors:time_of": page(only(*MANAGER), arguments=lambda world: {"pk": world.advisor.pk}),
    "advisors:set_hours": post(
        only("own_advisor", *MANAGER, others=MISSING) | {"duty_officer": REFUSED},
        arguments=lambda world: {"pk": world.advisor.pk},
    ),
    "advisors:add_absence": post(
        only("own_advisor", *MANAGER, others=MISSING) | {"duty_officer": REFUSED},
        arguments=lambda world: {"pk": world.advisor.pk},
    ),
    "advisors:remove_absence": post(
        only("own_advisor", *MANAGER, others=MISSING) | {"duty_officer": REFUSED},
        arguments=lambda world: {"pk": world.advisor.pk, "absence_pk": world.absence.pk},
    ),
    # Anybody may offer to help, or name somebody; the list of them is the manager's.
    "advisors:could_help": public_form(),
    "advisors:nominate": public_form(),
    "advisors:could_help_sent": public_page(),
    "advisors:could_help_thanks": public_page(),
    "advisors:could_help_confirm": public_form(
        arguments=lambda world: {"token": world.prospect_token}
    ),
    "advisors:prospects": page(only(*MANAGER)),
    "advisors:prospect": page(only(*MANAGER), arguments=lambda world: {"pk": world.prospect.pk}),
    **{
        f"advisors:prospect_{verb}": post(
            only(*MANAGER), arguments=lambda world: {"pk": world.prospect.pk}
        )
        for verb in ("move", "note", "invite")
    },
    "advisors:my_time": page(only(*ADVISORS)),
    "advisors:my_limits": form(only(*ADVISORS)),
    "advisors:not_now": post(only(*ADVISORS)),
    "advisors:available_again": post(only(*ADVISORS)),
    "advisors:rest": post(only(*ADVISORS)),
}

RESOURCES = {
    "resources:library": public_page(),
    "resources:ready": public_form(),
    "resources:entry": public_page(arguments=lambda world: {"slug": world.entry.slug}),
}

REQUESTS = {
    # Without an account: whoever holds the address, and for content whoever has a fresh code.
    "requests:landing": public_page(),
    "requests:file": public_form(),
    "requests:first_hour": public_page(),
    # No number of the program's is set in the tests, so there is no card of it.
    "requests:desk_card": Row(for_all(MISSING), for_all(NO_SUCH_METHOD)),
    "requests:confirmation": public_page(
        arguments=lambda world: {"token": world.confirmation_token}
    ),
    "requests:add_details": public_post(
        arguments=lambda world: {"token": world.confirmation_token}
    ),
    "requests:status": public_page(arguments=lambda world: {"token": world.status_token}),
    "requests:send_code": public_post(arguments=lambda world: {"token": world.status_token}),
    "requests:enter_code": public_post(arguments=lambda world: {"token": world.status_token}),
    "requests:send_delegate_code": public_post(
        arguments=lambda world: {"token": world.status_token}
    ),
    # Without a code each of these asks for one.
    **{
        f"requests:status_{deed}": public_form(
            arguments=lambda world: {"token": world.status_token}
        )
        for deed in (
            "choose",
            "again",
            "message",
            "read",
            "details",
            "different",
            "follow_ups",
            "delegates",
            "remove_delegate",
            "number",
            "successor",
            "concern",
            "withdraw",
        )
    },
    # No code was entered, so there is no card for anybody.
    "requests:contact_card": Row(
        for_all(MISSING),
        for_all(NO_SUCH_METHOD),
        arguments=lambda world: {"token": world.status_token},
    ),
    "requests:choose_time": public_post(arguments=lambda world: {"token": world.status_token}),
    "requests:leader_calls_off": public_post(arguments=lambda world: {"token": world.status_token}),
    "requests:leaders_call_file": Row(
        for_all(MISSING),
        for_all(NO_SUCH_METHOD),
        arguments=lambda world: {"token": world.status_token},
    ),
    # For leaders, who have no account: a code stands in its place.
    "requests:mine": public_page(),
    "requests:mine_code": public_post(),
    "requests:mine_open": public_post(),
    "requests:mine_close": public_post(),
    "requests:prepare": public_form(),
    "requests:prepare_sent": public_page(arguments=lambda world: {"token": world.prepare_token}),
    "requests:offer_by_link": public_form(arguments=lambda world: {"token": world.offer_token}),
    # The desk's.
    "requests:board": Row(only(*DESK), only(*DESK, they=NO_SUCH_METHOD)),
    "requests:checking": page(only(*DESK)),
    **{f"requests:checking_{verb}": post(only(*DESK)) for verb in ("take", "close", "reopen")},
    "requests:new": form(only(*DESK)),
    "requests:approaches": page(only(*DESK)),
    "requests:approach_new": form(only(*DESK)),
    "requests:approach": page(only(*DESK), arguments=lambda world: {"pk": world.approach.pk}),
    **{
        f"requests:approach_{verb}": post(
            only(*DESK), arguments=lambda world: {"pk": world.approach.pk}
        )
        for verb in ("take", "give_back", "try", "accept", "end")
    },
    "requests:merge": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=by_reference,
        data=lambda world: {"into": world.other_request.reference},
    ),
    "requests:inbox": page(only(*DESK)),
    "requests:inbound": page(only(*DESK), arguments=lambda world: {"pk": world.inbound.pk}),
    **{
        f"requests:inbound_{verb}": post(
            only(*DESK), arguments=lambda world: {"pk": world.inbound.pk}
        )
        for verb in ("request", "add", "nothing")
    },
    "requests:inquiries": page(only(*DESK)),
    "requests:inquiry": page(only(*DESK), arguments=lambda world: {"pk": world.inquiry.pk}),
    **{
        f"requests:inquiry_{verb}": post(
            only(*DESK), arguments=lambda world: {"pk": world.inquiry.pk}
        )
        for verb in ("take", "carry_on", "it_has_happened")
    },
    # The gateway's: whoever can't sign gets nowhere, signed in or not.
    "requests:hook_message": Row(for_all(NO_SUCH_METHOD), for_all(REFUSED)),
    "requests:hook_voicemail": Row(for_all(NO_SUCH_METHOD), for_all(REFUSED)),
    # The own advisor is sent on to their page of the engagement.
    "requests:workspace": page(only("own_advisor", *DESK, others=MISSING), arguments=by_reference),
    # The auditor sees who has looked, and nothing of the request.
    "requests:looks": page(
        only("program_manager", "auditor", others=MISSING)
        | {"duty_officer": REFUSED, "own_advisor": REFUSED},
        arguments=by_reference,
    ),
    "requests:people": page(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED, arguments=by_reference
    ),
    **{
        f"requests:{verb}": _desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference)
        for verb in (
            "real",
            "take",
            "give_back",
            "delegate",
            "message",
            "messages_read",
            "contact",
            "read_code",
            "choice",
            "replace_lead",
            "hand_over",
            "calling",
            "log_call",
            "identity",
            "identity_code",
            "check_code",
            "triage",
            "brief",
            "next_action",
            "close",
            "reopen",
            "stop_follow_ups",
            "start_outreach",
            "offer_to",
            "stop_outreach",
        )
    },
    "requests:records": page(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED, arguments=by_reference
    ),
    "requests:records_ask": _desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference),
    "requests:records_copy": _desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference),
    "requests:records_hold": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED | {"duty_officer": REFUSED}, arguments=by_reference
    ),
    "requests:records_decide": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED | {"duty_officer": REFUSED},
        arguments=lambda world: by_reference(world) | {"pk": world.records_ask.pk},
    ),
    "requests:follow_up": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.follow_up.pk},
    ),
    "requests:withdraw_offer": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.offer.pk},
    ),
    "requests:remove_delegate": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.delegate.pk},
    ),
    "requests:put_back": _desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.contact_change.pk},
    ),
    # Concerns about advisors: the program manager's, and neither an officer's nor an advisor's.
    "requests:concerns": page(only(*MANAGER)),
    "requests:concern": page(only(*MANAGER), arguments=lambda world: {"pk": world.concern.pk}),
    "requests:answer_concern": post(
        only(*MANAGER), arguments=lambda world: {"pk": world.concern.pk}
    ),
    "requests:settle_concern": post(
        only(*MANAGER), arguments=lambda world: {"pk": world.concern.pk}
    ),
    # Emergency access: the administrator's way in, and the managers' review of it.
    "requests:emergency": form(only("administrator")),
    "requests:emergency_read": page(
        only("administrator", they=MISSING), arguments=lambda world: {"pk": world.emergency.pk}
    ),
    "requests:emergency_end": post(
        only("administrator", they=MISSING), arguments=lambda world: {"pk": world.emergency.pk}
    ),
    "requests:emergency_reviews": page(only(*MANAGER)),
    "requests:emergency_review": post(
        only(*MANAGER), arguments=lambda world: {"pk": world.emergency.pk}
    ),
    # The advisor's own; the desk sees offers on the workspace.
    "requests:my_offer": page(
        only("own_advisor", others=MISSING), arguments=lambda world: {"pk": world.offer.pk}
    ),
    "requests:seen": post(
        only("own_advisor", others=MISSING), arguments=lambda world: {"pk": world.offer.pk}
    ),
    "requests:answer_offer": post(
        only("own_advisor", others=MISSING), arguments=lambda world: {"pk": world.offer.pk}
    ),
    "requests:engagement": page(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk},
    ),
    "requests:log_contact": post(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk},
    ),
    "requests:step_back": post(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk},
    ),
    **{
        f"requests:{verb}": post(
            only("own_advisor", *DESK, others=MISSING),
            arguments=lambda world: {"pk": world.engagement.pk},
        )
        for verb in ("set_time", "propose_times", "call_off")
    },
    "requests:call_file": page(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.agreed_time.engagement_id},
    ),
}

MATRIX: Mapping[str, Row] = {
    **ACCOUNTS,
    **SITE,
    **DASHBOARD,
    **DUTY,
    **HOOKS,
    **OUTBOX,
    **ADVISOR_PAGES,
    **RESOURCES,
    **REQUESTS,
}
