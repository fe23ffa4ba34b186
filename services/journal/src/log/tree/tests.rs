//! The tree against the vectors of Certificate Transparency, and against its definition.

use kernel::Digest;
use proptest::prelude::*;
use tlog_tiles::{EMPTY_HASH, Hash, check_record, check_tree, node_hash, record_hash};

use super::{Edge, HEIGHT, Question, leaf_hash};
use crate::log::sample::Sample;

/// The leaves that implementations of RFC 6962 are tested with, and the root after each.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_roots_are_those_of_certificate_transparency() {
    let mut edge = Edge::empty();
    let mut roots = vec![edge.root()];
    for leaf in LEAVES {
        edge.push(record_hash(leaf));
        roots.push(edge.root());
    }
    let roots = roots.iter().map(|root| Digest::from_bytes(root.0).to_hex());
    assert_eq!(roots.collect::<Vec<_>>(), ROOTS);
}

/// The Merkle Tree Hash, as RFC 6962 §2.1 defines it.
fn defined(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_HASH,
        [leaf] => *leaf,
        more => {
            let half = more.len().next_power_of_two() / 2;
            node_hash(defined(&more[..half]), defined(&more[half..]))
        }
    }
}

/// The leaf hashes of a log of `size`, and the log.
fn grown(size: u64) -> (Vec<Hash>, Sample) {
    let leaves = (0..size).map(|number| Digest::of(number.to_be_bytes()));
    let mut sample = Sample::empty();
    let leaves = leaves
        .inspect(|leaf| sample.push(leaf))
        .map(|leaf| leaf_hash(&leaf));
    (leaves.collect(), sample)
}

/// Sizes around the borders of tiles and powers of two, and some others.
fn size() -> impl Strategy<Value = u64> {
    let border = prop::sample::select(vec![1_u64, 2, 4, 255, 256, 257, 512, 65_536]);
    let near = (border, -2_i64..=2).prop_map(|(border, by)| border.saturating_add_signed(by));
    prop_oneof![2 => 1..2_000_u64, 1 => near.prop_map(|size| size.clamp(1, 65_540))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_root_is_what_is_defined_however_the_log_grew(size in size(), again in 0..=1_000_u64) {
        let (leaves, log) = grown(size);
        prop_assert_eq!(log.edge.root(), defined(&leaves));
        // Taken up again where it stood, from the tiles.
        let stood = size - again.min(size);
        let mut resumed = Edge::resumed(stood, log.ask(Question::Edge(stood)));
        for leaf in &leaves[usize::try_from(stood).unwrap()..] {
            resumed.push(*leaf);
        }
        prop_assert_eq!(resumed.root(), log.edge.root());
        prop_assert_eq!(resumed.size(), size);
    }

    #[test]
    fn each_hash_of_a_tile_covers_a_full_tile_below(size in size()) {
        let (leaves, log) = grown(size);
        for ((level, number), data) in log.tiles.0.iter().filter(|((level, _), _)| *level > 0) {
            let width = 1_usize << (HEIGHT * level);
            for (place, hash) in data.chunks(32).enumerate() {
                let from = (usize::try_from(*number).unwrap() * 256 + place) * width;
                prop_assert_eq!(hash, &defined(&leaves[from..from + width]).0[..]);
            }
        }
    }

    #[test]
    fn any_leaf_is_proven_in_any_tree_and_no_other_leaf_is(
        size in size(),
        place: prop::sample::Index,
        other: prop::sample::Index,
    ) {
        let (leaves, log) = grown(size);
        let root = log.edge.root();
        let at = place.index(leaves.len());
        let index = at as u64;
        let proof = log.ask(Question::Inclusion { size, index });
        let holds = |size, index, leaf| check_record(&proof, size, root, index, leaf).is_ok();
        prop_assert!(holds(size, index, leaves[at]));
        let other = other.index(leaves.len());
        prop_assert!(at == other || !holds(size, other as u64, leaves[at]));
        prop_assert!(at == other || !holds(size, index, leaves[other]));
        prop_assert!(!holds(size, size, leaves[at]));
        prop_assert!(!holds(size, index, record_hash(b"another")));
        for changed in 0..proof.len() {
            let mut proof = proof.clone();
            proof[changed].0[0] ^= 1;
            prop_assert!(check_record(&proof, size, root, index, leaves[at]).is_err());
        }
    }

    #[test]
    fn any_tree_is_proven_to_begin_with_any_smaller_one_and_with_no_other(
        new in size(),
        place: prop::sample::Index,
    ) {
        let (leaves, log) = grown(new);
        let root = log.edge.root();
        let old = place.index(leaves.len()) as u64 + 1;
        let before = defined(&leaves[..usize::try_from(old).unwrap()]);
        let proof = log.ask(Question::Consistency { old, new });
        prop_assert!(check_tree(&proof, new, root, old, before).is_ok());
        prop_assert!(check_tree(&proof, new, root, old, record_hash(b"another")).is_err());
        prop_assert!(check_tree(&proof, new, record_hash(b"another"), old, before).is_err());
        for changed in 0..proof.len() {
            let mut proof = proof.clone();
            proof[changed].0[0] ^= 1;
            prop_assert!(check_tree(&proof, new, root, old, before).is_err());
        }
    }
}
