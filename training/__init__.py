"""How we learn: forecasts, evaluation and tracking."""
