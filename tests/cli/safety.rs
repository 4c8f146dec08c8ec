//! `docs/safety.md`: each guard and rule, and what hubroster says of a real mistake, word for word.
//!
//! `HUBROSTER_BLESS=1 cargo test --test cli safety` writes the page's outputs again; read them as whoever meets them
//! at the end of a long day would.

use super::desk::{Desk, Ran};

struct Mistake {
    /// As the page's heading has it.
    title: &'static str,
    /// What was done to the small directory of these tests, and then run.
    made: fn() -> Ran,
}

const PAGE: &str = "docs/safety.md";

fn with_people(count: usize) -> Desk {
    let desk = Desk::settled();
    let live: String = (0..count)
        .map(|number| format!("  - {{ email: p{number}@example.com, permission_sets: [Sales Rep] }}\n"))
        .collect();
    desk.edit("sandbox.yaml", "people:\n", &format!("people:\n{live}"));
    let listed: String = (0..count)
        .map(|number| format!("  - {{ email: p{number}@example.com, role: sales-rep }}\n"))
        .collect();
    desk.edit("users.yaml", "users:\n", &format!("users:\n{listed}"));
    desk
}

fn apply(desk: &Desk) -> Ran {
    desk.run("apply --sandbox --yes").without_stdout()
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        title: "An emptied file",
        made: || {
            let desk = Desk::settled();
            let text = desk.read("users.yaml");
            let (head, _) = text.split_once("users:\n").expect("a list of people");
            desk.write("users.yaml", &format!("{head}users: []\n"));
            apply(&desk)
        },
    },
    Mistake {
        title: "Too many removals",
        made: || {
            let desk = with_people(8);
            desk.edit(
                "users.yaml",
                ", role: sales-rep }\n  - { email: p",
                ", state: removed }\n  - { email: p",
            );
            apply(&desk)
        },
    },
    Mistake {
        title: "An acknowledgement of another number",
        made: || {
            let desk = with_people(8);
            desk.edit("users.yaml", "p0@example.com, role: sales-rep", "p0@example.com, state: removed");
            desk.run("apply --sandbox --yes --ack-removals 7").without_stdout()
        },
    },
    Mistake {
        title: "A role's file that changes everybody",
        made: || {
            let desk = with_people(12);
            desk.edit("roles/sales-rep.yaml", "permission_set: Sales Rep", "permission_set: Viewer");
            apply(&desk)
        },
    },
    Mistake {
        title: "The last super admins",
        made: || {
            let desk = Desk::settled();
            desk.edit("users.yaml", "min_super_admins: 1", "min_super_admins: 2");
            desk.edit(
                "users.yaml",
                "users:\n",
                "users:\n  - { email: second@example.com, role: sales-rep }\n",
            );
            desk.edit(
                "sandbox.yaml",
                "people:\n",
                "people:\n  - { email: second@example.com, super_admin: true }\n",
            );
            apply(&desk)
        },
    },
    Mistake {
        title: "Somebody whom no file names",
        made: || {
            let desk = Desk::settled();
            desk.edit("users.yaml", "policy: {", "policy: { unmanaged: error,");
            desk.edit("sandbox.yaml", "people:\n", "people:\n  - { email: eve@example.com }\n");
            apply(&desk)
        },
    },
    Mistake {
        title: "A raise that nobody acknowledged",
        made: || {
            let desk = Desk::small();
            desk.edit("users.yaml", "policy: {", "policy: { acknowledge: [raises],");
            desk.edit("roles/sales-rep.yaml", "name: Sales rep\n", "name: Sales rep\nprivilege: elevated\n");
            apply(&desk)
        },
    },
    Mistake {
        title: "A typo in a domain",
        made: || {
            let desk = Desk::settled();
            desk.edit("users.yaml", "policy: {", "policy: { allowed_domains: [example.com],");
            desk.edit("users.yaml", "users:\n", "users:\n  - { email: cy@exmaple.com, role: sales-rep }\n");
            apply(&desk)
        },
    },
    Mistake {
        title: "The directory of another portal",
        made: || {
            let desk = Desk::settled();
            desk.edit("users.yaml", "id: 4611686", "id: 4611687");
            apply(&desk)
        },
    },
    Mistake { title: "Nobody there to answer", made: || Desk::small().run("apply --sandbox") },
    Mistake {
        title: "A plan that is not the approved one",
        made: || {
            let desk = Desk::small();
            desk.run("plan --sandbox --out plan.json");
            desk.edit("users.yaml", "cy@example.com", "cyril@example.com");
            desk.run("apply plan.json --sandbox --yes").without_stdout()
        },
    },
];

#[test]
fn the_page_says_what_hubroster_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join(PAGE)).expect("the page").replace("\r\n", "\n");
    let mut written = page.clone();
    for Mistake { title, made } in MISTAKES {
        let ran = made();
        assert_ne!(ran.code, Some(0), "{title}: nothing stopped it");
        let heading = format!("\n### {title}\n");
        let start = written.find(&heading).unwrap_or_else(|| panic!("{PAGE} has no `### {title}`"));
        let fence = start
            + written[start..].find("```text\n").expect("a block below the heading")
            + "```text\n".len();
        let end = fence + written[fence..].find("```").expect("the block ends");
        written.replace_range(fence..end, &format!("{}\n", ran.transcript().trim_end()));
    }
    if std::env::var_os("HUBROSTER_BLESS").is_some() {
        std::fs::write(root.join(PAGE), &written).expect("the page can be written");
    } else {
        assert_eq!(page, written, "HUBROSTER_BLESS=1 writes the outputs again");
    }
}

/// Every word that the JSON has for a rule or a guard stands on the page.
#[test]
fn the_page_names_every_rule_and_guard() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file of the project");
    let page = read(PAGE);
    let mut count = 0;
    for (source, of) in [("src/plan/beside.rs", "Rule::"), ("src/guard/verdict.rs", "Guard::")] {
        for line in
            read(source).lines().map(str::trim).filter(|line| line.starts_with(of) && line.contains("=> \""))
        {
            let word = line.split('"').nth(1).expect("a word in quotes");
            assert!(page.contains(&format!("`{word}`")), "{PAGE} does not name `{word}`");
            count += 1;
        }
    }
    assert!(count > 18, "only {count} words were found");
}
