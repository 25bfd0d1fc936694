"""Pages about the site as a whole, and what watches it."""

from django.urls import path

from mvai.site import browser_reports, health, metrics, offline, views
from mvai.web.languages import in_every_language

app_name = "site"
# What leaders open is there in every language.
_LEADERS = [
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("other-help/", views.other_help, name="other_help"),
    path("support/", views.support, name="support"),
]
urlpatterns = [
    in_every_language(_LEADERS),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("browser-reports/", browser_reports.collect, name="browser_reports"),
    path("sw.js", offline.worker, name="worker"),
]
