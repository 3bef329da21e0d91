"""Background work: what is done, by whom, and how its results leave."""
