"""Authoring: one py:percent source a notebook in, lectures, solutions and assignments out.

Guarantees: the same sources give the same bytes; a release holds no solution, no hidden test and no output.
"""
