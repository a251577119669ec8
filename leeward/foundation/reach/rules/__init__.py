"""Rules of fetching: what, from where, how much, and how often; nothing here touches the network."""
