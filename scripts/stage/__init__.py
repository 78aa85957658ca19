"""The demo's parts: processes, cast, acts and report."""
