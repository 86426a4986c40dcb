"""agarwal2021: A Deep Conditioning Treatment of Neural Networks (page numbers are the article's)."""
