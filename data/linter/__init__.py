"""What a posting may not demand: the rules, how each is worded, and where a text breaks them."""
