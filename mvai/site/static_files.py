"""Which files of the front-end packages are served: collecting all of them takes a minute."""

from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig


class ServedFiles(StaticFilesConfig):
    """Django's static files without the variants that no page uses.

    A file that is kept keeps its source map: the comment that names it would break otherwise.
    """

    default = False
    ignore_patterns: ClassVar[list[str]] = [  # type: ignore[misc]
        *StaticFilesConfig.ignore_patterns,
        *("*.rtl.*", "bootstrap-*", "bootstrap.css*", "bootstrap.js*", "bootstrap.min.js*"),
        *("bootstrap.esm*", "bootstrap.bundle.js*"),
        *("htmx.js*", "htmx.cjs*", "htmx.esm*", "htmx.amd*", "*.d.ts"),
        *("htmx-*", "htmax*", "hx-*", "*.gz"),  # django-htmx brings copies of its own
    ]
