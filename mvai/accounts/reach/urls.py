from django.urls import path

from mvai.accounts.reach import views

app_name = "reach"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("add/", views.add, name="add"),
    path("wishes/", views.keep_wishes, name="wishes"),
    path("quiet/", views.keep_quiet_hours, name="quiet"),
    path("test/", views.test, name="test"),
    path("tested/", views.tested, name="tested"),
    path("<int:pk>/code/", views.send_code, name="send_code"),
    path("<int:pk>/prove/", views.enter_code, name="enter_code"),
    path("<int:pk>/first/", views.put_first, name="put_first"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
