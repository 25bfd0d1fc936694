"""What the pages ask. A form checks and lays out; it never saves."""
