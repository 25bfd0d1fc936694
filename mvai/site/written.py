"""What each step that can be sent is called, and the forms that its fields are of.

For whoever is shown again what they sent: after the lock, or when a form's key was too old.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.forms import profile, prospects, time
from mvai.accounts.members import forms as members
from mvai.accounts.reach import forms as reach
from mvai.dashboard import forms as dashboard
from mvai.duty import forms as duty
from mvai.outbox import forms as outbox
from mvai.outbox import wishes
from mvai.outbox.topics import Topic
from mvai.web.written import Step
from requests.forms import (
    agreed,
    approach,
    checking,
    desk,
    emergency_access,
    inbox,
    intake,
    leaders_page,
    outreach,
    phone,
    prepare,
    status,
    triage,
)
from requests.views.next_steps import LABELS
from resources.forms import desk as library
from resources.forms import team
from resources.forms.desk_words import MissedForm, SynonymsForm
from resources.forms.edition import EditionForm
from resources.forms.readiness import ReadyForm


def _made(form):
    """For a form whose fields or choices are there only once it is made."""
    return lambda: form()


def _wishes():
    usual = {topic.value: wishes.usual_ways(topic) for topic in Topic}
    return reach.WishesForm(ways=usual)


def _details():
    return intake.DetailsForm(zone=settings.TIME_ZONE, now=timezone.now())


def _call():
    return desk.CallLogForm(waits_for_leader=True)


def _team_line():
    return team.AddLineForm(sections=[])


def _line():
    return team.LineForm(zone=settings.TIME_ZONE)


def _team_item():
    return leaders_page.TeamForm(items=[])


_CHOSEN = {"chosen": _("Requests"), "sure": _("Sure")}
_ANSWER = {"answer": _("Your answer")}
_HOW_LONG = {"how_long": _("For how long")}
_RECORD = (
    _made(profile.ProfileForm),
    _made(time.LimitsForm),
    _made(profile.ExpertiseForm),
    profile.IncidentForm,
)
_SENT = {"row": _("Page of the library"), "was_asked": _("They asked for it")}

_REQUESTS = {
    "file": Step(_("Ask for a call"), (intake.IntakeForm,)),
    "add_details": Step(_("What would help us"), (_details,)),
    "send_code": Step(
        _("Send a code"), (), {"then": _("Goes on with"), "carried": _("What you wrote")}
    ),
    "status_withdraw": Step(_("Withdraw the request"), (), {"sure": _("Sure")}),
    "mine_code": Step(_("Find your requests"), (status.WhereForm,)),
    "mine_close": Step(_("Close your requests here")),
    "new": Step(_("Write down a call"), (phone.PhoneRequestForm,), {"seen": _("Looked at")}),
    "inbound_request": Step(_("Make it a request"), (inbox.BecomesRequestForm,)),
    "inbound_add": Step(_("Add it to a request"), (inbox.AddToForm,)),
    "inbound_nothing": Step(_("Nothing to do")),
    "take": Step(_("I have it")),
    "give_back": Step(LABELS["give_back"], (desk.ReasonForm,)),
    "delegate": Step(LABELS["delegate"], (desk.DelegateForm,)),
    "hand_over": Step(LABELS["hand_over"], (desk.HandOverForm,)),
    "log_call": Step(LABELS["log_call"], (_call,)),
    "identity": Step(LABELS["identity"], (desk.IdentityForm,)),
    "triage": Step(LABELS["triage"], (_made(triage.TriageForm),)),
    "brief": Step(LABELS["brief"], (triage.BriefForm,)),
    "next_action": Step(LABELS["next_action"], (desk.NextActionForm,)),
    "close": Step(LABELS["close"], (desk.CloseForm,)),
    "reopen": Step(LABELS["reopen"], (desk.ReopenForm,)),
    "stop_follow_ups": Step(_("Stop the follow-ups"), (desk.ReasonForm,)),
    "follow_up": Step(_("Follow-up"), (desk.FollowUpForm,), {"what": _("What happened")}),
    "start_outreach": Step(_("Ask a lead and an alternate"), (outreach.StartOutreachForm,)),
    "offer_to": Step(
        _("Ask an advisor"), (outreach.OfferForm,), {"advisor": _("Advisor"), "role": _("As")}
    ),
    "stop_outreach": Step(_("Stop asking")),
    "withdraw_offer": Step(_("Take the offer back")),
    "records_ask": Step(_("What the requester asks"), (), {"kind": _("What")}),
    "records_copy": Step(_("Save the copy")),
    "records_hold": Step(_("Legal hold"), (), {"on": _("Hold")}),
    "records_decide": Step(_("Decide what the requester asks"), (), {"does": _("Do it")}),
    "emergency": Step(_("Emergency access"), (emergency_access.EmergencyForm,)),
    "emergency_end": Step(_("Close emergency access")),
    "emergency_review": Step(_("Review emergency access"), (emergency_access.ReviewForm,)),
    "seen": Step(_("An offer")),
    "offer_by_link": Step(_("Answer an offer"), (outreach.AnswerForm,), _ANSWER),
    "answer_offer": Step(_("Answer an offer"), (outreach.AnswerForm,), _ANSWER),
    "log_contact": Step(_("Log a contact"), (_made(outreach.ContactLogForm),)),
    "library_send": Step(_("Send a page of the library"), (), _SENT),
    "library_back": Step(_("Take a page of the library back")),
    "engagement_library_send": Step(_("Send a page of the library"), (), _SENT),
    "engagement_library_back": Step(_("Take a page of the library back")),
    "step_back": Step(_("Step back"), (outreach.StepBackForm,)),
    "checking_take": Step(_("Take requests to check first"), (), _CHOSEN),
    "checking_close": Step(
        _("Close requests as not confirmed"), (checking.CloseChosenForm,), _CHOSEN
    ),
    "checking_reopen": Step(_("Open requests again"), (), _CHOSEN),
    "real": Step(_("This is real")),
    "merge": Step(_("The same as another request"), (), {"into": _("Request")}),
    "remove_delegate": Step(_("Remove a delegate")),
    "message": Step(LABELS["message"], (leaders_page.MessageForm,)),
    "messages_read": Step(_("Mark as read")),
    "contact": Step(LABELS["contact"], (leaders_page.ChangeForm,)),
    "put_back": Step(_("Put the earlier number back")),
    "read_code": Step(LABELS["read_code"], (leaders_page.ReadAloudForm,)),
    "choice": Step(LABELS["choice"], (), {"line": _("A line on an advisor")}),
    "replace_lead": Step(_("Let the lead go")),
    "calling": Step(LABELS["calling"]),
    "identity_code": Step(LABELS["identity_code"], (desk.IdentityCodeForm,)),
    "check_code": Step(LABELS["check_code"], (desk.ReadCodeForm,)),
    "answer_concern": Step(_("Answer a concern"), (leaders_page.ConcernAnswerForm,)),
    "settle_concern": Step(_("Settle a concern")),
    "set_time": Step(_("Agree on a time"), (agreed.AgreedTimeForm,)),
    "propose_times": Step(_("Propose times"), (agreed.ProposalsForm,)),
    "call_off": Step(_("Call it off")),
    "approach_new": Step(_("Offer help"), (approach.ApproachForm,)),
    "approach_take": Step(_("Take an approach")),
    "approach_give_back": Step(_("Give an approach back")),
    "approach_try": Step(_("Write down a try"), (approach.TryForm,)),
    "approach_accept": Step(_("They want help"), (approach.AcceptForm,)),
    "approach_end": Step(_("End an approach")),
    "prepare": Step(_("Get ready"), (_made(prepare.PrepareForm),)),
    "inquiry_take": Step(_("Take an inquiry")),
    "inquiry_carry_on": Step(_("Carry on with an inquiry"), (prepare.CarryOnForm,)),
    "inquiry_it_has_happened": Step(_("It has happened"), (prepare.HappenedForm,)),
}
# The leader's page, behind a code.
_LEADERS = {
    "send_delegate_code": Step(_("Send a code"), (status.DelegateCodeForm,)),
    "status_choose": Step(_("Choose your advisor"), (), {"one": _("Advisor")}),
    "status_again": Step(_("Ask for a call again")),
    "status_message": Step(_("Write to the desk"), (leaders_page.MessageForm,)),
    "status_read": Step(_("Mark as read")),
    "status_details": Step(_("What would help us"), (_details,)),
    "status_different": Step(_("A different advisor, please")),
    "status_follow_ups": Step(_("Planned contacts"), (leaders_page.PlanForm,)),
    "status_delegates": Step(_("Who else may take the call"), (leaders_page.StandInForm,)),
    "status_remove_delegate": Step(_("Remove a delegate"), (), {"one": _("Who")}),
    "status_number": Step(_("A new number"), (leaders_page.NumberForm,)),
    "status_successor": Step(_("Hand to a successor"), (leaders_page.SuccessorForm,)),
    "status_team": Step(_("Share a checklist with my team"), (_team_item,)),
    "status_team_show": Step(_("Let my advisor see a team checklist"), (), {"one": _("Checklist")}),
    "status_team_hide": Step(
        _("Hide a team checklist from my advisor"), (), {"one": _("Checklist")}
    ),
    "status_concern": Step(_("A concern about my advisor"), (leaders_page.ConcernForm,)),
    "choose_time": Step(_("Agree on a time"), (), {"time": _("Time")}),
    "leader_calls_off": Step(_("Call it off"), (), {"time": _("Time")}),
}
_ADVISORS = {
    "new": Step(_("Add an advisor"), _RECORD),
    "edit": Step(_("Edit an advisor"), _RECORD),
    "standing": Step(_("Standing in the program"), (profile.StandingForm,)),
    "make_account": Step(_("Make an account"), (profile.AccountForm,)),
    "set_hours": Step(_("Usual week"), (_made(time.WeekForm),)),
    "add_absence": Step(_("Days away"), (time.AbsenceForm,)),
    "remove_absence": Step(_("Take days away out again")),
    "my_limits": Step(_("My limits"), (_made(time.LimitsForm),)),
    "not_now": Step(_("Not now"), (time.NotNowForm,), _HOW_LONG),
    "available_again": Step(_("Available again")),
    "rest": Step(_("Rest after a critical request"), (), {"waived": _("Without a rest")}),
    "could_help": Step(_("I could help"), (_made(prospects.CouldHelpForm),)),
    "nominate": Step(_("Name somebody who could help"), (_made(prospects.NominateForm),)),
    "could_help_confirm": Step(_("Confirm your address")),
    "prospect_move": Step(_("Where a prospect stands"), (prospects.ProspectMoveForm,)),
    "prospect_note": Step(_("A note on a prospect"), (prospects.ProspectNoteForm,)),
    "prospect_invite": Step(_("Invite as an advisor"), (prospects.ProspectInviteForm,)),
}
_MEMBERS = {
    "invite": Step(_("Invite somebody"), (members.InviteForm,)),
    "invite_again": Step(_("Send the invitation again")),
    "withdraw": Step(_("Withdraw the invitation")),
    "roles": Step(_("Change roles"), (members.RolesForm,)),
    "deactivate": Step(_("Turn the account off")),
    "activate": Step(_("Turn the account on")),
    "end_sessions": Step(_("Sign them out everywhere")),
    "open_recovery": Step(_("A lost second factor"), (members.ReasonForm,)),
    "confirm_recovery": Step(_("Confirm a lost second factor")),
    "withdraw_recovery": Step(_("Withdraw a lost second factor")),
}
_REACH = {
    "add": Step(_("Add a number or an address"), (reach.AddForm,)),
    "wishes": Step(_("What comes how"), (_wishes,)),
    "quiet": Step(_("Quiet hours"), (reach.QuietForm,)),
    "test": Step(_("Send a test message")),
    "send_code": Step(_("Send a code")),
    "put_first": Step(_("Use a number or an address first")),
    "start": Step(_("Start messages again")),
    "remove": Step(_("Remove a number or an address")),
}
_DUTY = {
    "take": Step(_("Take an alarm")),
    "give_back": Step(_("Give an alarm back")),
    "settle": Step(_("Settle an alarm")),
    "alarm_by_link": Step(_("Take an alarm")),
    "plan": Step(_("How an alarm rings"), (duty.PlanStepForm,), {"DELETE": _("Remove")}),
    "restore_plan": Step(_("The usual way an alarm rings")),
    "hours": Step(_("Desk hours"), (_made(duty.HoursForm),)),
    "open_always": Step(_("Around the clock")),
    "add_shift": Step(_("Add a shift"), (duty.ShiftForm,)),
    "change_shift": Step(_("Change a shift"), (duty.ShiftForm,)),
    "end_shift": Step(_("End a shift")),
    "remove_shift": Step(_("Remove a shift")),
}
_OUTBOX = {
    "pause": Step(_("Pause a channel"), (outbox.PauseForm,)),
    "resume": Step(_("Resume a channel")),
    "told_by_phone": Step(_("Told by phone")),
    "add_room": Step(_("Add a chat room"), (outbox.RoomForm,)),
    "turn_room": Step(_("Turn a chat room on or off"), (), {"on": _("On")}),
    "test_room": Step(_("Try a chat room")),
    "mark_read": Step(_("Mark as read")),
    "send_again": Step(_("Send a message again")),
}


def _review_by():
    return library.PublishForm(today=timezone.localdate())


_RESOURCES = {
    "ready": Step(_("How ready are we"), (_made(ReadyForm),)),
    "missed": Step(_("Tell the editors what was missing"), (), {"q": _("What was looked for")}),
    "synonyms": Step(_("Words that mean the same"), (SynonymsForm,)),
    "synonym": Step(_("Change the words"), (SynonymsForm,)),
    "remove_synonym": Step(_("Remove words that mean the same")),
    "missed_search": Step(_("A search that found nothing"), (_made(MissedForm),)),
    "used": Step(_("A count of use"), (), {"use": _("What")}),
    "share": Step(_("Share with my team"), (team.ShareForm,)),
    "team_tick": Step(_("Tick a line"), (), {"set": _("Line"), "since": _("Version")}),
    "team_add": Step(_("Add a line"), (_team_line,)),
    "team_line": Step(_("Who does a line, and by when"), (_line,)),
    "team_aside": Step(_("Set a line aside"), (), {"set": _("Line")}),
    "team_version": Step(
        _("Take over a newer version"), (), {"pick": _("Changes"), "edition": _("Version")}
    ),
    "team_rename": Step(_("Rename a checklist"), (_made(team.RenameForm),)),
    "team_replace": Step(_("A new address"), (), {"whose": _("Whose"), "generation": _("Version")}),
    "team_close": Step(_("Close it to the team")),
    "team_remove": Step(_("Delete a checklist"), (team.RemoveForm,)),
    # A file can't be kept: only what stands beside it is shown again.
    "import_library": Step(_("Import the library")),
    "confirm_import": Step(_("Take an import in")),
    "cancel_import": Step(_("Give an import up")),
    "attach_file": Step(_("Attach a file")),
    "release_file": Step(_("Let a file through")),
    "take_off_file": Step(_("Take a file off")),
    "check_links": Step(_("Try the links")),
    "new_item": Step(_("New item of the library"), (library.NewItemForm,)),
    "place": Step(_("Place in the library"), (library.PlaceForm,)),
    "begin": Step(_("New version"), (library.BeginForm,)),
    "edit": Step(_("Write a page of the library"), (EditionForm,), {"anew": _("New version")}),
    "preview": Step(_("See a page of the library"), (EditionForm,)),
    "submit": Step(_("Ask another editor to read it")),
    "send_back": Step(_("Send it back"), (library.SendBackForm,)),
    "publish": Step(_("Publish"), (_review_by,)),
    "withdraw": Step(_("Withdraw"), (library.WithdrawForm,)),
    "still_right": Step(_("Still right"), (_review_by,)),
    "bring_back": Step(_("Bring the draft back")),
    "put_back": Step(_("Put it back on show")),
}
_DASHBOARD = {
    "award_end": Step(
        _("End of the award"), (dashboard.AwardEndForm,), {"confirmed": _("Confirmed")}
    ),
}

STEPS = {
    f"{space}:{name}": step
    for space, steps in {
        "requests": _REQUESTS | _LEADERS,
        "advisors": _ADVISORS,
        "members": _MEMBERS,
        "reach": _REACH,
        "duty": _DUTY,
        "outbox": _OUTBOX,
        "resources": _RESOURCES,
        "dashboard": _DASHBOARD,
    }.items()
    for name, step in steps.items()
}
