"""What the library says that is no entry of its own."""
