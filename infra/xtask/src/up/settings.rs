//! What each program is told: the one place where their options and variables are named.

use std::{fs, path::PathBuf};

use anyhow::Context;

use super::{options::Ports, programs::Program};

/// The platform's master secret.
pub(crate) const MASTER_KEY: &str = "master.key";

/// What the platform shows the test provider.
pub(crate) const PROVIDER_SECRET: &str = "provider.secret";

/// The app's private key, and its public half as the platform registers it.
const COACH_KEY: &str = "coach-key.pem";
pub(crate) const COACH_JWKS: &str = "coach-jwks.json";

/// The platform's name at the test provider.
const CLIENT_ID: &str = "cpf-sandbox";

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Place {
    /// The checkout, which holds the samples.
    pub(crate) root: PathBuf,
    pub(crate) programs: PathBuf,
    /// The keys, under the names that the programs look for by themselves.
    pub(crate) home: PathBuf,
    pub(crate) logs: PathBuf,
    pub(crate) database_url: String,
    pub(crate) owner_url: String,
    pub(crate) ports: Ports,
}

impl Place {
    pub(crate) fn platform_url(&self) -> String {
        format!("http://localhost:{}", self.ports.platform())
    }

    pub(crate) fn coach_url(&self) -> String {
        format!("http://localhost:{}", self.ports.coach())
    }

    pub(crate) fn provider_url(&self) -> String {
        format!("http://localhost:{}", self.ports.provider())
    }

    /// Where agents of organisations sign in.
    pub(crate) fn agent_provider_url(&self) -> String {
        format!("{}/agents", self.provider_url())
    }

    /// The platform's own settings, the same for each of its commands.
    pub(crate) fn platform_environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.database_url.clone()),
            ("CPF_DATABASE_OWNER_URL", self.owner_url.clone()),
            ("CPF_LISTEN", format!("127.0.0.1:{}", self.ports.platform())),
            (
                "CPF_METRICS_LISTEN",
                format!("127.0.0.1:{}", self.ports.metrics()),
            ),
            ("CPF_PUBLIC_URL", self.platform_url()),
            ("CPF_SANDBOX", "true".to_owned()),
            ("CPF_MASTER_KEY_FILE", self.file(MASTER_KEY)),
            ("CPF_PROVIDER_ISSUER", self.provider_url()),
            ("CPF_PROVIDER_CLIENT_ID", CLIENT_ID.to_owned()),
            (
                "CPF_PROVIDER_CLIENT_SECRET_FILE",
                self.file(PROVIDER_SECRET),
            ),
            // The test provider has two issuers, and one client for both.
            ("CPF_AGENT_PROVIDER_ISSUER", self.agent_provider_url()),
            ("CPF_AGENT_PROVIDER_CLIENT_ID", CLIENT_ID.to_owned()),
            (
                "CPF_AGENT_PROVIDER_CLIENT_SECRET_FILE",
                self.file(PROVIDER_SECRET),
            ),
        ]
    }

    fn file(&self, name: &str) -> String {
        self.home.join(name).display().to_string()
    }

    fn provider_secret(&self) -> anyhow::Result<String> {
        let path = self.home.join(PROVIDER_SECRET);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    fn platform(&self, name: &'static str, command: &[&str]) -> Program {
        Program {
            name,
            file: "cpf",
            arguments: command.iter().map(|&word| word.to_owned()).collect(),
            environment: self.platform_environment(),
            ready: None,
        }
    }
}

impl Program {
    /// Brings the schema up to date.
    pub(crate) fn migrate(place: &Place) -> Self {
        place.platform("migrate", &["migrate"])
    }

    /// Puts the sandbox's organisations, apps and samples in place.
    pub(crate) fn seed(place: &Place) -> Self {
        let mut seed = place.platform("seed", &["sandbox", "seed"]);
        seed.environment.extend([
            ("CPF_SANDBOX_APP_URL", place.coach_url()),
            ("CPF_SANDBOX_APP_JWKS", place.file(COACH_JWKS)),
        ]);
        seed
    }

    /// Makes the demonstration app's key.
    pub(crate) fn coach_keygen(place: &Place) -> Self {
        Self {
            name: "coach-keygen",
            file: "coach",
            arguments: vec!["keygen".to_owned()],
            environment: vec![("COACH_KEY_FILE", place.file(COACH_KEY))],
            ready: None,
        }
    }

    /// What stays up.
    pub(crate) fn served(place: &Place) -> anyhow::Result<Vec<Self>> {
        let provider = Self {
            name: "provider",
            file: "provider",
            arguments: Vec::new(),
            environment: vec![
                (
                    "CPF_PROVIDER_LISTEN",
                    format!("127.0.0.1:{}", place.ports.provider()),
                ),
                ("CPF_PROVIDER_ISSUER", place.provider_url()),
                ("CPF_PROVIDER_CLIENT_ID", CLIENT_ID.to_owned()),
                ("CPF_PROVIDER_CLIENT_SECRET", place.provider_secret()?),
                (
                    "CPF_PROVIDER_REDIRECT_URI",
                    format!(
                        "{0}/sign-in/callback,{0}/counsellor/sign-in/callback",
                        place.platform_url()
                    ),
                ),
                (
                    "CPF_PROVIDER_POST_LOGOUT_REDIRECT_URI",
                    format!("{}/", place.platform_url()),
                ),
            ],
            ready: Some((place.ports.provider(), "/.well-known/openid-configuration")),
        };
        let mut platform = place.platform("cpf", &["serve"]);
        platform.ready = Some((place.ports.platform(), "/readyz"));
        let coach = Self {
            name: "coach",
            file: "coach",
            arguments: Vec::new(),
            environment: vec![
                ("COACH_LISTEN", format!("127.0.0.1:{}", place.ports.coach())),
                ("COACH_PUBLIC_URL", place.coach_url()),
                ("COACH_PLATFORM", place.platform_url()),
                ("COACH_KEY_FILE", place.file(COACH_KEY)),
            ],
            ready: Some((place.ports.coach(), "/")),
        };
        Ok(vec![provider, platform, coach])
    }
}
