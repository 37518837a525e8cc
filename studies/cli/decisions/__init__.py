"""Commands that help to decide: what a study's designs say beyond themselves."""
