"""The student's side: a request in, a reply out, both plain data. Knows nothing of how replies are compared or marked."""
