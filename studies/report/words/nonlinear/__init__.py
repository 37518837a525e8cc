"""Words of what is not linear: yield and creep, process stress, thermal cycles."""
