//! The master secret, from its file.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, bail};
use kernel::{Entropy, Keys, Secret};

/// Reads 64 hexadecimal digits from `file`. A sandbox that has none makes one, readable by its
/// owner alone.
pub(crate) fn load(file: &Path, sandbox: bool, entropy: &Entropy) -> anyhow::Result<Keys> {
    let digits = match fs::read_to_string(file) {
        Ok(digits) => digits,
        Err(error) if error.kind() == ErrorKind::NotFound && sandbox => create(file, entropy)?,
        Err(error) => {
            return Err(error).with_context(|| {
                let file = file.display();
                format!(
                    "the master secret cannot be read from {file}.\n\
                     Make one with `(umask 077; openssl rand -hex 32 > {file})`, \
                     or name another file in CPF_MASTER_KEY_FILE."
                )
            });
        }
    };
    let mut master = [0; 32];
    if hex::decode_to_slice(digits.trim(), &mut master).is_err() {
        bail!("{} does not hold 64 hexadecimal digits", file.display());
    }
    Ok(Keys::new(Secret::new(master)))
}

fn create(file: &Path, entropy: &Entropy) -> anyhow::Result<String> {
    let digits = hex::encode(entropy.bytes::<32>());
    let write = || -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut opened = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)?;
        writeln!(opened, "{digits}")?;
        opened.sync_all()
    };
    write().with_context(|| format!("the master secret cannot be kept in {}", file.display()))?;
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use kernel::Entropy;

    use super::load;

    #[test]
    fn a_sandbox_makes_its_secret_once_and_keeps_it_to_itself() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/master.key");
        let made = load(&file, true, &Entropy::seeded(1)).unwrap();
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let read = load(&file, true, &Entropy::seeded(2)).unwrap();
        let digest = |keys: &kernel::Keys| keys.keyed_digest("test", b"message");
        assert_eq!(digest(&made), digest(&read));
    }

    #[test]
    fn outside_a_sandbox_a_missing_secret_is_refused_with_what_to_type() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        let error = load(&file, false, &Entropy::seeded(1)).unwrap_err();
        assert!(error.to_string().contains("openssl rand -hex 32"));
        assert!(!file.exists());
    }

    #[test]
    fn a_secret_that_is_short_or_no_number_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(66)] {
            fs::write(&file, bad).unwrap();
            assert!(load(&file, true, &Entropy::seeded(1)).is_err(), "{bad}");
        }
    }
}
