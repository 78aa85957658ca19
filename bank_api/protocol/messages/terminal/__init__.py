"""How a program at the terminal speaks: help, and what is wrong with a command, all of it from the catalogue."""
