"""How long designs last under their current, and what each pays for it."""
