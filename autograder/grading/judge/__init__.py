"""The trusted side: marks what the student's process replies, and shows a person what looks strange in the code."""
