"""Addresses of requests: public ones by token, the desk's by reference, the advisors' by number."""

from django.urls import path, register_converter

from mvai.web.languages import in_every_language
from requests.converters import ReferenceConverter, TokenConverter
from requests.views import (
    board,
    desk,
    emergency_access,
    engagements,
    hooks,
    inbound,
    keeping,
    looks,
    mine,
    offers,
    people,
    public,
    staff_entry,
    status,
    workspace,
)

register_converter(ReferenceConverter, "reference")
register_converter(TokenConverter, "token")

app_name = "requests"
# What leaders open is there in every language.
_LEADERS = [
    path("", public.landing, name="landing"),
    path("call-me/", public.file, name="file"),
    path("desk.vcf", public.desk_card, name="desk_card"),
    path("sent/<token:token>/", public.confirmation, name="confirmation"),
    path("sent/<token:token>/details/", public.add_details, name="add_details"),
    path("status/<token:token>/", status.status, name="status"),
    path("status/<token:token>/code/", status.send_code, name="send_code"),
    path("status/<token:token>/open/", status.enter_code, name="enter_code"),
    path("status/<token:token>/withdraw/", status.status_withdraw, name="status_withdraw"),
    path("status/<token:token>/peer.vcf", status.contact_card, name="contact_card"),
    path("my-requests/", mine.mine, name="mine"),
    path("my-requests/code/", mine.send_code, name="mine_code"),
    path("my-requests/open/", mine.enter_code, name="mine_open"),
    path("my-requests/close/", mine.close, name="mine_close"),
]
urlpatterns = [
    in_every_language(_LEADERS),
    path("board/", board.board, name="board"),
    path("inbox/", inbound.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbound.one, name="inbound"),
    path("inbox/<int:pk>/request/", inbound.make_request, name="inbound_request"),
    path("inbox/<int:pk>/add/", inbound.add_to, name="inbound_add"),
    path("inbox/<int:pk>/nothing/", inbound.nothing_to_do, name="inbound_nothing"),
    path("hooks/gateway/message/", hooks.message, name="hook_message"),
    path("hooks/gateway/voicemail/", hooks.voicemail, name="hook_voicemail"),
    path("requests/new/", staff_entry.new, name="new"),
    path("requests/emergency/", emergency_access.emergency, name="emergency"),
    path(
        "requests/emergency/reviews/", emergency_access.emergency_reviews, name="emergency_reviews"
    ),
    path("requests/emergency/<int:pk>/", emergency_access.emergency_read, name="emergency_read"),
    path("requests/emergency/<int:pk>/end/", emergency_access.emergency_end, name="emergency_end"),
    path(
        "requests/emergency/<int:pk>/review/",
        emergency_access.emergency_review,
        name="emergency_review",
    ),
    path("requests/<reference:reference>/", workspace.workspace, name="workspace"),
    path("requests/<reference:reference>/looks/", looks.looks, name="looks"),
    path("requests/<reference:reference>/people/", people.people, name="people"),
    path("requests/<reference:reference>/records/", keeping.records, name="records"),
    path("requests/<reference:reference>/records/ask/", keeping.ask, name="records_ask"),
    path("requests/<reference:reference>/records/hold/", keeping.hold, name="records_hold"),
    path("requests/<reference:reference>/records/copy/", keeping.copy, name="records_copy"),
    path(
        "requests/<reference:reference>/records/<int:pk>/decide/",
        keeping.decide,
        name="records_decide",
    ),
    path("requests/<reference:reference>/take/", desk.take, name="take"),
    path("requests/<reference:reference>/give_back/", desk.give_back, name="give_back"),
    path("requests/<reference:reference>/delegate/", desk.delegate, name="delegate"),
    path("requests/<reference:reference>/hand_over/", desk.hand_over, name="hand_over"),
    path("requests/<reference:reference>/log_call/", desk.log_call, name="log_call"),
    path("requests/<reference:reference>/identity/", desk.identity, name="identity"),
    path("requests/<reference:reference>/triage/", desk.write_triage, name="triage"),
    path("requests/<reference:reference>/brief/", desk.write_brief, name="brief"),
    path("requests/<reference:reference>/next_action/", desk.next_action, name="next_action"),
    path("requests/<reference:reference>/close/", desk.close, name="close"),
    path("requests/<reference:reference>/reopen/", desk.reopen, name="reopen"),
    path("requests/<reference:reference>/follow_up/<int:pk>/", desk.follow_up, name="follow_up"),
    path(
        "requests/<reference:reference>/stop_follow_ups/",
        desk.stop_follow_ups,
        name="stop_follow_ups",
    ),
    path(
        "requests/<reference:reference>/start_outreach/",
        people.start_outreach,
        name="start_outreach",
    ),
    path("requests/<reference:reference>/offer_to/", people.offer_to, name="offer_to"),
    path(
        "requests/<reference:reference>/stop_outreach/",
        people.stop_outreach,
        name="stop_outreach",
    ),
    path(
        "requests/<reference:reference>/withdraw_offer/<int:pk>/",
        people.withdraw_offer,
        name="withdraw_offer",
    ),
    path("offers/<int:pk>/", offers.my_offer, name="my_offer"),
    path("offers/<int:pk>/answer/", offers.answer_offer, name="answer_offer"),
    path("offers/<int:pk>/seen/", offers.seen, name="seen"),
    path("o/<token:token>/", offers.offer_by_link, name="offer_by_link"),
    path("engagements/<int:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<int:pk>/log_contact/", engagements.log_contact, name="log_contact"),
    path("engagements/<int:pk>/step_back/", engagements.step_back, name="step_back"),
]
