"""What we conclude: encoder, index, coding, rules, ranking and explanation."""
