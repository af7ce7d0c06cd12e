"""The student's side: a request in, a reply out, both plain data. Imports torch and nothing of the other packages."""
