"""Who gets which page: one row per address. tests/test_access.py walks it.

Add a row for a new URL name: what GET and POST answer each kind of visitor, and the
arguments of its address. `only(...)` names the visitors who get in; all other signed-in
visitors get `others`, and whoever isn't signed in is asked to.
"""

from collections.abc import Mapping
from typing import Any

from tests.access_requests import REQUESTS
from tests.access_rows import (
    ADVISORS,
    ANONYMOUS,
    DESK,
    LOGIN,
    MANAGER,
    MISSING,
    NO_SUCH_METHOD,
    OK,
    REFUSED,
    Row,
    for_all,
    for_signed_in,
    form,
    only,
    page,
    post,
    public_form,
    public_page,
    public_post,
)

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


def team_token(world: Any) -> dict[str, Any]:
    return {"token": world.team_token}


def manage_token(world: Any) -> dict[str, Any]:
    return {"token": world.manage_token}


RESOURCES = {
    "resources:library": public_page(),
    "resources:ready": public_form(),
    "resources:item": public_page(arguments=lambda world: {"slug": world.edition.item.slug}),
    "resources:kept": public_page(),
    # A page sends it by itself; whatever it says, the answer is the same.
    "resources:used": public_post(
        arguments=lambda world: {"slug": world.edition.item.slug},
        data=lambda world: {"use": "opened"},
    ),
    "resources:use": page(only("content_editor")),
    "resources:missed": public_post(),
    "resources:synonyms": form(only("content_editor")),
    "resources:synonym": form(
        only("content_editor"), arguments=lambda world: {"pk": world.synonyms.pk}
    ),
    "resources:remove_synonym": post(
        only("content_editor"), arguments=lambda world: {"pk": world.synonyms.pk}
    ),
    "resources:missed_searches": page(only("content_editor")),
    "resources:missed_search": form(
        only("content_editor"), arguments=lambda world: {"pk": world.missed.pk}
    ),
    "resources:share": public_form(arguments=lambda world: {"slug": world.checklist.item.slug}),
    # Whoever holds the address, whoever that is.
    "resources:team": public_page(arguments=team_token),
    "resources:team_changes": public_page(arguments=team_token),
    "resources:team_pdf": public_page(arguments=team_token),
    "resources:team_table": public_page(arguments=team_token),
    "resources:team_version": public_form(arguments=team_token),
    "resources:team_tick": public_post(arguments=team_token),
    "resources:team_add": public_post(arguments=team_token),
    "resources:team_line": public_form(
        arguments=lambda world: team_token(world) | {"pk": world.team_line.pk}
    ),
    "resources:team_aside": public_post(
        arguments=lambda world: team_token(world) | {"pk": world.team_line.pk}
    ),
    "resources:team_manage": public_page(arguments=manage_token),
    "resources:team_rename": public_post(arguments=manage_token),
    "resources:team_replace": public_post(arguments=manage_token),
    "resources:team_close": public_post(arguments=manage_token),
    "resources:team_remove": public_form(arguments=manage_token),
    "resources:team_removed": public_page(),
    "resources:import_library": form(only("content_editor")),
    "resources:import_run": page(
        only("content_editor"), arguments=lambda world: {"pk": world.library_import.pk}
    ),
    **{
        f"resources:{verb}": post(
            only("content_editor"), arguments=lambda world: {"pk": world.library_import.pk}
        )
        for verb in ("confirm_import", "cancel_import")
    },
    "resources:export_library": page(only("content_editor")),
    "resources:links": page(only("content_editor")),
    "resources:check_links": post(only("content_editor")),
    "resources:attach_file": post(
        only("content_editor"), arguments=lambda world: {"pk": world.edition.pk}
    ),
    **{
        f"resources:{verb}": post(
            only("content_editor"), arguments=lambda world: {"pk": world.attachment.pk}
        )
        for verb in ("release_file", "take_off_file")
    },
    "resources:file": public_page(
        arguments=lambda world: {"pk": world.attachment.pk, "name": world.attachment.name}
    ),
    "resources:desk": page(only("content_editor")),
    "resources:new_item": form(only("content_editor")),
    "resources:preview": post(only("content_editor")),
    "resources:desk_item": page(
        only("content_editor"), arguments=lambda world: {"pk": world.edition.item_id}
    ),
    **{
        f"resources:{name}": post(
            only("content_editor"), arguments=lambda world: {"pk": world.edition.item_id}
        )
        for name in ("begin", "place")
    },
    **{
        f"resources:{name}": page(
            only("content_editor"), arguments=lambda world: {"pk": world.edition.pk}
        )
        for name in ("edition", "differences")
    },
    "resources:edit": form(
        only("content_editor"), arguments=lambda world: {"pk": world.open_edition.pk}
    ),
    **{
        f"resources:{verb}": post(
            only("content_editor"), arguments=lambda world: {"pk": world.edition.pk}
        )
        for verb in (
            "submit",
            "send_back",
            "publish",
            "withdraw",
            "still_right",
            "bring_back",
            "put_back",
        )
    },
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
