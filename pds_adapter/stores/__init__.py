"""Where sealed documents rest: one port, several back ends.

Read `port` (what a store does), `embedded` (the store that comes with Azukari), `solid` (the same on a Solid server),
`archive` (what a person takes home).
"""
