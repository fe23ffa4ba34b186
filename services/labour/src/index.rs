//! The search index over job titles, in memory: a tantivy index of folded words.
//!
//! The index finds titles and says how well their words match; [`Title::bonus`] then weighs each
//! title as a whole. Relevance statistics (BM25) are deliberately absent: a person who types
//! “agent” does not mean the rarest title that has the word.

use std::collections::HashSet;

use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::TopDocs,
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

/// How closely a word must match.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// The word, or one that begins with it.
    AsTyped,
    /// With typing errors too.
    Forgiving,
}

/// The titles of one release, searchable.
pub(crate) struct TitleIndex {
    titles: Vec<Title>,
    reader: IndexReader,
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
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            titles,
            reader,
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
        let mut found = Found::new(limit);
        found.add(self.ranked(&typed, Reading::AsTyped, all)?);
        if found.hits.len() < limit {
            found.add(self.ranked(&typed, Reading::Forgiving, all)?);
        }
        if found.hits.is_empty() && all > 1 {
            found.add(self.ranked(&typed, Reading::Forgiving, all - 1)?);
        }
        Ok(found.hits)
    }

    /// The titles in which at least `enough` of the typed words are found, best first.
    fn ranked(
        &self,
        typed: &Typed,
        reading: Reading,
        enough: usize,
    ) -> tantivy::Result<Vec<&Title>> {
        let words = typed
            .words()
            .iter()
            .map(|word| matching(self.words, word, reading));
        let words = BooleanQuery::union_with_minimum_required_clauses(words.collect(), enough);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(words))];
        if let Some(first) = typed.words().first() {
            clauses.push((Occur::Should, matching(self.openings, first, reading)));
        }
        let searcher = self.reader.searcher();
        let best = searcher.search(
            &BooleanQuery::new(clauses),
            &TopDocs::with_limit(CANDIDATES).order_by_score(),
        )?;
        let mut weighed = Vec::with_capacity(best.len());
        for (score, document) in best {
            if let Some(title) = self.title(&searcher, document)? {
                weighed.push((score + title.bonus(typed), title));
            }
        }
        weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(weighed.into_iter().map(|(_, title)| title).collect())
    }

    fn title(&self, searcher: &Searcher, document: DocAddress) -> tantivy::Result<Option<&Title>> {
        let segment = searcher.segment_reader(document.segment_ord);
        let place = segment.fast_fields().u64(PLACE)?.first(document.doc_id);
        let place = place.and_then(|place| usize::try_from(place).ok());
        Ok(place.and_then(|place| self.titles.get(place)))
    }
}

/// Documents of which a word of `field` reads like `word`. The closest reading counts alone.
fn matching(field: Field, word: &str, reading: Reading) -> Box<dyn Query> {
    let term = Term::from_field_text(field, word);
    let worth = |query: Box<dyn Query>, score: f32| -> Box<dyn Query> {
        Box::new(ConstScoreQuery::new(query, score))
    };
    let mut readings = vec![
        worth(
            Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)),
            10.0,
        ),
        worth(
            Box::new(FuzzyTermQuery::new_prefix(term.clone(), 0, true)),
            7.0,
        ),
    ];
    if reading == Reading::Forgiving {
        let letters = word.chars().count();
        let errors = [(1, 4, 4.0, 3.0), (2, 8, 2.0, 1.0)];
        for (errors, _, whole, begun) in errors
            .into_iter()
            .filter(|(_, least, ..)| letters >= *least)
        {
            readings.push(worth(
                Box::new(FuzzyTermQuery::new(term.clone(), errors, true)),
                whole,
            ));
            readings.push(worth(
                Box::new(FuzzyTermQuery::new_prefix(term.clone(), errors, true)),
                begun,
            ));
        }
    }
    Box::new(DisjunctionMaxQuery::new(readings))
}

/// The answer in the making: one hit for each occupation, the first title met.
struct Found {
    limit: usize,
    hits: Vec<Hit>,
    codes: HashSet<String>,
}

impl Found {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            hits: Vec::new(),
            codes: HashSet::new(),
        }
    }

    fn add(&mut self, titles: Vec<&Title>) {
        for title in titles {
            if self.hits.len() == self.limit {
                return;
            }
            if self.codes.insert(title.occupation.code.clone()) {
                self.hits.push(Hit {
                    occupation: title.occupation.clone(),
                    appellation: title.label.clone(),
                });
            }
        }
    }
}
