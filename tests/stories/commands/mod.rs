//! The `cpf` command as its users run it: a process of its own, with arguments, settings, standard
//! streams and an exit code.

mod import_rome;
mod keys;
mod obligations;
mod program;
mod push;

pub(crate) use program::{Ended, Served, cpf};
