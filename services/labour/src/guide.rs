//! What the chapter keeps in memory: the search index, and every qualification.
//!
//! One guide is one content of the database. It is made beside the one that answers, and then
//! takes its place at once.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    index::TitleIndex,
    model::{Hit, OccupationLabel, Qualification},
    title::Title,
};

/// A content of the reference, ready to answer.
pub(crate) struct Guide {
    titles: TitleIndex,
    occupations: HashMap<String, OccupationLabel>,
    qualifications: HashMap<String, Arc<Qualification>>,
}

/// What a guide is made from.
#[derive(Default)]
pub(crate) struct Content {
    /// Each occupation with the label of one of its titles; its own label where it has none.
    pub(crate) titles: Vec<(OccupationLabel, String)>,
    /// Every qualification.
    pub(crate) qualifications: Vec<Qualification>,
}

impl Guide {
    /// Makes the guide of `content`. CPU work: see [`TitleIndex::build`].
    pub(crate) fn build(content: Content) -> tantivy::Result<Self> {
        let occupations = content.titles.iter().map(|(occupation, _title)| occupation);
        let occupations = occupations.map(|one| (one.code.clone(), one.clone()));
        let occupations = occupations.collect();
        let titles = content.titles.into_iter();
        let titles = titles
            .map(|(occupation, label)| Title::new(occupation, label))
            .collect();
        let qualifications = content.qualifications.into_iter();
        Ok(Self {
            titles: TitleIndex::build(titles)?,
            occupations,
            qualifications: qualifications
                .map(|one| (one.code.clone(), Arc::new(one)))
                .collect(),
        })
    }

    /// See [`TitleIndex::search`].
    pub(crate) fn search(&self, text: &str, limit: usize) -> tantivy::Result<Vec<Hit>> {
        self.titles.search(text, limit)
    }

    /// The occupation under `code`.
    pub(crate) fn occupation(&self, code: &str) -> Option<OccupationLabel> {
        self.occupations.get(code).cloned()
    }

    /// The qualification under `code`.
    pub(crate) fn qualification(&self, code: &str) -> Option<Arc<Qualification>> {
        self.qualifications.get(code).cloned()
    }
}

/// The guide that answers. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Current(Arc<RwLock<Option<Arc<Guide>>>>);

impl Current {
    /// The guide; none until the first was made.
    pub(crate) fn guide(&self) -> Option<Arc<Guide>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets `guide` answer from now on.
    pub(crate) fn replace(&self, guide: Guide) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(guide));
    }
}
