"""What may stand in an address."""


class ReferenceConverter:
    """A request's reference, as people read it out: MV-7K4Q."""

    regex = r"[Mm][Vv]-[0-9A-Za-z]{4,8}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class TokenConverter:
    """A signed token; whether it is good is for the view to find out."""

    regex = r"[0-9A-Za-z_.:=~-]{1,500}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
