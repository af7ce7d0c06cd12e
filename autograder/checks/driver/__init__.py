"""The student's side: a request in, a reply out, both plain data; it knows nothing of how replies are compared."""
