"""Pages: the roster for the desk, and each advisor's own."""
