"""What keeps student code in its place: the ladder of isolation levels and the mechanisms each level is made of."""
