from django.urls import path

from mvai.accounts.members import views

app_name = "members"
urlpatterns = [
    path("", views.members, name="list"),
    path("invite/", views.invite, name="invite"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/roles/", views.change_roles, name="roles"),
    path("<int:pk>/invite-again/", views.invite_again, name="invite_again"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/turn-off/", views.deactivate, name="deactivate"),
    path("<int:pk>/turn-on/", views.activate, name="activate"),
    path("<int:pk>/end-sessions/", views.end_sessions, name="end_sessions"),
    path("<int:pk>/recovery/", views.open_recovery, name="open_recovery"),
    path("recovery/<int:pk>/confirm/", views.confirm_recovery, name="confirm_recovery"),
    path("recovery/<int:pk>/withdraw/", views.withdraw_recovery, name="withdraw_recovery"),
]
