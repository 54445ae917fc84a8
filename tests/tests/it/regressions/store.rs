//! Paths of stores, processes beside each other, output that cannot be written (P).
