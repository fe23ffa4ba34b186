//! The public half: heads, tiles and proofs, checked with nothing of ours but what was published.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{StatusCode, header};
use sha2::{Digest, Sha256};

use super::{Scene, failed, succeeded};
use crate::harness::{Browser, contract};

type Hash = [u8; 32];

fn leaf(entry: &[u8]) -> Hash {
    Sha256::new_with_prefix([0])
        .chain_update(entry)
        .finalize()
        .into()
}

/// RFC 6962 §2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            let parent = Sha256::new_with_prefix([1]).chain_update(root(left));
            parent.chain_update(root(right)).finalize().into()
        }
    }
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    assert_eq!(bytes.len() % 32, 0);
    bytes
        .chunks(32)
        .map(|hash| hash.try_into().unwrap())
        .collect()
}

/// The name, size and root that a note signs, once its signature was checked under `vkey`: by the
/// letter of C2SP signed-note, with another library.
fn opened(note: &str, vkey: &str) -> (String, usize, Hash) {
    let [name, id, key] = vkey.trim().splitn(3, '+').collect::<Vec<_>>()[..] else {
        panic!("{vkey}")
    };
    let key = STANDARD.decode(key).unwrap();
    assert_eq!((key[0], key.len()), (1, 33), "Ed25519");
    let named = Sha256::digest([name.as_bytes(), b"\n", &key].concat());
    assert_eq!(
        format!(
            "{:02x}{:02x}{:02x}{:02x}",
            named[0], named[1], named[2], named[3]
        ),
        id
    );
    let (text, signatures) = note.rsplit_once("\n\n").unwrap();
    let signature = signatures
        .strip_prefix(&format!("— {name} "))
        .unwrap()
        .trim_end();
    let signature = STANDARD.decode(signature).unwrap();
    assert_eq!(signature[..4], named[..4]);
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&signature[4..]);
    let key = jsonwebtoken::DecodingKey::from_ed_der(&key[1..]);
    let text = format!("{text}\n");
    let holds = jsonwebtoken::crypto::verify(
        &signature,
        text.as_bytes(),
        &key,
        jsonwebtoken::Algorithm::EdDSA,
    );
    assert!(holds.unwrap(), "{note}");
    let [origin, size, root] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    let root = STANDARD.decode(root).unwrap().try_into().unwrap();
    (origin.to_owned(), size.parse().unwrap(), root)
}

async fn tile(scene: &Scene, name: &str) -> Vec<u8> {
    let address = format!("{}/journal/tile/{name}", scene.platform.url);
    let reply = reqwest::get(address).await.unwrap();
    assert_eq!(reply.status(), 200, "{name}");
    let headers = reply.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
    let kept = headers[header::CACHE_CONTROL].to_str().unwrap();
    assert!(kept.contains("immutable"), "{kept}");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    reply.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_rebuilds_the_tree_from_its_tiles_and_finds_the_root_that_was_signed() {
    let scene = Scene::set().await;
    let worker = scene.id(&scene.worker).await;
    scene.write(worker, 600).await;
    scene.seal().await;
    let vkey = scene.get("/journal/key").await;
    let (origin, size, signed) = opened(&scene.get("/journal/checkpoint").await, &vkey);
    let host = scene.platform.url.strip_prefix("http://").unwrap();
    assert_eq!((origin, size), (format!("{host}/journal"), 603));

    let (mut entries, mut leaves) = (Vec::new(), Vec::new());
    for name in ["000", "001", "002.p/91"] {
        entries.extend(tile(&scene, &format!("entries/{name}")).await);
        leaves.extend(hashes(&tile(&scene, &format!("0/{name}")).await));
    }
    let entries: Vec<_> = entries.chunks(34).collect();
    assert!(entries.iter().all(|entry| entry[..2] == [0, 32]));
    let hashed: Vec<_> = entries.iter().map(|entry| leaf(&entry[2..])).collect();
    assert_eq!(leaves, hashed);
    assert_eq!(root(&leaves), signed);
    let above = hashes(&tile(&scene, "1/000.p/2").await);
    assert_eq!(above, [root(&leaves[..256]), root(&leaves[256..512])]);

    // What was published when the tree was smaller is still there.
    assert_eq!(hashes(&tile(&scene, "0/002.p/1").await), leaves[512..513]);
    let whole = entries.concat();
    for id in [
        worker.uuid().as_bytes(),
        worker.uuid().to_string().as_bytes(),
    ] {
        assert!(!whole.windows(id.len()).any(|window| window == id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_not_there_or_misnamed_is_not_found() {
    let scene = Scene::set().await;
    scene.seal().await;
    tile(&scene, "0/000.p/3").await;
    for name in [
        "0/000",
        "0/000.p/4",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/03",
        "0/001.p/1",
        "1/000.p/1",
        "0/0",
        "0/x000/000.p/1",
        "00/000.p/1",
        "64/000.p/1",
        "63/000.p/1",
        "entries/000",
        "entries/001.p/1",
        "data/000.p/3",
        "0/x999/x999/x999/x999/x999/x999/999.p/1",
        "",
        "0",
        "..%2f000",
    ] {
        let address = format!("{}/journal/tile/{name}", scene.platform.url);
        let reply = reqwest::get(address).await.unwrap();
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_kept_is_proven_to_be_continued() {
    let scene = Scene::set().await;
    let stranger = Browser::open(&scene.platform);
    let kept = |path: &'static str, name: &'static str| scene.keep(&stranger, path, name);
    let empty = kept("/journal/checkpoint", "empty").await;
    assert_eq!(empty.lines().nth(1), Some("0"), "{empty}");
    scene.seal().await;
    kept("/journal/checkpoint", "old").await;
    let worker = scene.id(&scene.worker).await;
    scene.write(worker, 300).await;
    scene.seal().await;
    kept("/journal/checkpoint", "new").await;
    let body = kept("/journal/consistency/3", "proof").await;
    assert!(body.starts_with("old 3\n"), "{body}");
    assert!(
        body.ends_with(&scene.get("/journal/checkpoint").await),
        "{body}"
    );
    kept("/journal/consistency/303", "same").await;

    let told = scene
        .verify(&["--checkpoint", "proof", "--since", "old"])
        .await;
    assert!(
        succeeded(&told).contains("of 303 lines, that only grew"),
        "{told:?}"
    );
    succeeded(
        &scene
            .verify(&["--checkpoint", "new", "--since", "empty"])
            .await,
    );
    succeeded(
        &scene
            .verify(&["--checkpoint", "same", "--since", "new"])
            .await,
    );
    let unproven = scene
        .verify(&["--checkpoint", "new", "--since", "old"])
        .await;
    assert!(
        failed(&unproven).contains("/journal/consistency/3"),
        "{unproven:?}"
    );

    let beyond = reqwest::get(format!("{}/journal/consistency/304", scene.platform.url)).await;
    let beyond = contract()
        .hold("get", "/journal/consistency/{size}", beyond.unwrap())
        .await;
    assert_eq!(beyond.verdict(), (404, "not-found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_checkpoint_or_of_another_log_is_refused_with_its_reason() {
    let scene = Scene::set().await;
    scene.seal().await;
    let stranger = Browser::open(&scene.platform);
    let note = scene.keep(&stranger, "/journal/checkpoint", "good").await;
    let write =
        |name: &str, text: &str| std::fs::write(scene.files.path().join(name), text).unwrap();
    write("larger", &note.replacen("\n3\n", "\n4\n", 1));
    write("garbage", "no note");
    write("proof", "old 1\nnot base64\n\nno note");
    for (file, reason) in [
        ("larger", "not signed by the key of this log"),
        ("garbage", "not a checkpoint"),
        ("proof", "not a checkpoint behind a proof"),
        ("missing", "cannot be read"),
    ] {
        let told = scene.verify(&["--checkpoint", file]).await;
        assert!(failed(&told).contains(reason), "{file}: {told:?}");
    }
    let other = "elsewhere.example/journal+c6c8c1b9+AdpFFNlqzH9d4Ym0pMbWnc4o3d1Cb1kqUqJ1bY1L4c9J";
    let mut command =
        crate::commands::cpf(&["journal", "verify", "--checkpoint", "x", "--key", other]);
    command.current_dir(scene.files.path());
    let told = crate::commands::Ended::of(command).await;
    assert_eq!(told.code, Some(2), "a key that is none: {told:?}");
}
