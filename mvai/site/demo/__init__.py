"""The demonstration: fictional people, agencies and requests, made through the real actions."""
