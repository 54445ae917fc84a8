//! What the fuzz targets share with the tests.

pub mod generate;
pub mod properties;
pub mod random;
