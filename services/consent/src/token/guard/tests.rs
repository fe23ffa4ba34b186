//! Blocks that attack whoever evaluates them, and the error by which each is turned away unread.

use biscuit_auth::{
    Biscuit, KeyPair,
    builder::{Algorithm, BlockBuilder, Scope},
    macros::{biscuit, block},
};

use super::{GuardError, guard};

/// A token whose authority grants six sections: enough facts for a join to explode.
fn token() -> Biscuit {
    let sections = [
        "certificates",
        "skills",
        "trainings",
        "badges",
        "diplomas",
        "projects",
    ];
    let rights: String = sections
        .map(|section| format!("right(\"{section}\", \"read\");"))
        .concat();
    biscuit!("subject(\"w\"); check if time($t), $t < 2099-01-01T00:00:00Z;")
        .code(rights)
        .unwrap()
        .build(&KeyPair::new())
        .unwrap()
}

/// What the guard says of a token to which `code` was appended.
fn judged(code: &str) -> Result<(), GuardError> {
    let block = BlockBuilder::new().code(code).unwrap();
    guard(&token().append(block).unwrap().to_vec().unwrap())
}

/// Facts of the attacker's own, to join.
fn facts(count: usize) -> String {
    let facts: Vec<_> = (0..count).map(|number| format!("z({number});")).collect();
    facts.concat()
}

#[test]
fn what_only_narrows_is_let_through() {
    assert_eq!(
        guard(&token().to_vec().unwrap()),
        Ok(()),
        "nothing appended"
    );
    for code in [
        "check if operation(\"read\");",
        "check if section(\"certificates\") or section(\"skills\");",
        "check if time($t), $t < 2030-01-01T00:00:00Z;",
        "check all right($s, $o), [\"certificates\", \"skills\"].contains($s);",
        "reject if section(\"identity\");",
        "check if section($s), operation($o), right($s, $o), $s.starts_with(\"c\");",
    ] {
        assert_eq!(judged(code), Ok(()), "{code}");
    }
    let sealed = token()
        .append(block!("check if operation(\"read\");"))
        .unwrap()
        .seal()
        .unwrap();
    assert_eq!(
        guard(&sealed.to_vec().unwrap()),
        Ok(()),
        "sealed: nobody can append any more"
    );
}

#[test]
fn facts_and_rules_are_refused_even_where_nobody_would_believe_them() {
    for code in [
        "right(\"identity\", \"read\");".to_owned(),
        "right($s, \"read\") <- section($s);".to_owned(),
        facts(20) + "r($a) <- z($a), z($b), z($c), z($d), $a + $b + $c + $d < 0;",
        facts(12) + "check if z($a), z($b), z($c), z($d), z($e), $a + $e < 0;",
        facts(12) + "reject if z($a), z($b), z($c), z($d), $a + $d < 0;",
    ] {
        assert_eq!(judged(&code), Err(GuardError::NotOnlyChecks), "{code}");
    }
}

#[test]
fn a_join_over_the_authoritys_own_facts_is_refused() {
    let six = "right($a, $b), right($c, $d), right($e, $f), right($g, $h), right($i, $j), \
               right($k, $l), $a == \"zz\"";
    let four = "right($a, $b), right($c, $d), right($e, $f), right($g, $h)";
    for query in [six, four] {
        for kind in ["check if", "check all", "reject if"] {
            let code = format!("{kind} {query};");
            assert_eq!(judged(&code), Err(GuardError::TooComplex), "{code}");
        }
        let hidden = format!("check if section(\"skills\") or {query};");
        assert_eq!(
            judged(&hidden),
            Err(GuardError::TooComplex),
            "in the second query"
        );
    }
}

#[test]
fn regular_expressions_closures_and_foreign_functions_are_refused() {
    let within = |inner: String, name: char| {
        format!("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(${name} -> {inner})")
    };
    let nested = ('a'..='e').fold("true".to_owned(), within);
    for code in [
        "check if section($s), $s.matches(\"(((a{50}){50}){20})*b\");".to_owned(),
        format!("check if {nested};"),
        "check if [1, 2].any($x -> $x > 1);".to_owned(),
        "check if true || false;".to_owned(),
        "check if section($s), $s.extern::anything();".to_owned(),
        "check if section($s), $s.extern::anything(1);".to_owned(),
    ] {
        assert_eq!(judged(&code), Err(GuardError::Operation), "{code}");
    }
}

#[test]
fn many_checks_queries_expressions_or_operations_are_refused() {
    let repeated = |part: &str, count: usize, between: &str| vec![part; count].join(between);
    for (most, code) in [
        (
            8,
            &(|count| repeated("check if true;", count, "")) as &dyn Fn(usize) -> String,
        ),
        (8, &|count| {
            format!(
                "check if {};",
                repeated("operation(\"read\")", count, " or ")
            )
        }),
        (6, &|count| {
            format!("check if {};", repeated("1 < 2", count, ", "))
        }),
        // One operand more than `count`, and as many operators.
        (15, &|count| {
            format!("check if 0 < {};", repeated("1", count, " + "))
        }),
    ] {
        assert_eq!(judged(&code(most)), Ok(()), "{}", code(most));
        let over = code(most + 1);
        assert_eq!(judged(&over), Err(GuardError::TooComplex), "{over}");
    }
}

#[test]
fn large_blocks_many_blocks_and_large_tokens_are_refused_before_they_are_read() {
    let long = format!("check if section(\"{}\");", "a".repeat(2_048));
    assert_eq!(judged(&long), Err(GuardError::TooLarge));
    let mut many = token();
    for _ in 0..8 {
        many = many
            .append(block!("check if operation(\"read\");"))
            .unwrap();
    }
    assert_eq!(
        guard(&many.to_vec().unwrap()),
        Ok(()),
        "eight blocks are the most"
    );
    let many = many
        .append(block!("check if operation(\"read\");"))
        .unwrap();
    assert_eq!(guard(&many.to_vec().unwrap()), Err(GuardError::TooLarge));
    assert_eq!(guard(&[0; 8_193]), Err(GuardError::TooLarge));
}

#[test]
fn a_third_partys_block_is_refused_and_so_is_trust_in_one() {
    let (theirs, token) = (KeyPair::new(), token());
    let request = token.third_party_request().unwrap();
    let signed = request.create_block(&theirs.private(), block!("check if operation(\"read\");"));
    let appended = token
        .append_third_party(theirs.public(), signed.unwrap())
        .unwrap();
    assert_eq!(
        guard(&appended.to_vec().unwrap()),
        Err(GuardError::ThirdParty)
    );
    let key = theirs.public().to_string();
    for trusting in [
        format!("check if right(\"identity\", \"read\") trusting {key};"),
        "check if operation(\"read\") trusting previous;".to_owned(),
    ] {
        assert_eq!(judged(&trusting), Err(GuardError::ThirdParty), "{trusting}");
    }
    let whole = block!("check if operation(\"read\");").scope(Scope::Previous);
    let appended = token.append(whole).unwrap().to_vec().unwrap();
    assert_eq!(
        guard(&appended),
        Err(GuardError::ThirdParty),
        "a scope for the whole block"
    );
}

#[test]
fn a_block_that_passes_the_token_on_to_a_malleable_key_is_refused() {
    let next = KeyPair::new_with_algorithm(Algorithm::Secp256r1);
    let block = block!("check if operation(\"read\");");
    let appended = token().append_with_keypair(&next, block).unwrap();
    assert_eq!(guard(&appended.to_vec().unwrap()), Err(GuardError::Key));
}

#[test]
fn what_is_no_biscuit_is_refused() {
    assert_eq!(guard(b"\xff\xff\xff"), Err(GuardError::Malformed));
    let whole = token().to_vec().unwrap();
    for cut in [1, whole.len() / 2, whole.len() - 1] {
        assert_eq!(
            guard(&whole[..cut]),
            Err(GuardError::Malformed),
            "cut at {cut}"
        );
    }
}
