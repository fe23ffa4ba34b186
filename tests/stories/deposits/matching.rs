//! The official cascade, over people who have signed in: what agrees, what contradicts, what
//! decides.

use super::{
    Certifier, Stored,
    flux::{self, Passage},
};
use crate::harness::{Browser, Platform};

/// A passage with the verdict it must meet, and the trait that must decide.
type Case = (Passage, &'static str, &'static str);

fn named(id: &'static str, birth_name: &'static str, first_name: &'static str) -> Passage {
    Passage {
        birth_name,
        first_name,
        ..Passage::of_lucie(id)
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn of_lucie() -> Vec<Case> {
    let lucie = Passage::of_lucie;
    vec![
        (lucie("L-01"), "matched", "mandatory_traits"),
        (
            named("L-02", "ORFEUILLARD", "LUCIE"),
            "matched",
            "mandatory_traits",
        ),
        (
            named("L-03", "Orfeuillard", "Lucienne"),
            "waiting",
            "mandatory_traits",
        ),
        (
            Passage {
                sex: "M",
                ..lucie("L-04")
            },
            "waiting",
            "mandatory_traits",
        ),
        (
            Passage {
                year: 1988,
                ..lucie("L-05")
            },
            "waiting",
            "mandatory_traits",
        ),
        (
            Passage {
                day: Some(13),
                ..lucie("L-06")
            },
            "waiting",
            "birth_date",
        ),
        (
            Passage {
                month: Some(5),
                ..lucie("L-07")
            },
            "waiting",
            "birth_date",
        ),
        (
            Passage {
                day: None,
                ..lucie("L-08")
            },
            "matched",
            "mandatory_traits",
        ),
        (
            Passage {
                day: None,
                month: None,
                ..lucie("L-09")
            },
            "matched",
            "mandatory_traits",
        ),
        (
            Passage {
                day: None,
                month: Some(3),
                ..lucie("L-10")
            },
            "waiting",
            "birth_date",
        ),
        (
            Passage {
                birthplace: Some("38544"),
                ..lucie("L-11")
            },
            "waiting",
            "birthplace",
        ),
        (
            Passage {
                birthplace: None,
                ..lucie("L-12")
            },
            "matched",
            "mandatory_traits",
        ),
    ]
}

/// People of whom not everything is known, or whose names are written in several ways.
#[expect(clippy::too_many_lines, reason = "a table")]
fn of_others() -> Vec<Case> {
    let born = |year, month, day, birthplace, passage| Passage {
        year,
        month,
        day,
        birthplace,
        ..passage
    };
    let rachida = |id| named(id, "Ouzergane", "Rachida");
    let tiemorou = |id| Passage {
        sex: "M",
        ..named(id, "Kassambala", "Tiemorou")
    };
    let anselme = |id, first| {
        let his = Passage {
            sex: "M",
            ..named(id, "Grimaudel", first)
        };
        born(1975, Some(1), Some(30), Some("21231"), his)
    };
    let anna = |id, first| {
        born(
            1994,
            Some(6),
            Some(21),
            Some("2A004"),
            named(id, "Poghjulacci", first),
        )
    };
    let eloise = named("E-1", "D ALEMBRETHE NOEUVIC", "eloise");
    vec![
        (
            born(1982, Some(9), Some(17), None, rachida("R-1")),
            "matched",
            "mandatory_traits",
        ),
        (
            born(1982, Some(8), Some(17), None, rachida("R-2")),
            "waiting",
            "birth_date",
        ),
        (
            born(1970, Some(5), Some(6), None, tiemorou("T-1")),
            "matched",
            "mandatory_traits",
        ),
        (
            born(1970, None, None, None, tiemorou("T-2")),
            "matched",
            "mandatory_traits",
        ),
        (anselme("G-1", "Anselme"), "matched", "mandatory_traits"),
        (
            anselme("G-2", "Anselme Victorin"),
            "matched",
            "mandatory_traits",
        ),
        (anselme("G-3", "Victorin"), "waiting", "mandatory_traits"),
        (anna("P-1", "ANNA LISANDRA"), "matched", "mandatory_traits"),
        (
            born(1998, Some(12), Some(5), None, eloise),
            "matched",
            "mandatory_traits",
        ),
        (Passage::of_julien("J-1", None), "ambiguous", "birthplace"),
        (
            Passage::of_julien("J-2", Some("35238")),
            "matched",
            "birthplace",
        ),
        (
            Passage::of_julien("J-3", Some("44109")),
            "matched",
            "birthplace",
        ),
        (
            Passage::of_julien("J-4", Some("75056")),
            "waiting",
            "birthplace",
        ),
        (
            Passage {
                day: Some(27),
                ..Passage::of_julien("J-5", None)
            },
            "waiting",
            "birth_date",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cascade_decides_by_names_then_by_the_birth_date_then_by_the_birthplace() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    for persona in [
        "plain",
        "month-only",
        "year-only",
        "several-first-names",
        "corsica",
        "accents",
        "homonym-rennes",
        "homonym-nantes",
    ] {
        Browser::of(&platform, persona).await;
    }
    let cases = [of_lucie(), of_others()].concat();
    let passages: Vec<_> = cases.iter().map(|(passage, ..)| passage.clone()).collect();
    let report = certifier.deposit(flux::of(&passages)).await;
    let found: Vec<_> = report
        .passages()
        .iter()
        .map(|passage| {
            [
                &passage["technical_id"],
                &passage["verdict"],
                &passage["decided_by"],
            ]
        })
        .map(|said| said.map(|one| one.as_str().unwrap_or("nothing").to_owned()))
        .collect();
    let expected: Vec<_> = cases
        .iter()
        .map(|(passage, verdict, by)| [passage.technical_id, verdict, by].map(str::to_owned))
        .collect();
    assert_eq!(found, expected);
    let matched = i64::try_from(report.count("matched")).unwrap();
    assert_eq!(Stored::on(&platform).await.rows("entries"), matched);
}
