"""What stands in a notebook: the check below an exercise, and the look at everything before handing in."""
