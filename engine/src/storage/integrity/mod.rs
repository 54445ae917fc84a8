//! Checksums of dataset files. Every file that the storage library writes is summed block by block on its way to the storage;
//! a version's manifest lists the sums of all files that the version consists of, and the commit record holds the sum of the
//! manifest. A block is compared with its sum when it is first read through a handle, before the library sees a byte of it.
//! So a damaged, exchanged or missing file is an error that names it, whatever the decoders would have made of it.

mod checks;
mod handler;
mod library;
mod local;
mod store;
mod sum;

pub(crate) use library::Library;
pub use sum::FileSum;
pub(crate) use sum::SUMS;
