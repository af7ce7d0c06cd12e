"""Results in their places: nbgrader's gradebook, its folders, and the notebook that formgrader shows."""
