//! Everything through the front door, in one binary, because each one links the storage library anew.

mod cli;
mod concurrency;
mod docs;
mod embedding;
mod examples;
mod kill;
mod layers;
mod lint;
mod memory;
mod messages;
mod migrations;
mod property;
mod recall;
mod regressions;
mod roundtrip;
mod running;
mod scale;
mod semantics;
mod server;
mod sessions;
