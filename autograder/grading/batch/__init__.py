"""A class at a time: what is still to do, who does it, and how it goes on after it was interrupted."""
