//! Data and results that went wrong (F).
