"""The roster, and each advisor's own pages."""

from django.urls import path

from advisors.views import could_help, own, prospects, roster
from mvai.web.languages import in_every_language

app_name = "advisors"
# What anybody may open is there in every language.
_DOORS = [
    path("could-help/", could_help.could_help, name="could_help"),
    path("could-help/nominate/", could_help.nominate, name="nominate"),
    path("could-help/sent/", could_help.could_help_sent, name="could_help_sent"),
    path("could-help/thanks/", could_help.could_help_thanks, name="could_help_thanks"),
    path(
        "could-help/confirm/<str:token>/", could_help.could_help_confirm, name="could_help_confirm"
    ),
]
urlpatterns = [
    in_every_language(_DOORS),
    path("advisors/", roster.roster, name="roster"),
    path("advisors/new/", roster.new, name="new"),
    path("advisors/<int:pk>/", roster.detail, name="detail"),
    path("advisors/<int:pk>/edit/", roster.edit, name="edit"),
    path("advisors/<int:pk>/standing/", roster.standing, name="standing"),
    path("advisors/<int:pk>/account/", roster.make_account, name="make_account"),
    path("advisors/<int:pk>/time/", own.time_of, name="time_of"),
    path("advisors/<int:pk>/hours/", own.set_hours, name="set_hours"),
    path("advisors/<int:pk>/away/", own.add_absence, name="add_absence"),
    path(
        "advisors/<int:pk>/away/<int:absence_pk>/remove/",
        own.remove_absence,
        name="remove_absence",
    ),
    path("prospects/", prospects.prospects, name="prospects"),
    path("prospects/<int:pk>/", prospects.prospect, name="prospect"),
    path("prospects/<int:pk>/state/", prospects.move, name="prospect_move"),
    path("prospects/<int:pk>/note/", prospects.add_note, name="prospect_note"),
    path("prospects/<int:pk>/invite/", prospects.invite, name="prospect_invite"),
    path("my-time/", own.my_time, name="my_time"),
    path("my-limits/", own.my_limits, name="my_limits"),
    path("my-time/not-now/", own.not_now, name="not_now"),
    path("my-time/available-again/", own.available_again, name="available_again"),
    path("my-time/rest/", own.rest, name="rest"),
]
