"""xiao2020: Disentangling Trainability and Generalization in Deep Neural Networks (arXiv 1912.13053) and its
notebook."""
