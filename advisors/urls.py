"""The roster, and each advisor's own pages."""

from django.urls import path

from advisors.views import own, roster

app_name = "advisors"
urlpatterns = [
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
    path("my-time/", own.my_time, name="my_time"),
    path("my-limits/", own.my_limits, name="my_limits"),
    path("my-time/not-now/", own.not_now, name="not_now"),
    path("my-time/available-again/", own.available_again, name="available_again"),
    path("my-time/rest/", own.rest, name="rest"),
]
