//! Lists, a page at a time, and the cursor that goes on after the last item.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Limit, Page};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
    },
};

use super::{Problem, parameters::invalid, reply::reference, text::check_json};

/// Which page of a list is asked for: take it as `Query<Paging>`.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where to go on: `next` of the page before, unread and unchanged.
    after: Option<String>,
}

impl Paging {
    /// The limit asked for, or the usual one.
    pub fn limit(&self) -> Result<Limit, Problem> {
        let Some(limit) = self.limit else {
            return Ok(Limit::DEFAULT);
        };
        Limit::new(limit).ok_or_else(|| {
            let detail = format!("expected a number from 1 to {}", Limit::MAX);
            invalid("limit", "out-of-range", detail)
        })
    }

    /// The key of the last item already seen.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.after.as_deref().map(read_cursor).transpose()
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct PageOf<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    /// The page of `found`, each item as `wire` shows it; `key` is what the list is ordered by,
    /// whole enough to tell two items apart.
    pub fn of<I, K: Serialize>(
        found: Page<I>,
        key: impl FnOnce(&I) -> K,
        wire: impl FnMut(I) -> T,
    ) -> Self {
        let last = found.items.last().filter(|_| found.more);
        let next = last.map(|item| write_cursor(&key(item)));
        Self {
            items: found.items.into_iter().map(wire).collect(),
            next,
        }
    }
}

impl<T: ToSchema> PartialSchema for PageOf<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(reference::<T>())
            .description(Some("The items, in the list's order."));
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some(
                "What to send as `after` for the next page; absent on the last.",
            ));
        ObjectBuilder::new()
            .property("items", items)
            .property("next", next)
            .required("items")
            .into()
    }
}

impl<T: ToSchema> ToSchema for PageOf<T> {
    fn name() -> Cow<'static, str> {
        format!("{PREFIX}{}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

const PREFIX: &str = "PageOf";

/// A page is written where it is used: its name would say no more than its two fields.
pub(super) fn is_page(name: &str) -> bool {
    name.starts_with(PREFIX)
}

fn write_cursor<K: Serialize>(key: &K) -> String {
    #[expect(clippy::expect_used, reason = "keys are ids, numbers and text")]
    let key = serde_json::to_vec(key).expect("a key is plain data");
    URL_SAFE_NO_PAD.encode(key)
}

/// The key that a cursor of ours holds.
pub fn read_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K, Problem> {
    let key = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .filter(|key| check_json(key).is_ok());
    key.and_then(|key| serde_json::from_slice(&key).ok())
        .ok_or_else(|| {
            invalid(
                "after",
                "not-a-cursor",
                "expected `next` of the page before",
            )
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{read_cursor, write_cursor};

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_the_key_it_was(text in "[^\0]*", number: i64, id: u128) {
            let key = (text, number, Uuid::from_u128(id));
            prop_assert_eq!(read_cursor::<(String, i64, Uuid)>(&write_cursor(&key)).unwrap(), key);
        }

        #[test]
        fn what_is_not_a_cursor_is_refused_without_harm(cursor in ".*") {
            prop_assert!(read_cursor::<(String, i64, Uuid)>(&cursor).is_err());
        }
    }

    #[test]
    fn a_cursor_brings_no_nul() {
        let cursor = write_cursor(&"a\0b");
        assert!(read_cursor::<String>(&cursor).is_err());
    }
}
