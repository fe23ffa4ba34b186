//! The life of a private cluster, on the PostgreSQL of this machine.

use std::{fs, io, os::unix::fs::PermissionsExt, process::Command};

use cluster::{Cluster, Settings};

const UNSAFE_BUT_FAST: Settings = Settings { fsync: false };

fn ask(cluster: &Cluster, url: &str, sql: &str) -> io::Result<String> {
    let psql = cluster.binaries().join("psql");
    let output = Command::new(psql).args([url, "-At", "-c", sql]).output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[test]
fn a_cluster_is_created_found_again_stopped_restarted_and_removed() {
    let root = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o755))
        .tempdir();
    let root = root.unwrap();
    // So deep that a socket in it would be refused, with a blank for good measure.
    let directory = root
        .path()
        .join("a checkout")
        .join("deep/".repeat(30))
        .join("postgres");

    let cluster = Cluster::ensure(&directory, UNSAFE_BUT_FAST).unwrap();
    assert!(cluster.is_running().unwrap());
    assert!(cluster.create_database("story").unwrap(), "new");
    assert!(!cluster.create_database("story").unwrap(), "there already");
    let url = cluster.owner_url("story");
    assert_eq!(ask(&cluster, &url, "SELECT current_user").unwrap(), "cpf");
    assert_eq!(
        ask(&cluster, &url, "SHOW listen_addresses").unwrap(),
        "",
        "no port is open"
    );
    assert_eq!(
        ask(&cluster, &url, "SELECT lower('ÉLÈVE')").unwrap(),
        "élève"
    );
    let socket = fs::metadata(cluster.socket_directory()).unwrap();
    assert_eq!(
        socket.permissions().mode() & 0o777,
        0o700,
        "nobody else can connect"
    );

    let again = Cluster::ensure(&directory, UNSAFE_BUT_FAST).unwrap();
    assert_eq!(again.owner_url("story"), url);
    again.stop().unwrap();
    assert!(!cluster.is_running().unwrap());

    let restarted = Cluster::ensure(&directory, UNSAFE_BUT_FAST).unwrap();
    assert!(
        !restarted.create_database("story").unwrap(),
        "what was stored is still there"
    );
    restarted.drop_database("story").unwrap();
    assert!(restarted.create_database("story").unwrap());

    let socket = restarted.socket_directory().to_owned();
    restarted.remove().unwrap();
    assert!(!socket.exists() && !directory.exists());
    assert!(Cluster::existing(&directory).unwrap().is_none());
}
