//! Damaged files of a graph (D): every error names the file, nothing wrong is ever answered.
