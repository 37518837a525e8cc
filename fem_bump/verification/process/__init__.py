"""Films that come and go, each where the others have brought the stack."""
