"""From downloaded notebooks to scores: collect, graft, run, judge, record, report."""

import sys

# nbformat imports jsonschema, which builds a grammar of internationalised addresses where this package can be imported.
# That takes a second in every process, for a format that notebooks have none of.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
