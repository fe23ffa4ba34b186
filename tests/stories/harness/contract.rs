//! The contract: every reply that a story receives is held to `openapi/cpf.json`.

use std::sync::LazyLock;

use reqwest::{Response, header};
use serde_json::{Map, Value, json};

use super::root;

/// The committed document.
pub(crate) struct Contract(Value);

/// A reply that kept the contract.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: header::HeaderMap,
    /// The JSON body; null when there is none.
    pub(crate) body: Value,
}

impl Reply {
    /// The status, and the name of the problem or of the OAuth error; nothing for neither.
    pub(crate) fn verdict(&self) -> (u16, &str) {
        let named = self.body["type"].as_str().or(self.body["error"].as_str());
        let name = named.and_then(|named| named.rsplit('/').next());
        (self.status, name.unwrap_or_default())
    }
}

/// The contract of this build.
pub(crate) fn contract() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let text = std::fs::read_to_string(root().join("openapi/cpf.json")).unwrap();
        Contract(serde_json::from_str(&text).unwrap())
    });
    &CONTRACT
}

/// Every operation: method, path template, and what the document says of it.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let paths = contract().0["paths"].as_object().unwrap();
    let methods = |path: &String, item: &Value| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter()
            .filter(|(method, _)| ["get", "put", "post", "patch", "delete"].contains(&&**method))
            .map(move |(method, operation)| (method, path.clone(), operation))
            .collect::<Vec<_>>()
    };
    paths
        .iter()
        .flat_map(|(path, item)| methods(path, item))
        .collect()
}

impl Contract {
    /// The whole document.
    pub(crate) fn document(&self) -> &Value {
        &self.0
    }

    /// The schema named `name`.
    pub(crate) fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// Holds `response` to what the document says of `method` on the path template `path`.
    pub(crate) async fn hold(&self, method: &str, path: &str, response: Response) -> Reply {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap();
        let operation = &self.0["paths"][path][method];
        assert!(
            operation.is_object(),
            "{method} {path} is not in the document"
        );
        let described = &operation["responses"][status.to_string()];
        assert!(
            described.is_object(),
            "{method} {path} answered {status}, which is not in the document: {}",
            String::from_utf8_lossy(&bytes)
        );
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .map(|value| value.to_str().unwrap());
        let media_type = media_type.and_then(|value| value.split(';').next());
        let body = match (media_type, described["content"].as_object()) {
            (None, _) => {
                assert!(
                    bytes.is_empty(),
                    "{method} {path}: a body without a media type"
                );
                Value::Null
            }
            (Some(media_type), content) => {
                let schema = content.and_then(|content| content.get(media_type));
                let schema = schema.unwrap_or_else(|| {
                    panic!("{method} {path} {status}: {media_type} is not in the document")
                });
                self.check_body(method, path, media_type, &schema["schema"], &bytes)
            }
        };
        Reply {
            status,
            headers,
            body,
        }
    }

    fn check_body(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        schema: &Value,
        bytes: &[u8],
    ) -> Value {
        if !media_type.ends_with("json") {
            return Value::String(String::from_utf8(bytes.to_vec()).unwrap());
        }
        let body: Value = serde_json::from_slice(bytes).unwrap();
        let mut whole: Map<String, Value> = schema.as_object().unwrap().clone();
        whole.insert("components".into(), self.0["components"].clone());
        let validator = jsonschema::validator_for(&json!(whole)).unwrap();
        let flaws: Vec<_> = validator
            .iter_errors(&body)
            .map(|flaw| format!("{}: {flaw}", flaw.instance_path()))
            .collect();
        assert!(flaws.is_empty(), "{method} {path}: {flaws:#?}\n{body:#}");
        body
    }
}
