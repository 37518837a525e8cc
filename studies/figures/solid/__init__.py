"""Bodies with a quarter cut away: what hides what, surfaces, pictures."""
