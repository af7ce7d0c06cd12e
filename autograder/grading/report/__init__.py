"""What people read after grading: feedback per student, the class page, a terminal table and a spreadsheet."""

from autograder.grading.report.class_page import write_class_page
from autograder.grading.report.feedback import write_feedback
from autograder.grading.report.notebook import answers
from autograder.grading.report.table import table, write_csv

__all__ = ["answers", "table", "write_class_page", "write_csv", "write_feedback"]
