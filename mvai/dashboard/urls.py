from django.urls import path

from mvai.dashboard import audit, views

app_name = "dashboard"
urlpatterns = [
    path("start/", views.home, name="home"),
    path("home/", views.advisor_home, name="advisor_home"),
    path("people/unreachable/", views.unreachable, name="unreachable"),
    path("audit/", audit.audit, name="audit"),
    path("audit/entries.csv", audit.export_audit, name="export_audit"),
]
