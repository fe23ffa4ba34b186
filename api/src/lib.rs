//! How the platform is reached: HTTP, pages, and the `cpf` command.
//!
//! This is the only crate that knows axum. [`routes`] is its table of contents; [`wire`] says what
//! every endpoint shares and how one is written; [`edge`] is the boundary that every request
//! crosses; [`app`] is the platform, assembled. One endpoint is one file, named by its verb, in
//! the folder of its chapter; one page is one file of `pages`. Nothing is decided here: handlers
//! read a request, call a chapter, and write its answer.

pub mod app;
pub mod cli;
pub mod config;
mod discovery;
mod documentation;
mod dpop;
mod edge;
mod guard;
mod health;
pub mod html;
mod intake;
mod journal;
mod labour;
pub mod limits;
mod listen;
pub mod locale;
mod master_key;
mod oauth;
mod openapi;
mod pages;
mod record;
pub mod routes;
mod serve;
pub mod telemetry;
pub mod wire;

pub use app::{App, Running};
pub use config::Config;
pub use listen::listen;
pub use serve::serve;
