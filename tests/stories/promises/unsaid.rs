//! What the platform must never say of itself, and looking for it.

/// What must be found nowhere.
#[derive(Default)]
pub(super) struct Unsaid {
    names: Vec<String>,
    secrets: Vec<String>,
}

impl Unsaid {
    /// Everything that the personas of the test provider are.
    pub(super) fn of_personas() -> Self {
        let mut names = Vec::new();
        for persona in provider::personas().unwrap() {
            let given = persona.given_name.split(' ').filter(|word| word.len() >= 4);
            let family = persona.family_name.split([' ', '-', '\'', '’']);
            names.extend(
                given
                    .chain(family.filter(|word| word.len() >= 5))
                    .map(str::to_owned),
            );
            names.push(persona.family_name.clone());
            names.extend(persona.preferred_username.clone());
            let date = persona.birthdate.trim_end_matches("-00").to_owned();
            names.extend((date.len() > 4).then_some(date));
            names.extend((!persona.birthplace.is_empty()).then(|| persona.birthplace.clone()));
        }
        for agent in provider::agents().unwrap() {
            names.extend([agent.given_name, agent.usual_name, agent.uid]);
            names.push(agent.email.split('@').next().unwrap().to_owned());
        }
        let folded: Vec<_> = names.iter().map(|name| kernel::fold(name)).collect();
        names.extend(folded);
        Self {
            names,
            secrets: Vec::new(),
        }
    }

    /// A code that people read out: too short to be looked for in halves.
    pub(super) fn code(&mut self, code: &str) {
        self.names.extend([code.to_owned(), code.replace('-', "")]);
    }

    pub(super) fn secret(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 32, "{secret} is no secret");
        // Half of it is as bad.
        self.secrets.push(secret[..32].to_owned());
        self.secrets.push(secret[secret.len() - 32..].to_owned());
    }

    /// Fails when `text` says any of it.
    pub(super) fn check(&self, place: &str, text: &str) {
        for secret in &self.secrets {
            let at = text.find(secret.as_str());
            assert!(
                at.is_none(),
                "{place} says a secret: {}",
                around(text, at.unwrap_or(0))
            );
        }
        let text = text.to_lowercase();
        for name in &self.names {
            let at = find_alone(&text, &name.to_lowercase());
            assert!(
                at.is_none(),
                "{place} says {name}: {}",
                around(&text, at.unwrap_or(0))
            );
        }
    }
}

/// Where `needle` stands in `text` as a word of its own, and not as a port.
fn find_alone(text: &str, needle: &str) -> Option<usize> {
    text.match_indices(needle).map(|(at, _)| at).find(|at| {
        let before = &text[..*at];
        let after = text[at + needle.len()..].chars().next();
        let free = |near: Option<char>| near.is_none_or(|near| !near.is_alphanumeric());
        let part = before.ends_with('.') || before.ends_with("localhost:");
        free(before.chars().next_back()) && free(after) && !part
    })
}

fn around(text: &str, at: usize) -> String {
    let from = text[..at]
        .char_indices()
        .rev()
        .nth(300)
        .map_or(0, |(from, _)| from);
    text[from..].chars().take(600).collect()
}

#[test]
fn the_search_finds_what_it_is_for() {
    let mut unsaid = Unsaid::of_personas();
    unsaid.secret("0123456789abcdef0123456789abcdef0123456789");
    let said = [
        "name=\"ORFEUILLARD\"",
        "Traits { birth_name: \"d’àlembrèthe-nœuvic\" }",
        "D ALEMBRETHE NOEUVIC",
        "born 1987-04-12 in 38185",
        "?q=Percheminier&",
        "tail 6789abcdef0123456789abcdef0123456789",
    ];
    for said in said {
        let found = std::panic::catch_unwind(|| unsaid.check("a test", said));
        assert!(found.is_err(), "{said}");
    }
    for harmless in [
        "http://localhost:38185/",
        "took 0.38185 ms",
        "lucien",
        "018fb81b-38185a",
    ] {
        unsaid.check("a test", harmless);
    }
}
