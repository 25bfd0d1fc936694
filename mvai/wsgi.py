"""The web process's entry point."""

import os

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from mvai.web.wsgi import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

application = in_utf_8(get_wsgi_application())

# gunicorn runs no checks of its own; a demonstration must not open by any door.
if settings.ENVIRONMENT.is_production and (wrong := run_checks(tags=[Tags.security])):
    raise ImproperlyConfigured("\n".join(str(one) for one in wrong))

# After the apps are loaded: the first request to promise a message should not wait for imports.
from mvai.outbox import doorbell  # noqa: E402

doorbell.prepare()
