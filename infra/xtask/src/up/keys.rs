//! The secrets of this checkout: drawn once, readable by their owner only, never committed.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;

use super::{
    programs::{self, Program},
    settings::{COACH_JWKS, MASTER_KEY, PROVIDER_SECRET, Place},
};

/// Draws the keys that are missing.
pub(crate) fn ensure(place: &Place) -> anyhow::Result<()> {
    for name in [MASTER_KEY, PROVIDER_SECRET] {
        draw(&place.home.join(name))?;
    }
    let public = place.home.join(COACH_JWKS);
    if !public.exists() {
        let log = programs::finish(place, &Program::coach_keygen(place))?;
        fs::copy(log, public)?;
    }
    Ok(())
}

/// Writes 32 random bytes, in hexadecimal, to a new file; leaves one that exists.
fn draw(path: &Path) -> anyhow::Result<()> {
    // In one step, so that a cut leaves no half of a key behind.
    let draft = path.with_extension("draft");
    let _ = fs::remove_file(&draft);
    match OpenOptions::new().read(true).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    }
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(hex::encode(bytes).as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(&draft, path)?)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::draw;

    #[test]
    fn a_key_is_drawn_once_and_is_its_owners_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master");
        draw(&path).unwrap();
        let key = fs::read_to_string(&path).unwrap();
        assert_eq!(hex::decode(&key).unwrap().len(), 32);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        draw(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), key);
    }
}
