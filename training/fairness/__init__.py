"""Fairness of the matching: swaps of words that may not count, and how often each group is selected."""
