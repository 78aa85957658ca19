"""Ethereum JSON-RPC over a Node. Pure: nothing here knows of HTTP or sockets."""
