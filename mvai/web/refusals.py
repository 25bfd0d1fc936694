"""The one kind of "no" that the portal expects, and can explain to the person who asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm


class Refused(Exception):
    """An anticipated refusal. Its message is a sentence for the person who asked.

    `field` is the form field to say it beside; None when it is about no field, or about all.
    """

    def __init__(self, message: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def beside(form: BaseForm, field: str | None = None) -> Iterator[None]:
    """What is refused within stands beside the field that it names, else beside `field`.

    The form is shown again then, so whatever follows the action belongs within as well.
    """
    try:
        yield
    except Refused as refusal:
        name = refusal.field or field
        form.add_error(name if name in form.fields else None, str(refusal))
