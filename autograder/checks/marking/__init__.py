"""Points, the mistake's name, and the report in words and as HTML."""
