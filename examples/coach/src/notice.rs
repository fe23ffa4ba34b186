//! The few sentences shown instead of data, in both languages.

use crate::language::Language;

/// Why there is no data to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The worker took her permission back, or it came to its end.
    Withdrawn,
    /// The worker has paused her permission.
    Paused,
    /// The worker said no.
    Declined,
    /// The worker had the app forget her.
    Forgotten,
    /// An answer nobody asked for.
    Stray,
    /// The platform is down or busy.
    Unavailable,
    /// The platform refuses our request, or answers what we cannot read.
    Broken,
    /// No such page.
    Missing,
}

impl Notice {
    /// The heading.
    pub(crate) const fn title(self, language: Language) -> &'static str {
        let (french, english) = match self {
            Self::Withdrawn => (
                "Vous avez repris votre autorisation",
                "You have taken back your permission",
            ),
            Self::Paused => (
                "Vous avez mis votre autorisation en pause",
                "You have paused your permission",
            ),
            Self::Declined => ("Vous avez dit non", "You said no"),
            Self::Forgotten => ("Nous vous avons oublié", "We have forgotten you"),
            Self::Stray => (
                "Cette réponse n’est pas attendue",
                "This answer was not expected",
            ),
            Self::Unavailable => (
                "La plateforme ne répond pas",
                "The platform does not answer",
            ),
            Self::Broken => ("Une erreur de notre côté", "An error on our side"),
            Self::Missing => ("Cette page n’existe pas", "There is no such page"),
        };
        if language.is_french() {
            french
        } else {
            english
        }
    }

    /// The sentences below it.
    pub(crate) const fn sentences(self, language: Language) -> &'static [&'static str] {
        if language.is_french() {
            self.french()
        } else {
            self.english()
        }
    }

    const fn french(self) -> &'static [&'static str] {
        match self {
            Self::Withdrawn => &[
                "Ou bien elle est arrivée à sa fin.",
                "Nous ne lisons plus rien. Rien n’est gardé ici.",
                "Vous pourrez connecter votre dossier à nouveau, si vous le voulez.",
            ],
            Self::Paused => &[
                "Nous ne lisons rien pendant ce temps.",
                "Vous pouvez la reprendre quand vous voulez, dans « Mes autorisations » sur la plateforme.",
            ],
            Self::Declined => &[
                "Nous n’avons rien lu, et c’est très bien ainsi.",
                "Vous pourrez changer d’avis quand vous voudrez.",
            ],
            Self::Forgotten => &[
                "Rien n’est gardé ici.",
                "Vérifiez « Mes autorisations » sur la plateforme : vous y voyez ce qui reste permis.",
            ],
            Self::Stray => &[
                "Nous n’avions rien demandé, ou la demande est trop ancienne.",
                "Par prudence, nous n’avons rien lu. Vous pouvez recommencer.",
            ],
            Self::Unavailable => &[
                "Elle est peut-être en pause pour quelques instants.",
                "Votre autorisation n’a pas changé. Réessayez un peu plus tard.",
            ],
            Self::Broken => &[
                "La plateforme n’a pas compris notre demande, ou nous n’avons pas compris sa réponse.",
                "Vous n’y êtes pour rien. Réessayez plus tard.",
            ],
            Self::Missing => &["L’adresse est peut-être mal écrite."],
        }
    }

    const fn english(self) -> &'static [&'static str] {
        match self {
            Self::Withdrawn => &[
                "Or it has come to its end.",
                "We read nothing any more. Nothing is kept here.",
                "You can connect your record again, if you wish.",
            ],
            Self::Paused => &[
                "We read nothing meanwhile.",
                "You can resume whenever you like, in “My authorisations” on the platform.",
            ],
            Self::Declined => &[
                "We have read nothing, and that is quite all right.",
                "You can change your mind whenever you like.",
            ],
            Self::Forgotten => &[
                "Nothing is kept here.",
                "Look at “My authorisations” on the platform: it shows what is still allowed.",
            ],
            Self::Stray => &[
                "We had asked for nothing, or the request is too old.",
                "To be safe we have read nothing. You can start again.",
            ],
            Self::Unavailable => &[
                "It may be resting for a few moments.",
                "Your permission has not changed. Try again a little later.",
            ],
            Self::Broken => &[
                "The platform did not understand our request, or we did not understand its answer.",
                "It is not your fault. Try again later.",
            ],
            Self::Missing => &["The address may be misspelt."],
        }
    }

    /// Whether connecting is what one would do next; otherwise trying again is.
    pub(crate) const fn may_connect(self) -> bool {
        matches!(
            self,
            Self::Withdrawn | Self::Declined | Self::Forgotten | Self::Stray
        )
    }
}
