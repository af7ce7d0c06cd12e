"""For people who learn alone: marking one's own file, and seeing where one stands."""
