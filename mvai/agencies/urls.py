"""Addresses of the agency directory."""

from django.urls import path

from mvai.agencies import views

app_name = "agencies"
urlpatterns = [path("suggest/", views.suggest, name="suggest")]
