"""Process stress: films that are born on a deformed stack, and metal that is etched away again."""
