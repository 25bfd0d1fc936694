"""Who may see and do what: the addresses of requests. The other apps: access_matrix.py."""

from tests.access_rows import (
    DESK,
    MANAGER,
    MISSING,
    NO_SUCH_METHOD,
    OWN_ADVISOR_IS_REFUSED,
    REFUSED,
    Row,
    by_reference,
    desk_verb,
    for_all,
    form,
    only,
    page,
    post,
    public_form,
    public_page,
    public_post,
)

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
            "team",
            "team_show",
            "team_hide",
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
    "requests:merge": desk_verb(
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
    "requests:library": page(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED, arguments=by_reference
    ),
    "requests:library_send": post(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED, arguments=by_reference
    ),
    "requests:library_back": post(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: {**by_reference(world), "pk": world.sent_item.pk},
    ),
    "requests:asked": page(only("content_editor")),
    "requests:engagement_library": page(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk},
    ),
    "requests:engagement_library_send": post(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk},
    ),
    "requests:engagement_library_back": post(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {"pk": world.engagement.pk, "sent": world.sent_item.pk},
    ),
    "requests:people": page(
        only(*DESK, others=MISSING) | OWN_ADVISOR_IS_REFUSED, arguments=by_reference
    ),
    **{
        f"requests:{verb}": desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference)
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
    "requests:records_ask": desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference),
    "requests:records_copy": desk_verb(but=OWN_ADVISOR_IS_REFUSED, arguments=by_reference),
    "requests:records_hold": desk_verb(
        but=OWN_ADVISOR_IS_REFUSED | {"duty_officer": REFUSED}, arguments=by_reference
    ),
    "requests:records_decide": desk_verb(
        but=OWN_ADVISOR_IS_REFUSED | {"duty_officer": REFUSED},
        arguments=lambda world: by_reference(world) | {"pk": world.records_ask.pk},
    ),
    "requests:follow_up": desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.follow_up.pk},
    ),
    "requests:withdraw_offer": desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.offer.pk},
    ),
    "requests:remove_delegate": desk_verb(
        but=OWN_ADVISOR_IS_REFUSED,
        arguments=lambda world: by_reference(world) | {"pk": world.delegate.pk},
    ),
    "requests:put_back": desk_verb(
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
    # Only while the leader says that the advisor may see it.
    "requests:team_checklist": page(
        only("own_advisor", *DESK, others=MISSING),
        arguments=lambda world: {
            "pk": world.engagement.pk,
            "shared": world.shared_checklist.pk,
        },
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
