"""Pages that belong to the site as a whole."""

from django.urls import path

from mvai.site import health

app_name = "site"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
