"""All SQL of the bank. One session and one commit per call; reads return plain rows, detached."""
