"""What lectures and assignments import."""
