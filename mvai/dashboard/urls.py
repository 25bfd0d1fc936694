from django.urls import path

from mvai.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("start/", views.home, name="home"),
    path("home/", views.advisor_home, name="advisor_home"),
    path("people/unreachable/", views.unreachable, name="unreachable"),
    path("audit/", views.audit, name="audit"),
    path("audit/entries.csv", views.export_audit, name="export_audit"),
    path("retention/", views.retention, name="retention"),
    path("retention/award/", views.award_end, name="award_end"),
]
