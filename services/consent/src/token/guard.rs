//! What a foreign block may say: only less.
//!
//! Anyone who holds a Biscuit may append blocks to it. Blocks are programs, and the library's time
//! limit does not interrupt a join: a token of 1.2 kB was measured to burn 8.7 s. So before
//! anything is evaluated, every appended block is held to a shape that can only restrict and whose
//! evaluation is bounded: checks alone, of few and small queries, with no facts, no rules, no
//! regular expressions and no closures.

use biscuit_auth::format::schema::{self, Biscuit, Block, Check, Rule, op, op_binary, public_key};
use prost::Message;

/// The longest token, in bytes.
const TOKEN: usize = 8_192;
/// The most appended blocks.
const BLOCKS: usize = 8;
/// The longest appended block, in bytes.
const BLOCK: usize = 2_048;
/// The most checks of a block, and queries of a check.
const CHECKS: usize = 8;
/// The most predicates of a query: their join is evaluated over the authority's facts.
const PREDICATES: usize = 3;
/// The most expressions of a query, and operations of an expression.
const EXPRESSIONS: usize = 6;
const OPERATIONS: usize = 32;

/// Why a token is not even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Not a Biscuit.
    #[error("not a Biscuit")]
    Malformed,
    /// Longer, or of more blocks, than allowed.
    #[error("the token is larger than 8,192 bytes or 8 appended blocks of 2,048 bytes")]
    TooLarge,
    /// A key that is not Ed25519: other signatures are malleable.
    #[error("a block names a key that is not Ed25519")]
    Key,
    /// A block signed by a third party.
    #[error("a block is signed by a third party")]
    ThirdParty,
    /// A block that states facts or rules.
    #[error("an appended block states facts or rules")]
    NotOnlyChecks,
    /// More checks, queries, predicates or expressions than allowed.
    #[error("an appended block checks more than is evaluated")]
    TooComplex,
    /// A regular expression, a closure or a foreign function.
    #[error("an appended block uses an operation that is not evaluated")]
    Operation,
}

/// Holds the serialised token `raw` to the shape above.
pub fn guard(raw: &[u8]) -> Result<(), GuardError> {
    if raw.len() > TOKEN {
        return Err(GuardError::TooLarge);
    }
    let token = Biscuit::decode(raw).map_err(|_not_protobuf| GuardError::Malformed)?;
    if token.blocks.len() > BLOCKS {
        return Err(GuardError::TooLarge);
    }
    for signed in std::iter::once(&token.authority).chain(&token.blocks) {
        if signed.next_key.algorithm != i32::from(public_key::Algorithm::Ed25519) {
            return Err(GuardError::Key);
        }
        if signed.external_signature.is_some() {
            return Err(GuardError::ThirdParty);
        }
    }
    token.blocks.iter().try_for_each(|signed| {
        if signed.block.len() > BLOCK {
            return Err(GuardError::TooLarge);
        }
        let block = Block::decode(&*signed.block).map_err(|_not_protobuf| GuardError::Malformed)?;
        guard_block(&block)
    })
}

fn guard_block(block: &Block) -> Result<(), GuardError> {
    if !block.facts.is_empty() || !block.rules.is_empty() {
        return Err(GuardError::NotOnlyChecks);
    }
    if !block.public_keys.is_empty() || !block.scope.is_empty() {
        return Err(GuardError::ThirdParty);
    }
    if block.checks.len() > CHECKS {
        return Err(GuardError::TooComplex);
    }
    block.checks.iter().try_for_each(guard_check)
}

fn guard_check(check: &Check) -> Result<(), GuardError> {
    if check.queries.len() > CHECKS {
        return Err(GuardError::TooComplex);
    }
    check.queries.iter().try_for_each(guard_query)
}

fn guard_query(query: &Rule) -> Result<(), GuardError> {
    if !query.scope.is_empty() {
        return Err(GuardError::ThirdParty);
    }
    if !query.head.terms.is_empty() {
        // Of a query that asks whether, the library writes no head; one with terms would state them.
        return Err(GuardError::NotOnlyChecks);
    }
    let small = query.body.len() <= PREDICATES
        && query.expressions.len() <= EXPRESSIONS
        && query
            .expressions
            .iter()
            .all(|expression| expression.ops.len() <= OPERATIONS);
    if !small {
        return Err(GuardError::TooComplex);
    }
    let mut operations = query
        .expressions
        .iter()
        .flat_map(|expression| &expression.ops);
    if operations.all(is_evaluated) {
        Ok(())
    } else {
        Err(GuardError::Operation)
    }
}

/// Whether an operation takes bounded time and calls nothing.
fn is_evaluated(operation: &schema::Op) -> bool {
    match &operation.content {
        Some(op::Content::Value(_)) => true,
        Some(op::Content::Unary(unary)) => unary.ffi_name.is_none(),
        Some(op::Content::Binary(binary)) => {
            binary.ffi_name.is_none() && binary.kind != i32::from(op_binary::Kind::Regex)
        }
        Some(op::Content::Closure(_)) | None => false,
    }
}

#[cfg(test)]
mod tests;
