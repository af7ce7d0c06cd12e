"""nbgrader's configuration: `nbgrader generate_assignment`, `autograde` and `formgrader` work in this folder."""

from autograder.authoring.release import STEPS

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.solution_directory = "sample_solutions"  # one letter away from `solutions` by default
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.py"]

c.GenerateAssignment.preprocessors = STEPS

c.Execute.timeout = 120  # seconds for one cell
c.Execute.shutdown_kernel = "immediate"  # saves 0.7 s a notebook
