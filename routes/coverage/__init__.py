"""Which house is reached by hose from which source along ways that people walk, and what that means for it."""
