from django.urls import path

from mvai.accounts.lock import views

app_name = "lock"
urlpatterns = [
    path("", views.page, name="page"),
    path("state/", views.state, name="state"),
    path("back/", views.back, name="back"),
    path("kept/", views.kept, name="kept"),
    path("kept/<int:pk>/discard/", views.discard, name="discard"),
]
