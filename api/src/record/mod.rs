//! What a worker allowed an app to read of her record.

mod fields;
pub(crate) mod list_certificates;
