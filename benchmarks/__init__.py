"""What the README states about speed, measured on your machine: ``make bench``."""
