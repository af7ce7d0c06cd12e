"""From downloaded notebooks to scores: collect, graft, run, judge, record, report."""
