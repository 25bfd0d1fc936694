from django.urls import path

from mvai.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("channels/", views.channels, name="channels"),
    path("channels/<slug:channel>/pause/", views.pause, name="pause"),
    path("channels/<slug:channel>/resume/", views.resume, name="resume"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/add/", views.add_room, name="add_room"),
    path("rooms/<int:pk>/turn/", views.turn_room, name="turn_room"),
    path("rooms/<int:pk>/test/", views.test_room, name="test_room"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.mark_read, name="mark_read"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/told/", views.told_by_phone, name="told_by_phone"),
    path("<int:pk>/again/", views.send_again, name="send_again"),
]
