//! Checks as pipelines run them (C).
