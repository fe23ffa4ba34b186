//! `cpf journal audit`.

use std::io::Write;

use anyhow::{Context, bail};
use clap::Args;
use journal::AuditFlaw;
use kernel::{Db, Entropy};
use serde_json::json;

use crate::{Config, master_key};

/// Compare every line, every leaf and every signed head in the database, and name what was changed
/// or removed.
///
/// It connects as the owner of the schema, reads one moment of the whole journal, and changes
/// nothing. Who holds the database and the master key can forge all of it alike: compare with a
/// checkpoint from elsewhere too (`cpf journal verify`).
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(flatten)]
    config: Config,

    /// Print the result as one JSON object on standard output.
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = &self.config;
        let entropy = Entropy::system();
        // Nothing is made here: another key would find every head unsigned.
        let keys = master_key::load(&config.master_key_file, false, &entropy)?;
        let mut connection = Db::auditor(config.owner_url()?.expose()).await.context(
            "the journal cannot be read.\n\
             CPF_DATABASE_OWNER_URL must name the owner of the schema, which may become cpf_auditor.",
        )?;
        let audit = journal::audit(&mut connection, &keys, &config.journal_origin()).await?;
        let flaws: Vec<_> = audit.flaws.iter().map(AuditFlaw::to_string).collect();
        let mut out = std::io::stdout().lock();
        if self.json {
            let document = json!({
                "sound": flaws.is_empty(),
                "lines": audit.lines,
                "leaves": audit.leaves,
                "checkpoints": audit.checkpoints,
                "waiting": audit.waiting,
                "flaws": flaws,
            });
            writeln!(out, "{document}")?;
        }
        if !flaws.is_empty() {
            bail!("the journal is not what it was:\n  {}", flaws.join("\n  "));
        }
        if !self.json {
            writeln!(
                out,
                "Sound: {} lines, {} leaves, {} checkpoints; {} lines wait to be sealed.",
                audit.lines, audit.leaves, audit.checkpoints, audit.waiting
            )?;
        }
        Ok(())
    }
}
