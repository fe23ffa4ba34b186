//! Keyset pages: a bounded list and where the next one starts. Never OFFSET.

/// How many items a page may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The most a page may hold.
    pub const MAX: u16 = 200;
    /// What a page holds when nobody says.
    pub const DEFAULT: Self = Self(50);

    /// A limit of 1 to [`MAX`](Self::MAX); nothing outside.
    pub const fn new(limit: u16) -> Option<Self> {
        if limit >= 1 && limit <= Self::MAX {
            Some(Self(limit))
        } else {
            None
        }
    }

    /// One more than the page holds, to learn whether another page follows.
    pub fn and_one(self) -> i64 {
        i64::from(self.0) + 1
    }

    fn size(self) -> usize {
        self.0.into()
    }
}

/// A page of a list, and whether more follows its last item.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Whether the list goes on after the last item.
    pub more: bool,
}

impl<T> Page<T> {
    /// The page out of `limit.and_one()` rows.
    pub fn cut(mut rows: Vec<T>, limit: Limit) -> Self {
        let more = rows.len() > limit.size();
        rows.truncate(limit.size());
        Self { items: rows, more }
    }

    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            more: self.more,
        }
    }
}
