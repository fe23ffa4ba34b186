//! The search index over job titles, in memory: a tantivy index of folded words.
//!
//! The index finds titles and says how well their words match; [`Title::bonus`] then weighs each
//! title as a whole. Relevance statistics (BM25) are deliberately absent: a person who types
//! “agent” does not mean the rarest title that has the word.

use std::collections::HashSet;

use tantivy::{
    DocAddress, Index, IndexWriter, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    columnar::Column,
    query::{
        BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery,
    },
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, WhitespaceTokenizer},
};

use crate::{
    model::Hit,
    title::{Title, Typed},
};

/// How many titles are weighed as a whole: those whose words match best.
const CANDIDATES: usize = 160;
/// What the builder may hold before it writes, in bytes: above what all titles need.
const BUILD_MEMORY: usize = 15_000_000;
/// The field that says which title a document is.
const PLACE: &str = "place";

/// How closely words must match. The closest reading that finds something is the answer.
#[derive(Clone, Copy)]
enum Reading {
    /// The words, the beginning of a word for the last one.
    AsTyped,
    /// The same with so many typing errors in each word that is long enough.
    Mistyped(u8),
}

/// The titles of one release, searchable.
pub(crate) struct TitleIndex {
    titles: Vec<Title>,
    searcher: Searcher,
    /// For each segment, which title each of its documents is.
    places: Vec<Column<u64>>,
    words: Field,
    openings: Field,
}

impl TitleIndex {
    /// Indexes `titles`. CPU work of some hundred milliseconds for a whole release.
    pub(crate) fn build(mut titles: Vec<Title>) -> tantivy::Result<Self> {
        // Equal scores come out in this order: what says least first, occupations before titles.
        titles.sort_by_cached_key(|title| {
            let letters = title.label.chars().count();
            (
                title.length(),
                !title.is_principal(),
                letters,
                title.label.clone(),
            )
        });
        let mut schema = Schema::builder();
        let folded = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("folded")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let words = schema.add_text_field("words", folded.clone());
        let openings = schema.add_text_field("openings", folded);
        let place = schema.add_u64_field(PLACE, FAST);
        let index = Index::create_in_ram(schema.build());
        index
            .tokenizers()
            .register("folded", TextAnalyzer::from(WhitespaceTokenizer::default()));
        let mut writer: IndexWriter = index.writer_with_num_threads(1, BUILD_MEMORY)?;
        for (at, title) in (0_u64..).zip(&titles) {
            let mut document = TantivyDocument::default();
            document.add_text(words, title.words());
            document.add_text(openings, title.openings());
            document.add_u64(place, at);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let searcher = index.reader()?.searcher();
        let segments = searcher.segment_readers().iter();
        let places = segments.map(|segment| segment.fast_fields().u64(PLACE));
        let places = places.collect::<tantivy::Result<_>>()?;
        Ok(Self {
            titles,
            searcher,
            places,
            words,
            openings,
        })
    }

    /// The occupations that `text` may mean, the likeliest first, each with its best title.
    pub(crate) fn search(&self, text: &str, limit: usize) -> tantivy::Result<Vec<Hit>> {
        let typed = Typed::new(text);
        let all = typed.words().len();
        if all == 0 {
            return Ok(Vec::new());
        }
        let readings = [Reading::AsTyped, Reading::Mistyped(1), Reading::Mistyped(2)];
        for reading in readings {
            let found = self.ranked(&typed, reading, all)?;
            if !found.is_empty() {
                return Ok(distinct(found, limit));
            }
        }
        if all == 1 {
            return Ok(Vec::new());
        }
        // One word too many, or one that no title has.
        Ok(distinct(
            self.ranked(&typed, Reading::Mistyped(1), all - 1)?,
            limit,
        ))
    }

    /// The titles in which at least `enough` of the typed words are found, best first.
    fn ranked(
        &self,
        typed: &Typed,
        reading: Reading,
        enough: usize,
    ) -> tantivy::Result<Vec<&Title>> {
        let last = typed.words().len() - 1;
        let words = typed.words().iter().enumerate();
        let words = words.map(|(at, word)| matching(self.words, word, at == last, reading));
        let words = BooleanQuery::union_with_minimum_required_clauses(words.collect(), enough);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(words))];
        if let (Reading::AsTyped, Some(first)) = (reading, typed.words().first()) {
            let opening = matching(self.openings, first, last == 0, reading);
            clauses.push((Occur::Should, opening));
        }
        let best = self.searcher.search(
            &BooleanQuery::new(clauses),
            &TopDocs::with_limit(CANDIDATES).order_by_score(),
        )?;
        let mut weighed: Vec<(f32, &Title)> = best
            .into_iter()
            .filter_map(|(score, document)| {
                let title = self.title(document)?;
                Some((score + title.bonus(typed), title))
            })
            .collect();
        weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(weighed.into_iter().map(|(_, title)| title).collect())
    }

    fn title(&self, document: DocAddress) -> Option<&Title> {
        let segment = usize::try_from(document.segment_ord).ok()?;
        let place = self.places.get(segment)?.first(document.doc_id)?;
        self.titles.get(usize::try_from(place).ok()?)
    }
}

/// Documents of which a word of `field` reads like `word`, or begins so if it may be half typed.
/// The closest match counts alone.
fn matching(field: Field, word: &str, half_typed: bool, reading: Reading) -> Box<dyn Query> {
    let term = Term::from_field_text(field, word);
    let worth = |query: Box<dyn Query>, score: f32| -> Box<dyn Query> {
        Box::new(ConstScoreQuery::new(query, score))
    };
    let exactly: Box<dyn Query> = Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic));
    let mut readings = vec![worth(exactly, 10.0)];
    let letters = word.chars().count();
    let errors = match reading {
        Reading::AsTyped => 0,
        Reading::Mistyped(most) => most.min(forgiven(letters)),
    };
    // People shorten every word, not only the last: “dev web”.
    if half_typed || (errors == 0 && letters >= 3) {
        let begun = FuzzyTermQuery::new_prefix(term, errors, true);
        readings.push(worth(Box::new(begun), 7.0));
    } else if errors > 0 {
        readings.push(worth(
            Box::new(FuzzyTermQuery::new(term, errors, true)),
            7.0,
        ));
    }
    Box::new(DisjunctionMaxQuery::new(readings))
}

/// How many typing errors are forgiven in a word of so many letters.
const fn forgiven(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Each occupation once, by the first of its titles.
fn distinct(titles: Vec<&Title>, limit: usize) -> Vec<Hit> {
    let mut codes = HashSet::new();
    titles
        .into_iter()
        .filter(|title| codes.insert(title.occupation.code.as_str()))
        .take(limit)
        .map(|title| Hit {
            occupation: title.occupation.clone(),
            appellation: title.label.clone(),
        })
        .collect()
}
