"""What a backup or a restore says when it can't go on."""


class BackupRefused(Exception):
    """A sentence for the operator. Nothing was left behind: no file, no row."""
