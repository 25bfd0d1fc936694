from django.urls import path

from mvai.outbox.views import hooks

app_name = "hooks"
urlpatterns = [
    path("gateway/status/<str:token>/", hooks.gateway_status, name="gateway_status"),
]
