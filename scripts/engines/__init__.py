"""The same bank on other engines: one story, told on any Ethereum node, and the nodes to tell it on."""
