"""The course's grader."""
