"""The only place that sees everything: settings, addresses, sweeps, the command line."""
