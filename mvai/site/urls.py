from django.urls import path

from mvai.site import views

app_name = "site"
urlpatterns = [
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("support/", views.support, name="support"),
]
