//! Running PostgreSQL's own programs.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use crate::{Cluster, ClusterError};

impl Cluster {
    /// Runs a program of PostgreSQL to its end, as the server's user.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), ClusterError> {
        // Never a pipe: the server that `pg_ctl` leaves behind would hold it open.
        let path = self.place.home.join("last-command");
        let open = |error| ClusterError::io(&path, error);
        let output = File::create(&path).map_err(open)?;
        let errors = output.try_clone().map_err(open)?;
        let mut command = self.command(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        let status = command
            .status()
            .map_err(|error| ClusterError::io(&self.binaries, error))?;
        if status.success() {
            return Ok(());
        }
        Err(ClusterError::Failed {
            program: program.to_owned(),
            said: fs::read_to_string(&path)
                .unwrap_or_default()
                .trim()
                .to_owned(),
            log: self.place.home.join("log"),
        })
    }

    /// Runs a statement as the owner, and answers what it printed.
    pub(crate) fn sql(&self, statement: &str) -> Result<String, ClusterError> {
        let url = self.owner_url("postgres");
        let mut command = self.command("psql");
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        let output = command
            .args(["--dbname", &url, "--command", statement])
            .output();
        let output = output.map_err(|error| ClusterError::io(&self.binaries, error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(ClusterError::Failed {
            program: "psql".to_owned(),
            said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            log: self.place.home.join("log"),
        })
    }

    /// A program of PostgreSQL, to be run as the server's user.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir(&self.place.home);
        if let Some(account) = self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }
}
