"""A class that nobody taught: submissions as they really arrive, to see the grader at work on them."""
