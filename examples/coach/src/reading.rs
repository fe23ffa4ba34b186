//! All that a page needs of the worker's record, read anew for it and then dropped.

use std::collections::BTreeSet;

use crate::{
    propose::Proposed,
    record::{Certificate, Entry, Standing, list, section},
    routes::Coach,
    token::{Connection, refresh},
    trouble::Trouble,
};

/// What was read: of each section nothing where it was not granted.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) skills: Vec<Entry>,
    pub(crate) experiences: Vec<Entry>,
    pub(crate) projects: Vec<Entry>,
    /// Where what was proposed stands.
    pub(crate) standings: Vec<Standing>,
}

/// Where a proposal stands, in this app's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// She has not decided.
    Waiting,
    /// She took it into her record. It is hers: what she does with it later is not told.
    Accepted,
    /// She does not want it.
    Refused,
}

/// Reads, and tells the connection as it is afterwards. A stale token is renewed once; what is still
/// refused after that has been withdrawn. Asks after `proposed` only where there is something to ask
/// after: she finds each question in her journal.
pub(crate) async fn read(
    coach: &Coach,
    mut connection: Connection,
    proposed: &[Proposed],
) -> Result<(Connection, Reading), Trouble> {
    let stale = connection.fresh_until <= (coach.settings.now)();
    if stale {
        connection = refresh(coach, &connection).await?;
    }
    let mut read = read_all(coach, &connection, proposed).await;
    if !stale && matches!(read, Err(Trouble::Withdrawn)) {
        connection = refresh(coach, &connection).await?;
        read = read_all(coach, &connection, proposed).await;
    }
    Ok((connection, read?))
}

async fn read_all(
    coach: &Coach,
    connection: &Connection,
    proposed: &[Proposed],
) -> Result<Reading, Trouble> {
    let mut standings = Vec::new();
    let sections: BTreeSet<&str> = proposed.iter().map(|one| one.section.as_str()).collect();
    for section in sections {
        // She may have taken the section back since.
        if connection.granted.may_fill(section, "title") {
            let path = format!("{section}/proposals");
            standings.extend(list::<Standing>(coach, connection, &path).await?);
        }
    }
    Ok(Reading {
        certificates: section(coach, connection, "certificates").await?,
        skills: section(coach, connection, "skills").await?,
        experiences: section(coach, connection, "experiences").await?,
        projects: section(coach, connection, "projects").await?,
        standings,
    })
}

impl Reading {
    /// Where each of `proposed` stands, as far as the platform tells: what waited for too long it has
    /// forgotten.
    pub(crate) fn standing<'a>(&self, proposed: &'a [Proposed]) -> Vec<(&'a Proposed, State)> {
        let standing = |one: &'a Proposed| {
            let standing = self.standings.iter().find(|known| known.id == one.id)?;
            Some((one, State::of(&standing.state)?))
        };
        proposed.iter().filter_map(standing).collect()
    }

    /// The titles of what she declares in `section`.
    pub(crate) fn titles(&self, section: &str) -> impl Iterator<Item = &str> {
        let entries = match section {
            "skills" => self.skills.as_slice(),
            "experiences" => self.experiences.as_slice(),
            "projects" => self.projects.as_slice(),
            _ => &[],
        };
        entries.iter().filter_map(|entry| entry.title.as_deref())
    }
}

impl State {
    fn of(word: &str) -> Option<Self> {
        match word {
            "waiting" => Some(Self::Waiting),
            "accepted" => Some(Self::Accepted),
            "refused" => Some(Self::Refused),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, State};
    use crate::{propose::Proposed, record::Standing};

    #[test]
    fn of_what_was_proposed_only_what_the_platform_still_tells_of_is_said() {
        let proposed = ["1", "2", "3", "4"].map(|id| Proposed {
            id: id.into(),
            section: "skills".into(),
            title: id.into(),
        });
        let standing = |id: &str, state: &str| Standing {
            id: id.into(),
            state: state.into(),
        };
        let reading = Reading {
            standings: vec![
                standing("4", "refused"),
                standing("1", "accepted"),
                standing("2", "something-new"),
                standing("another", "waiting"),
            ],
            ..Reading::default()
        };
        let told = reading.standing(&proposed);
        let expected = [
            (&proposed[0], State::Accepted),
            (&proposed[3], State::Refused),
        ];
        assert_eq!(told, expected);
    }
}
