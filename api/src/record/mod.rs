//! What a worker allowed an app to read of her record.

pub(crate) mod list_certificates;
