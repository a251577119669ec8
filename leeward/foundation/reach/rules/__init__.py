"""What may be fetched, from where, how much of it, and how often; nothing here touches the network."""
