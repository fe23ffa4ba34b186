//! `cpf config`.

use std::io::Write;

use clap::{Arg, ArgMatches, Args, Command, parser::ValueSource};
use serde::Serialize;

use crate::Config;

/// Print every setting, its value, and where the value came from. Secrets are hidden.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    config: Config,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Setting {
    variable: String,
    value: Option<String>,
    source: &'static str,
    meaning: String,
}

impl Show {
    /// `matches` is what was typed after `config`, by which the sources are told.
    pub(super) fn run(&self, matches: &ArgMatches) -> anyhow::Result<()> {
        let command = Config::augment_args(Command::new("config"));
        let settings: Vec<_> = command
            .get_arguments()
            .filter_map(|arg| Setting::of(arg, matches))
            .collect();
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&settings)?)?;
        } else {
            for setting in settings {
                let value = setting.value.as_deref().unwrap_or("(not set)");
                writeln!(out, "{} = {value}   [{}]", setting.variable, setting.source)?;
                writeln!(out, "    {}", setting.meaning)?;
            }
        }
        // The values together may still not be served with.
        self.config.check()
    }
}

impl Setting {
    fn of(arg: &Arg, matches: &ArgMatches) -> Option<Self> {
        let id = arg.get_id().as_str();
        let shown = || {
            let mut values = matches.get_raw(id)?;
            values
                .next()
                .map(|value| value.to_string_lossy().into_owned())
        };
        Some(Self {
            variable: arg.get_env()?.to_string_lossy().into_owned(),
            value: if arg.is_hide_env_values_set() {
                matches.contains_id(id).then(|| "(hidden)".to_owned())
            } else {
                shown()
            },
            source: match matches.value_source(id) {
                Some(ValueSource::CommandLine) => "typed",
                Some(ValueSource::EnvVariable) => "environment",
                _ => "default",
            },
            meaning: arg.get_help().map(ToString::to_string).unwrap_or_default(),
        })
    }
}
