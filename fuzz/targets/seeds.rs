//! The first corpus: the minted token in every form, and blocks of every kind.

use std::{fs, path::Path};

use biscuit_auth::{Biscuit, KeyPair, builder::BlockBuilder, format::schema};
use prost::Message;

use crate::minted::{Minted, text};

/// What a block may say, right and wrong.
const CODES: &[&str] = &[
    "check if operation(\"read\");",
    "check if section($s), {\"certificates\"}.contains($s);",
    "check all field($f), {\"score\"}.contains($f);",
    "reject if section(\"skills\");",
    "check if time($t), $t < 2030-01-01T00:00:00Z;",
    "check if right($s, $o), fields($s, $n), $n.contains(\"score\");",
    "check if 1 + 2 * 3 < 9 or true;",
    "check if section($s), $s.starts_with(\"c\"), $s.length() > 3;",
    "right(\"identity\", \"read\");",
    "right($s, \"read\") <- section($s);",
    "check if [1, 2].any($x -> $x > 1);",
    "check if section($s), $s.matches(\"c.*\");",
    "check if section($s), $s.extern::f();",
    "check if operation(\"read\") trusting previous;",
    "check if {\"a\": [1, null]}.get(\"a\") == [1, null];",
];

/// Writes it where `cargo fuzz` looks for it.
pub fn write(minted: &Minted) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/token");
    fs::create_dir_all(&place).expect("a folder");
    let mut seeds = Vec::new();
    let mut forms = |token: &Biscuit| {
        let bytes = token.to_vec().expect("a token");
        seeds.push(taken(0, text(&bytes).as_bytes()));
        seeds.push(taken(1, &bytes));
    };
    forms(&minted.token);
    forms(&minted.token.seal().expect("a token"));
    let mut blocks = Vec::new();
    for code in CODES {
        let block = BlockBuilder::new().code(code).expect("Datalog");
        let token = minted.token.append(block).expect("a token");
        forms(&token);
        let bytes = token.to_vec().expect("a token");
        let signed = schema::Biscuit::decode(&*bytes).expect("a token").blocks;
        blocks.extend(signed.into_iter().map(|signed| signed.block));
    }
    let theirs = KeyPair::new();
    let request = minted.token.third_party_request().expect("a request");
    let block = BlockBuilder::new().code(CODES[0]).expect("Datalog");
    let signed = request.create_block(&theirs.private(), block).expect("a block");
    let signed = minted.token.append_third_party(theirs.public(), signed);
    forms(&signed.expect("a token"));
    seeds.extend(blocks.iter().map(|block| taken(2, block)));
    seeds.extend(CODES.iter().map(|code| taken(3, code.as_bytes())));
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(place.join(format!("seed-{number:02}")), seed).expect("a file");
    }
}

/// An input whose first byte says how the others are taken.
fn taken(how: u8, bytes: &[u8]) -> Vec<u8> {
    std::iter::once(how).chain(bytes.iter().copied()).collect()
}
