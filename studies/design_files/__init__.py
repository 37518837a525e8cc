"""Design files for people: begun from presets or questions, explained, described to editors."""
