"""Turn a download into submissions."""
