"""What the designs of a finished study say: probabilities, surrogates, what drives a metric."""
