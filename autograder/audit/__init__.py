"""Audits the checks themselves, against banks of wrong and right answers."""
