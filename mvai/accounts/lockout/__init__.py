"""Whoever guesses waits; whoever was here before does not wait for strangers."""
