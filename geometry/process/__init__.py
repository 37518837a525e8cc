"""Process steps on a cross-section, and recipes made of them."""
