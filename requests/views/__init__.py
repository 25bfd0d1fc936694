"""The pages: translate in, one call to the domain, translate out."""
