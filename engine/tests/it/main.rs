//! Tests of the engine on real stores. One binary, because each links the storage library.

mod cleanup;
mod conflicts;
mod costs;
mod evolve;
mod export;
mod expressions;
mod failures;
mod index_files;
mod lab;
mod library;
mod load_errors;
mod load_modes;
mod mutations;
mod optimize;
mod plans;
mod query;
mod random;
mod ranking;
mod small_writes;
mod store;
mod support;
