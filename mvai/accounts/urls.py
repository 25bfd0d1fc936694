from django.urls import path

from mvai.accounts import views

app_name = "accounts"
urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
]
