from django.urls import path

from mvai.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.now, name="now"),
    path("alarms/<int:pk>/take/", views.take, name="take"),
    path("alarms/<int:pk>/give-back/", views.give_back, name="give_back"),
    path("alarms/<int:pk>/settle/", views.settle, name="settle"),
    path("alarms/<int:pk>/history/", views.history, name="history"),
    path("alarms/<str:token>/", views.alarm_by_link, name="alarm_by_link"),
    path("history/<slug:label>/", views.history_of, name="history_of"),
    path("roster/", views.roster, name="roster"),
    path("shifts/add/", views.add_shift, name="add_shift"),
    path("shifts/<int:pk>/", views.change_shift, name="change_shift"),
    path("shifts/<int:pk>/end/", views.end_shift, name="end_shift"),
    path("shifts/<int:pk>/remove/", views.remove_shift, name="remove_shift"),
    path("plans/", views.plans, name="plans"),
    path("plans/<slug:code>/", views.plan, name="plan"),
    path("plans/<slug:code>/standard/", views.restore_plan, name="restore_plan"),
    path("hours/", views.hours, name="hours"),
    path("hours/around-the-clock/", views.open_always, name="open_always"),
]
