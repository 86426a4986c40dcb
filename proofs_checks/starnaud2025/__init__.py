"""starnaud2025: the ReLU neural tangent kernel at large depth (arXiv 2511.07272, version 1). Statements are as
reported. What is said here of them concerns version 1 only: the abstract of version 2 no longer says that the kernel
tends to the matrix of ones, and calls the deep limit data-independent, as it is.
"""
