//! Token exchange (RFC 8693): what a form says to trade a token for a short one under a sub-service's
//! own key. Sending it is your HTTP client's part.

/// The grant type of token exchange (RFC 8693 §2.1).
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// What is traded, and what is given (RFC 8693 §3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// How an app says who it is (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The fields, by name, of the form that trades `token`, narrowed or not, at the token endpoint. The
/// app that the token was issued to sends it, with an `assertion` of its own, fresh for this request;
/// the `DPoP` header carries a proof that the sub-service signed, whose key the new token is bound to.
///
/// The form holds two secrets: it goes over TLS, and into no log.
pub fn exchange<'a>(token: &'a str, assertion: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", token.trim()),
        ("subject_token_type", ACCESS_TOKEN),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.trim()),
    ]
}

#[cfg(test)]
mod tests {
    use super::exchange;

    #[test]
    fn the_form_names_each_field_once_and_says_the_secrets_as_they_are() {
        let form = exchange("a.token==\n", "an.assertion");
        let value = |name| {
            let mut values = form.iter().filter(|(known, _)| *known == name);
            let (_, value) = values.next().unwrap();
            assert_eq!(values.next(), None, "{name}");
            *value
        };
        assert_eq!(value("subject_token"), "a.token==");
        assert_eq!(value("client_assertion"), "an.assertion");
        for (name, tail) in [
            ("grant_type", ":grant-type:token-exchange"),
            ("subject_token_type", ":token-type:access_token"),
            ("client_assertion_type", ":client-assertion-type:jwt-bearer"),
        ] {
            assert!(value(name).ends_with(tail), "{name}");
        }
    }
}
