"""The library of the demonstration: pages that were sent, and one that waits for a reader."""

from datetime import datetime, timedelta

from mvai.accounts.models import User
from requests.actions import sending
from requests.models import Engagement
from resources.actions import workflow
from resources.models import Item

SENT = ("three-questions", "first-statement-kit")
WAITS = "spouse-or-partner"


def fill(*, staff: dict[str, User], at: datetime) -> None:
    """Owen has written, and Priya is to read it; each lead's leader asked for two pages."""
    _send_pages(at)
    owen = staff["Owen"]
    yesterday = at - timedelta(days=1)
    begun = workflow.new_edition(
        item=Item.objects.get(slug=WAITS), language="en", by=owen, at=yesterday
    )
    saved = workflow.save(
        edition=begun,
        revision=begun.revision,
        words={"card": f"{begun.card}\n- Say when you will be home, also when it will be late."},
        by=owen,
        at=yesterday,
    )
    workflow.submit(edition=saved, by=owen, at=yesterday)


def _send_pages(at: datetime) -> None:
    leads = Engagement.objects.active().filter(role="lead").select_related("assistance_request")
    for lead in leads:
        request = lead.assistance_request
        if request.is_open and request.owner is not None:
            for number, slug in enumerate(SENT):
                sending.send_item(
                    assistance_request=request,
                    item=Item.objects.get(slug=slug),
                    was_asked=True,
                    by=request.owner,
                    at=max(lead.started_at, at - timedelta(days=2)) + timedelta(minutes=number),
                )
