from django.urls import path

from resources import views

app_name = "resources"
urlpatterns = [
    path("", views.library, name="library"),
    path("ready/", views.ready, name="ready"),  # before the entries: none is called so
    path("<slug:slug>/", views.entry, name="entry"),
]
