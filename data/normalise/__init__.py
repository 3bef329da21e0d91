"""From a messy table to typed postings and profiles: one module for each kind of cell."""
