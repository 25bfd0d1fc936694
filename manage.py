#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")
    from django.core.management import execute_from_command_line

    import mvai.celery  # noqa: F401 - else tasks would be sent to a broker that nobody set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
