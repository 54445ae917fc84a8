//! The languages and what is said about them (M).
