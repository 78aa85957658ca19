"""Data that a person has elsewhere, read from files on this machine and laid against a survey's questions.

Nothing of it leaves the machine but the values that the person saw, question by question, and agreed to.
"""
