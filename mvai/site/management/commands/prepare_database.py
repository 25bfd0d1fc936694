"""`manage.py prepare_database`: brings a database to this version, safely when run twice."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from mvai.site.ownership import become_the_owner

LOCK = 0x4D564149  # "MVAI": one preparation at a time, whoever starts it
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
AUDIT_TABLES = ["audit_entry", "audit_seal"]  # may be written and read, never changed


class Command(BaseCommand):
    help = "Migrate as the owner, and give the application's role its rights. Safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        application = dict(settings.DATABASES["default"])
        become_the_owner()
        with connection.cursor() as cursor:
            # Migrations may take longer than a page may.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            cursor.execute("SET lock_timeout = '30s'")
            try:
                self._make_role(cursor, application["USER"], application["PASSWORD"])
                for extension in EXTENSIONS:
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                call_command("migrate", interactive=False, verbosity=options["verbosity"])
                call_command("createcachetable", verbosity=options["verbosity"])
                self._grant(cursor, application["USER"])
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _make_role(self, cursor: Any, application: str, password: str) -> None:
        """The application's role, where it is missing and the owner may make roles."""
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application])
        known = cursor.fetchone()
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        if not known and application and cursor.fetchone()[0]:
            name = connection.ops.quote_name(application)
            cursor.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER PASSWORD %s", [password or None])

    def _grant(self, cursor: Any, application: str) -> None:
        """Everything a page needs, and no way to change or remove audit rows."""
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application])
        if application in ("", owner) or not cursor.fetchone():
            self.stdout.write("One role owns and uses this database; see docs/operations.md.")
            return
        name = connection.ops.quote_name(application)
        everything = "SELECT, INSERT, UPDATE, DELETE"
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT {everything} ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {everything} ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        ):
            cursor.execute(statement)
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)",
            [AUDIT_TABLES],
        )
        for (table,) in cursor.fetchall():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quoted} FROM {name}")
            cursor.execute(f"GRANT SELECT, INSERT ON {quoted} TO {name}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}")
