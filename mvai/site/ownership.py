"""For the few commands that change tables themselves, which the application may not."""

from django.conf import settings
from django.db import connection

from mvai import env


def become_the_owner() -> None:
    """Use the owner's role from now on in this process, as DATABASE_OWNER_URL names it."""
    owner = env.database(settings.DATABASE_OWNER_URL)
    connection.close()
    for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        connection.settings_dict[name] = owner[name]
