"""How we reach you: each person's own numbers and addresses, wishes and quiet hours."""
