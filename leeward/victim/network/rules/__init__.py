"""Rules of the network: turns and their clocks, what is passed on, who may be asked."""
