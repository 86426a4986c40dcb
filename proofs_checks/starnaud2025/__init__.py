"""starnaud2025: the ReLU neural tangent kernel at large depth (arXiv 2511.07272, version 1). Statements are as
reported."""
