"""What administrators do about accounts: invite, change roles, turn off, give a way back in."""
