"""What browsers refused to do on our pages."""

from typing import ClassVar

from django.db import models

from mvai.audit.models import Kept, RetentionClass


class BrowserReport(Kept):
    """How often on one day browsers refused one thing on one page.

    No addresses of readers, no paths: a path may hold a token. `page` is the page's own name in
    the portal, `blocked` an origin or a keyword such as "inline".
    """

    retention: ClassVar = RetentionClass.DRAFT

    day = models.DateField()
    directive = models.CharField(max_length=40)
    blocked = models.CharField(max_length=100, blank=True)
    page = models.CharField(max_length=80, blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta(Kept.Meta):
        ordering = ("-day", "-count", "directive")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "directive", "blocked", "page"], name="site_report_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.directive} {self.blocked}"
