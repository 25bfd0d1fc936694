from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mvai.accounts"
    label = "accounts"
