//! Tests of the engine on real stores. One binary, because each links the storage library.

mod conflicts;
mod export;
mod failures;
mod load_errors;
mod load_modes;
mod mutations;
mod store;
mod support;
