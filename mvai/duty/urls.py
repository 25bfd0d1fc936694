from django.urls import path

from mvai.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.now, name="now"),
    path("alarms/<int:pk>/take/", views.take, name="take"),
    path("alarms/<int:pk>/give-back/", views.give_back, name="give_back"),
    path("alarms/<str:token>/", views.alarm_by_link, name="alarm_by_link"),
    path("roster/", views.roster, name="roster"),
    path("shifts/add/", views.add_shift, name="add_shift"),
    path("shifts/<int:pk>/", views.change_shift, name="change_shift"),
    path("shifts/<int:pk>/end/", views.end_shift, name="end_shift"),
    path("shifts/<int:pk>/remove/", views.remove_shift, name="remove_shift"),
]
