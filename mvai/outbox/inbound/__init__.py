"""What comes back by mail: reading the program's mailbox, and what concerns our own messages."""

from mvai.outbox.inbound.bounces import settle
from mvai.outbox.inbound.mail import Kind, Mail, read
from mvai.outbox.inbound.mailbox import Mailbox, MailboxFailed
from mvai.outbox.inbound.returns import own_mail_returned, when_own_mail_returns

__all__ = [
    "Kind",
    "Mail",
    "Mailbox",
    "MailboxFailed",
    "own_mail_returned",
    "read",
    "settle",
    "when_own_mail_returns",
]
