"""Statistical surveys: a database of its own, from which only aggregates come out."""
