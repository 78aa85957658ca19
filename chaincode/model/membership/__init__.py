"""The rules of the contract `membership`: who is who, in which role, with which key, and who acts for whom.

`roster` is what the events say; each other file states the rules of one matter, and `membership` gathers them.
"""
