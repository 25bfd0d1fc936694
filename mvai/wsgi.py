"""The web process's entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

application = get_wsgi_application()

# After the apps are loaded: the first request to promise a message should not wait for imports.
from mvai.outbox import doorbell  # noqa: E402

doorbell.prepare()
