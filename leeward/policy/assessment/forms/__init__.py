"""What staff type about rounds: names and bodies, answers, evidence, steps, and workbooks."""
