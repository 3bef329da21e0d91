"""The sentence encoder: the packaged model, its conversion, and encoding with a cache."""
