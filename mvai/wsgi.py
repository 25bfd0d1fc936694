"""The web process's entry point."""

import os

from django.core.wsgi import get_wsgi_application

import mvai.celery  # noqa: F401 - else tasks would be sent to a broker that nobody set

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

application = get_wsgi_application()
