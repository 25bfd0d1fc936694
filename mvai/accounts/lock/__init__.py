"""A session nobody uses is locked; what was being written is kept for its writer alone."""
