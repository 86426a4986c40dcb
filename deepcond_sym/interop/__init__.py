"""Our kernels and activations as objects of other libraries; each module imports its library, and nothing else does."""
