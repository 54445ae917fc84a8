//! Input of which nobody knows whether it is meant well (S).
