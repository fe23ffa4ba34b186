//! `cpf sandbox`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use catalogue::{App, AppKeys, Catalogue, Description, InitialToken, NewApp, NewOrganisation};
use clap::{Args, Subcommand};
use kernel::{Clock, Db, Entropy, OrganisationId, Secret};
use labour::Labour;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use crate::Config;

/// What only a sandbox may do.
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Seed(Seed),
}

/// Put the sandbox's organisations, its demonstration app and its sample of labour data in place.
/// Again changes nothing.
#[derive(Debug, Args)]
struct Seed {
    /// The folder of the samples.
    #[arg(
        long,
        env = "CPF_SANDBOX_DATA",
        value_name = "FOLDER",
        default_value = "sandbox/data"
    )]
    data: PathBuf,

    /// Where the demonstration app is reached.
    #[arg(
        long,
        env = "CPF_SANDBOX_APP_URL",
        value_name = "URL",
        default_value = "http://localhost:8081"
    )]
    app_url: Url,

    /// The public keys of the demonstration app, as `coach keygen` prints them.
    #[arg(
        long,
        env = "CPF_SANDBOX_APP_JWKS",
        value_name = "FILE",
        default_value = ".local/coach-jwks.json"
    )]
    app_jwks: PathBuf,

    #[command(flatten)]
    config: Config,
}

/// The demonstration app, but for where it runs and what it signs with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppEntry {
    client_id: String,
    name: String,
    description: Description,
    sections: Vec<String>,
    purposes: Vec<String>,
}

impl Sandbox {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let What::Seed(seed) = self.what;
        if !seed.config.sandbox {
            bail!("this is not a sandbox: set CPF_SANDBOX=true if it should be one");
        }
        let db = Db::connect(seed.config.login_url()?.expose(), 2).await?;
        let catalogue = Catalogue::new(db.clone(), Clock::system(), Entropy::system());
        seed.register(&catalogue).await?;
        let labour = Labour::new(db.clone(), Clock::system());
        // Once a release is in force, a larger one perhaps, the sample has nothing to add.
        if labour
            .occupations(None, kernel::Limit::DEFAULT)
            .await?
            .items
            .is_empty()
        {
            labour
                .import_rome(&seed.data.join("rome"), |_progress| {})
                .await?;
        }
        labour.import_qualifications(&seed.data).await?;
        db.close();
        eprintln!("The sandbox is seeded.");
        Ok(())
    }
}

impl Seed {
    async fn register(&self, catalogue: &Catalogue) -> anyhow::Result<()> {
        let organisations: Vec<NewOrganisation> = read(&self.data.join("organisations.json"))?;
        let mut ids = Vec::new();
        for organisation in &organisations {
            ids.push(catalogue.register_organisation(organisation).await?);
        }
        let [certifier, publisher, .., newcomers] = ids[..] else {
            bail!("organisations.json names a certifier and a publisher first, newcomers last");
        };
        self.keep_key(catalogue, certifier).await?;
        self.keep_token(catalogue, newcomers).await?;
        let entry: AppEntry = read(&self.data.join("app.json"))?;
        let app = App {
            client_id: entry.client_id,
            name: entry.name,
            name_en: None,
            description: entry.description,
            homepage: self.app_url.to_string(),
            redirect_uris: vec![self.app_url.join("/callback")?.to_string()],
            keys: AppKeys::Registered(read(&self.app_jwks)?),
            sections: entry.sections,
            purposes: entry.purposes,
        };
        Ok(catalogue.register_app(&NewApp { publisher, app }).await?)
    }

    /// The certifier's key is published with the samples: it opens nothing but a sandbox.
    async fn keep_key(
        &self,
        catalogue: &Catalogue,
        certifier: OrganisationId,
    ) -> anyhow::Result<()> {
        let key = secret(&self.data.join("certifier.key"))?;
        Ok(catalogue.keep_key(certifier, "sandbox", &key).await?)
    }

    /// The token with which anybody registers an app is published too, and never runs out.
    async fn keep_token(
        &self,
        catalogue: &Catalogue,
        organisation: OrganisationId,
    ) -> anyhow::Result<()> {
        let token = secret(&self.data.join("publisher.token"))?;
        let new = InitialToken {
            organisation,
            label: "sandbox".into(),
            expires_at: None,
            uses: None,
        };
        Ok(catalogue.keep_initial_token(&new, &token).await?)
    }
}

fn read<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

fn secret(file: &Path) -> anyhow::Result<Secret<String>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(Secret::new(text.trim().to_owned()))
}
