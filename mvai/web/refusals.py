"""The one kind of "no" that the portal expects, and can explain to the person who asked."""


class Refused(Exception):
    """An anticipated refusal. Its message is a sentence for the person who asked."""
