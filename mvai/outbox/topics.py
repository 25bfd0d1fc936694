"""What a person can have wishes about. Purposes are grouped under these."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a person can have wishes about: purposes are grouped under these."""

    ALARMS = "alarms", _("Alarms: somebody must take a request")
    OFFERS = "offers", _("Offers to help, and what follows from them")
    WORK = "work", _("Requests you look after")
    UPDATES = "updates", _("News about your own request")
    LIBRARY = "library", _("Pages of the library that wait for an editor")
    ACCOUNT = "account", _("Your account")
