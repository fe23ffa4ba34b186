//! Checkpoints: signed heads of the log (C2SP tlog-checkpoint), and the key that signs them.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer as _, SigningKey};
use kernel::{Fault, Keys};
use signed_note::{Note, StandardVerifier, Verifier as _, VerifierList};
use tlog_tiles::Hash;

/// The one generation of the signing key. Name and key together are what a log is to those who keep its
/// checkpoints (C2SP signed-note): under another key it would be another log.
const GENERATION: u16 = 1;

/// A head of the log that its key has signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// How many leaves the tree has.
    pub size: u64,
    pub(crate) root: Hash,
    /// The note, as it is served.
    pub note: String,
}

/// The public half of a key that signs checkpoints: a *vkey* of C2SP signed-note, which names the
/// log that it signs for.
#[derive(Clone)]
pub struct Key(StandardVerifier);

/// Why something is not a vkey.
#[derive(Debug, thiserror::Error)]
#[error("not the key of a log: expected NAME+ID+KEY, as `/journal/key` gives it")]
pub struct KeyError;

/// Why a checkpoint is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// It is not a signed note, or not of a tree.
    #[error("not a checkpoint")]
    Malformed,
    /// No key that is trusted has signed it, or one of them has not signed this.
    #[error("not signed by the key of this log")]
    Untrusted,
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        let verifier = StandardVerifier::new(vkey.trim());
        verifier.map(Self).map_err(|_misshapen| KeyError)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}+{:08x})", self.0.name(), self.0.key_id())
    }
}

impl Checkpoint {
    /// The checkpoint that `note` holds, if one of `keys` has signed it for the log it names.
    pub fn open(note: &str, keys: &[Key]) -> Result<Self, NoteError> {
        let parsed =
            Note::from_bytes(note.as_bytes()).map_err(|_misshapen| NoteError::Malformed)?;
        let head = tlog_tiles::Checkpoint::from_bytes(parsed.text())
            .map_err(|_misshapen| NoteError::Malformed)?;
        let of_this_log = keys.iter().filter(|key| key.0.name() == head.origin());
        let known = of_this_log.map(|key| Box::new(key.0.clone()) as Box<_>);
        parsed
            .verify(&VerifierList::new(known.collect()))
            .map_err(|_unsigned| NoteError::Untrusted)?;
        Ok(Self {
            size: head.size(),
            root: *head.hash(),
            note: note.to_owned(),
        })
    }
}

/// The log's name and its key, with which checkpoints are signed.
pub(crate) struct Signer {
    origin: String,
    key: SigningKey,
    vkey: String,
    public: Key,
}

impl Signer {
    /// The key of the log named `origin`.
    ///
    /// # Panics
    /// Never: a name without blanks and a key of our own making are a vkey.
    pub(crate) fn of(keys: &Keys, origin: &str) -> Self {
        let seed = keys.derive("journal", GENERATION);
        let key = SigningKey::from_bytes(seed.expose());
        // A name has no blank and no plus (C2SP signed-note).
        let origin: String = origin
            .chars()
            .map(|letter| {
                if letter == '+' || letter.is_whitespace() {
                    '_'
                } else {
                    letter
                }
            })
            .collect();
        let vkey = signed_note::new_ed25519_verifier_key(&origin, &key.verifying_key());
        #[expect(
            clippy::expect_used,
            reason = "a key of our own making, with a name that fits"
        )]
        let public = vkey.parse().expect("a vkey");
        Self {
            origin,
            key,
            vkey,
            public,
        }
    }

    /// The public half, as text.
    pub(crate) fn vkey(&self) -> &str {
        &self.vkey
    }

    /// Signs the head of a tree.
    pub(crate) fn sign_head(&self, size: u64, root: Hash) -> Result<Checkpoint, Fault> {
        let unsigned = || Fault::Corrupt("the head of the journal's log".into());
        let head = tlog_tiles::Checkpoint::new(&self.origin, size, root, "")
            .map_err(|_misshapen| unsigned())?;
        let mut note = Note::new(&head.to_bytes(), &[]).map_err(|_misshapen| unsigned())?;
        note.add_sigs(&[self]).map_err(|_unsigned| unsigned())?;
        let note = String::from_utf8(note.to_bytes()).map_err(|_misshapen| unsigned())?;
        Ok(Checkpoint { size, root, note })
    }

    /// Opens a checkpoint of this log's own.
    pub(crate) fn open(&self, note: &str) -> Result<Checkpoint, NoteError> {
        Checkpoint::open(note, std::slice::from_ref(&self.public))
    }
}

impl signed_note::Signer for Signer {
    fn name(&self) -> &str {
        self.public.0.name()
    }

    fn key_id(&self) -> u32 {
        self.public.0.key_id()
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.key.try_sign(text)?.to_vec())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({:?})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Keys;
    use tlog_tiles::record_hash;

    use super::{Checkpoint, Key, NoteError, Signer};

    fn signer(master: u8, origin: &str) -> Signer {
        Signer::of(&Keys::new([master; 32].into()), origin)
    }

    #[test]
    fn a_checkpoint_is_three_lines_and_a_signature_that_its_own_key_alone_opens() {
        let ours = signer(7, "cpf.example/journal");
        let root = record_hash(b"a");
        let signed = ours.sign_head(3, root).unwrap();
        let lines: Vec<_> = signed.note.lines().collect();
        let told = root.to_string();
        assert_eq!(lines[..4], ["cpf.example/journal", "3", told.as_str(), ""]);
        assert!(
            lines[4].starts_with("— cpf.example/journal "),
            "{}",
            signed.note
        );
        assert_eq!(ours.open(&signed.note).unwrap(), signed);
        let elsewhere = signer(7, "cpf.example/other");
        let stranger = signer(8, "cpf.example/journal");
        for other in [&elsewhere, &stranger] {
            let opened = other.open(&signed.note);
            assert!(matches!(opened, Err(NoteError::Untrusted)), "{opened:?}");
        }
        assert!(Checkpoint::open(&signed.note, &[]).is_err());
    }

    #[test]
    fn a_checkpoint_that_says_anything_else_is_not_believed() {
        let ours = signer(7, "cpf.example/journal");
        let note = ours.sign_head(3, record_hash(b"a")).unwrap().note;
        let changes = [
            note.replacen("\n3\n", "\n4\n", 1),
            note.replacen("\n3\n", "\n03\n", 1),
            note.replacen("\n3\n", "\n3 \n", 1),
            note.replacen("cpf.example", "cpf.exemple", 1),
            note.trim_end().to_owned(),
            note.replace("\n\n", "\nextra\n\n"),
            String::new(),
        ];
        for changed in changes {
            assert!(ours.open(&changed).is_err(), "{changed}");
        }
        // Who else has signed it takes nothing away.
        let witness = "— witness.example/w AAAAAAAA\n".replace("AAAAAAAA", "AAAAAAAAAAAA");
        assert!(ours.open(&format!("{note}{witness}")).is_ok());
    }

    #[test]
    fn a_key_is_read_as_it_is_published_and_nothing_else_is_one() {
        let vkey = signer(7, "cpf.example/jour nal+1").vkey().to_owned();
        assert!(vkey.starts_with("cpf.example/jour_nal_1+"), "{vkey}");
        assert!(vkey.parse::<Key>().is_ok());
        for wrong in [
            "",
            "cpf.example/journal",
            &vkey[..vkey.len() - 4],
            &vkey.replacen('c', "d", 1),
        ] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }
}
