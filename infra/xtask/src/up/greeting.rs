//! What `up` says.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::json;

use super::{options::Options, programs::Programs, settings::Place};

/// What another `up` reads to say where the first one is.
const NOTE: &str = "up.txt";

/// Says what to open and as whom to sign in.
pub(crate) fn ready(
    place: &Place,
    options: &Options,
    binaries: Option<&Path>,
    programs: &Programs,
) -> anyhow::Result<()> {
    if options.json() {
        // With these another node can be started beside.
        let settings: BTreeMap<_, _> = place.platform_environment().into_iter().collect();
        let addresses = json!({
            "platform": place.platform_url(),
            "coach": place.coach_url(),
            "provider": place.provider_url(),
            "owner_url": place.owner_url,
            "binaries": binaries,
            "files": place.home,
            "process": programs.process("cpf"),
            "settings": settings,
        });
        println!("{addresses}");
        return Ok(());
    }
    let note = format!(
        "  The coaching app   {}    start here: it asks, you decide\n  \
           The platform       {}    your record, authorizations, journal; /docs\n  \
           Sign in as any of the invented people that the test provider shows, \
           Lucie Orfeuillard for one.\n  \
           For counsellors    {}/counsellor    mandates of workers, as Maëlle Trévidic of an \
           invented mission locale\n  \
           To give them certificates, in another terminal:\n    \
           {} push sandbox/data/flux/certificates.xml --key-file sandbox/data/certifier.key \
           --url {}\n  \
           Logs are in {}",
        place.coach_url(),
        place.platform_url(),
        place.platform_url(),
        place.programs.join("cpf").display(),
        place.platform_url(),
        place.logs.display(),
    );
    fs::write(place.home.join(NOTE), &note)?;
    println!("\nReady.\n{note}\n  Ctrl-C stops everything.");
    Ok(())
}

/// Leaves nothing said of what has stopped.
pub(crate) fn forget(home: &Path) {
    // What is not there needs no removing.
    let _ = fs::remove_file(home.join(NOTE));
}

/// Says that another `up` of this checkout runs, and where.
pub(crate) fn already_up(home: &Path) {
    match fs::read_to_string(home.join(NOTE)) {
        Ok(note) => println!("Already up:\n{note}\n  Ctrl-C in its terminal stops it."),
        Err(_not_ready) => println!("Already starting, in another terminal."),
    }
}
