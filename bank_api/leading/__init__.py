"""Several processes of one bank: one leads, the others serve (ADR 49).

The leader alone has the operator's key at hand: it gives out nonces, reads the chain into the index, passes documents
to a new release key. It is elected by the database server, and another takes its place within seconds.
"""
