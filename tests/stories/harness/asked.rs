//! What apps of the stories ask for.

use serde_json::{Value, json};

/// What the coaching app asks for.
pub(crate) fn asked() -> Value {
    json!([{
        "type": "cpf_record",
        "actions": ["read"],
        "sections": ["certificates", "skills"],
        "essential": ["certificates"],
        "purpose": "career_guidance",
        "duration": "P90D",
        "frequency": "ongoing",
        "retention": "P30D",
    }])
}

/// What an app asks that reads certificates and skills, and may propose both.
pub(crate) fn asked_to_propose() -> Value {
    let mut asked = asked();
    asked[0]["actions"] = json!(["read", "propose"]);
    asked
}
