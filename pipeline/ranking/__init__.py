"""What makes jobs alike: terms, vectors, spaces, clusters, search and the one ranking. Pure functions over arrays."""
