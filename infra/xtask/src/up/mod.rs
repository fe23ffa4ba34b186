//! `cargo xtask up`: the whole platform on this machine, with its test provider and the
//! demonstration app. `./infra/up` builds first and then runs this.
//!
//! Everything it keeps is in `.local/`: the private cluster, the keys, the logs.

mod greeting;
mod keys;
mod options;
mod probe;
mod programs;
mod settings;

use std::{
    fs::{self, File, TryLockError},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Context;
use cluster::Cluster;
use signal_hook::consts::{SIGINT, SIGTERM};
use tempfile::TempDir;

pub(crate) use options::Options;
use programs::{Program, Programs};
use settings::Place;

/// How often the programs and the signals are looked at.
const PULSE: Duration = Duration::from_millis(50);

/// Starts everything, says what to open, and stops everything when told to.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    // From the first moment, so that an early Ctrl-C still stops the cluster.
    let told_to_stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // A second signal ends this program at once.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&told_to_stop))?;
        signal_hook::flag::register(signal, Arc::clone(&told_to_stop))?;
    }
    let home = Home::open(options.ephemeral)?;
    let lock_path = home.path().join("up.lock");
    let lock = File::create(&lock_path).with_context(|| lock_path.display().to_string())?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            greeting::already_up(home.path());
            return Ok(());
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    options.ports.check_free()?;
    let cluster = cluster_of(&home, options)?;
    greeting::forget(home.path());
    let ended = serve(&home, options, cluster.as_ref(), &told_to_stop);
    greeting::forget(home.path());
    let stopped = match cluster {
        None => Ok(()),
        Some(cluster) if options.ephemeral => cluster.remove(),
        Some(cluster) => cluster.stop(),
    };
    ended.and(stopped.map_err(Into::into))
}

fn cluster_of(home: &Home, options: &Options) -> anyhow::Result<Option<Cluster>> {
    if options.database_url.is_some() && !options.ephemeral {
        return Ok(None);
    }
    let settings = cluster::Settings {
        fsync: !options.ephemeral || options.durable,
    };
    let cluster = Cluster::ensure(&home.path().join("postgres"), settings)?;
    cluster.create_database("cpf")?;
    Ok(Some(cluster))
}

/// From a running cluster to the end of the programs.
fn serve(
    home: &Home,
    options: &Options,
    cluster: Option<&Cluster>,
    told_to_stop: &AtomicBool,
) -> anyhow::Result<()> {
    let place = Place {
        root: crate::root::find()?,
        programs: programs_directory()?,
        home: home.path().to_owned(),
        logs: home.path().join("log"),
        database_url: match (cluster, &options.database_url) {
            (Some(cluster), _) => cluster.url("cpf"),
            (None, url) => url.clone().context("no database")?,
        },
        owner_url: match (cluster, &options.database_owner_url, &options.database_url) {
            (Some(cluster), _, _) => cluster.owner_url("cpf"),
            (None, Some(owner), _) | (None, None, Some(owner)) => owner.clone(),
            (None, None, None) => anyhow::bail!("no database"),
        },
        ports: options.ports.clone(),
    };
    fs::create_dir_all(&place.logs)?;
    keys::ensure(&place)?;
    programs::finish(&place, &Program::migrate(&place))?;
    programs::finish(&place, &Program::seed(&place))?;
    let mut programs = Programs::start(&place, &Program::served(&place)?)?;
    let binaries = cluster.map(Cluster::binaries);
    let watched = watch(&mut programs, &place, options, binaries, told_to_stop);
    programs.stop()?;
    watched
}

fn watch(
    programs: &mut Programs,
    place: &Place,
    options: &Options,
    binaries: Option<&Path>,
    told_to_stop: &AtomicBool,
) -> anyhow::Result<()> {
    while !programs.are_ready() {
        if told_to_stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        programs.check_alive()?;
        thread::sleep(PULSE);
    }
    greeting::ready(place, options, binaries, programs)?;
    while !told_to_stop.load(Ordering::Relaxed) {
        programs.check_alive()?;
        thread::sleep(PULSE);
    }
    if !options.json() {
        println!("\nStopping.");
    }
    Ok(())
}

/// Where what must be kept is kept; deleted at the end when nothing must.
enum Home {
    Kept(PathBuf),
    Passing(TempDir),
}

impl Home {
    fn open(ephemeral: bool) -> anyhow::Result<Self> {
        let directory = crate::root::find()?.join(".local");
        fs::create_dir_all(&directory)?;
        if ephemeral {
            // The server may run as another user, who must be able to pass through.
            let passable = fs::Permissions::from_mode(0o711);
            let directory = tempfile::Builder::new()
                .prefix("passing-")
                .permissions(passable)
                .tempdir_in(&directory)?;
            return Ok(Self::Passing(directory));
        }
        Ok(Self::Kept(directory))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Passing(directory) => directory.path(),
        }
    }
}

/// Where cargo put the programs: beside this one.
fn programs_directory() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    Ok(this
        .parent()
        .context("no directory of programs")?
        .to_owned())
}
