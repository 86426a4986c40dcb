"""Commands of `deepcond` that have a file of their own; `cli` registers them."""
