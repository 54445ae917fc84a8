//! Limits of memory and time (L).
