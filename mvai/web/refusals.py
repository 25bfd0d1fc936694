"""The one kind of "no" that the portal expects, and can explain to the person who asked."""


class Refused(Exception):
    """An anticipated refusal. Its message is a sentence for the person who asked.

    `field` is the form field to say it beside; None when it is about no field, or about all.
    """

    def __init__(self, message: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
