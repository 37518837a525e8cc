"""The two ways to fail without being a bug; anything else propagates as the bug it is."""


class InputError(ValueError):
    """A user's mistake; the message is one sentence naming field, value and allowed range."""


class AnalysisError(RuntimeError):
    """This analysis cannot be done: bad mesh tag, singular system, no convergence."""
