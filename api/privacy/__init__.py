"""Privacy at the edge: the trail that every request leaves, what people may ask, what is deleted in time."""
