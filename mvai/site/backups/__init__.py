"""Backups of the whole portal in one sealed file, and the way back (ADR 21)."""
