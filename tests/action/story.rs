//! The story of docs/gitops.md, lived through: every output that the page shows is made here and held against it.
//!
//! `HUBROSTER_BLESS=1 cargo test --test action story` writes the page's blocks anew; read them before you commit.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::stage::{Ran, Stage};

const USERS: &str = "\
version: 1
portal: { id: 4611686, name: Example BV }
policy: { min_super_admins: 1, credential_owner: owner@example.com }
teams:
  - name: Sales
users:
  - email: owner@example.com
  - { email: ana@example.com, role: sales-rep, team: Sales }
  - { email: bo@example.com, role: viewer }
  - { email: di@example.com, role: sales-manager }
  - { email: leaver@example.com, role: sales-rep, team: Sales }
";
const VIEWER: &str = "\
name: Viewer
access: { permission_set: Viewer }
";
const MANAGER: &str = "\
name: Sales manager
privilege: elevated
access: { permission_set: Sales Manager }
";
const PORTAL: &str = "\
portal: { id: 4611686, name: Example BV, time_zone: Europe/Brussels, ui_domain: app-eu1.hubspot.com, data_hosting_location: eu1 }
permission_sets:
  - { id: '301', name: Sales Rep }
  - { id: '302', name: Sales Manager }
  - { id: '304', name: Viewer }
teams:
  - { id: '11', name: Sales }
people:
  - { id: '1000', email: owner@example.com, super_admin: true }
  - { id: '1001', email: ana@example.com, permission_sets: [Sales Rep], team: Sales }
  - { id: '1002', email: bo@example.com, permission_sets: [Sales Manager] }
  - { id: '1004', email: di@example.com, permission_sets: [Sales Manager] }
  - { id: '1003', email: leaver@example.com, permission_sets: [Sales Rep], team: Sales }
";

/// `hubroster sandbox serve`: a portal that lives as long as the story.
struct Portal {
    address: String,
    child: Child,
}

impl Portal {
    fn serve(stage: &Stage) -> Portal {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hubroster"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--seed", "sandbox.yaml"])
            .current_dir(stage.path("."))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("its first line");
        let address = line.trim().strip_prefix("listening on http://").expect("an address").to_owned();
        Portal { address, child }
    }

    /// What somebody does in HubSpot's own interface: another permission set.
    fn by_hand(&self, user: &str, role: &str) {
        // The simulated portal takes a body for the whole user.
        let team = if user == "1001" { r#","primaryTeamId":"11""# } else { "" };
        let body = format!(r#"{{"roleId":"{role}"{team}}}"#);
        let mut stream = TcpStream::connect(&self.address).expect("the portal is there");
        write!(
            stream,
            "PUT /settings/users/2026-09/{user} HTTP/1.1\r\nhost: portal\r\nauthorization: Bearer x\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // The story is over, whatever it says.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Story {
    stage: Stage,
    portal: Portal,
    /// What the page shows, by name.
    blocks: BTreeMap<&'static str, String>,
}

impl Story {
    fn begin() -> Story {
        let stage = Stage::new();
        for (name, text) in [
            ("users.yaml", USERS),
            ("roles/viewer.yaml", VIEWER),
            ("roles/sales-manager.yaml", MANAGER),
            ("sandbox.yaml", PORTAL),
            (".gitignore", ".hubroster/\n*.json\nasked.txt\n"),
        ] {
            stage.write(name, text);
        }
        stage.commit("who has access");
        stage.git(&["push", "--quiet", "origin", "main"]);
        let portal = Portal::serve(&stage);
        Story { stage, portal, blocks: BTreeMap::new() }
    }

    fn run(&self, command: &str, variables: &[(&str, &str)]) -> Ran {
        let url = format!("http://{}", self.portal.address);
        let real = [("HUBROSTER_PORTAL_URL", url.as_str()), ("HUBSPOT_ACCESS_TOKEN", "x")];
        let variables: Vec<(&str, &str)> = real.into_iter().chain(variables.iter().copied()).collect();
        self.stage.run(command, &variables)
    }

    fn shows(&mut self, name: &'static str, text: &str) {
        self.blocks.insert(name, text.trim_end().to_owned());
    }

    /// A pull request is opened, planned and commented on: what review.yml does. Gives the digest in the comment.
    fn a_pull_request_is_planned(&mut self) -> String {
        let head = self.stage.pull_request(12, |stage| {
            stage.edit(
                "users.yaml",
                "  - { email: leaver@example.com, role: sales-rep, team: Sales }\n",
                "  - { email: leaver@example.com, state: removed }\n  - { email: cy@example.com, role: sales-rep, team: Sales }\n",
            );
        });
        let diff = self.stage.git(&["diff", "--unified=1", "main", &head, "--", "users.yaml"]);
        self.shows("change", &diff.lines().skip(4).collect::<Vec<_>>().join("\n"));
        self.stage.program("gh", "printf 12");
        let event = [
            ("EVENT_HEAD", head.as_str()),
            ("EVENT_OWNER", "example"),
            ("EVENT_BRANCH", "change"),
            ("DEFAULT_BRANCH", "main"),
        ];
        let taken = self.run("pull-request", &event);
        assert_eq!(taken.code, 0, "{}", taken.log);
        let planned = self.run(
            "plan",
            &[
                ("BASE", taken.output("base")),
                ("COMMENT", taken.output("pull-request")),
                ("HEAD", &head),
                ("CHECK", "hubroster/plan"),
            ],
        );
        assert_eq!(planned.code, 0, "{}", planned.log);
        let annotations: Vec<&str> = planned.log.lines().filter(|line| line.contains(" file=")).collect();
        self.shows("annotations", &annotations.join("\n"));
        let comment = self.stage.forge.bodies().remove(0);
        self.shows("comment", &comment);
        self.merge();
        planned.output("digest").to_owned()
    }

    /// The pull request goes to main, and main is checked out, as apply.yml does.
    fn merge(&self) {
        self.stage.git(&["reset", "--quiet", "--hard", "refs/hubroster/merge"]);
        self.stage.git(&["push", "--quiet", "origin", "HEAD:refs/heads/main"]);
    }

    /// The job that plans, and what its summary shows to whoever approves.
    fn main_is_planned(&mut self) -> String {
        let planned = self.run("plan", &[("PLAN", "plan.json")]);
        assert_eq!((planned.code, planned.output("has-changes")), (0, "true"), "{}", planned.log);
        planned.output("digest").to_owned()
    }

    fn apply(&self, digest: &str) -> Ran {
        self.run("apply", &[("PLAN", "plan.json"), ("EXPECT_DIGEST", digest), ("BRANCH", "main")])
    }
}

#[test]
fn the_page_shows_what_happens() {
    let mut story = Story::begin();
    let reviewed = story.a_pull_request_is_planned();
    let approved = story.main_is_planned();
    assert_eq!(reviewed, approved, "nothing moved between the review and the merge");
    story.shows("approved", &format!("digest={approved}\nhas-changes=true"));

    story.portal.by_hand("1001", "302");
    let refused = story.apply(&approved);
    assert_eq!(refused.code, 7, "{}", refused.log);
    story.shows("refused", &refused.log);

    let approved = story.main_is_planned();
    let applied = story.apply(&approved);
    assert_eq!(applied.code, 0, "{}", applied.log);
    story.shows("applied", &applied.log);
    let again = story.run("plan", &[]);
    assert_eq!(again.output("has-changes"), "false", "{}", again.log);

    let issue = ("ISSUE", "Drift in portal 4611686");
    story.portal.by_hand("1002", "302");
    assert_eq!(story.run("drift", &[issue]).code, 0);
    let body = story.stage.forge.world().issues[0].body.clone();
    story.shows("drift", &body);
    story.portal.by_hand("1002", "304");
    assert_eq!(story.run("drift", &[issue]).code, 0);
    let (word, state) = {
        let world = story.stage.forge.world();
        (world.comments.last().expect("a last word").body.clone(), world.issues[0].state.clone())
    };
    assert_eq!(state, "closed");
    story.shows("closed", &word);
    hold_against_the_page(&story.blocks);
}

/// A block follows a line `<!-- shown: NAME -->` and stands between fences of four backticks.
fn hold_against_the_page(blocks: &BTreeMap<&str, String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gitops.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let mut written = String::new();
    let mut rest = page.as_str();
    let mut shown = Vec::new();
    while let Some((before, after)) = rest.split_once("<!-- shown: ") {
        let (name, after) = after.split_once(" -->\n").expect("the marker ends its line");
        let (fence, after) = after.split_once('\n').expect("a fence follows");
        assert!(fence.starts_with("````"), "{name}: {fence}");
        let (_, after) =
            after.split_once("\n````\n").unwrap_or_else(|| panic!("{name}: the block has no end"));
        let text = blocks.get(name).unwrap_or_else(|| panic!("the story does not make `{name}`"));
        written.push_str(&format!("{before}<!-- shown: {name} -->\n{fence}\n{text}\n````\n"));
        shown.push(name);
        rest = after;
    }
    written.push_str(rest);
    if std::env::var("HUBROSTER_BLESS").is_ok() {
        std::fs::write(&path, &written).expect("the page can be written");
        return;
    }
    let mut made: Vec<&str> = blocks.keys().copied().collect();
    made.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, made, "what the page shows, and what the story makes");
    assert_eq!(page, written, "docs/gitops.md shows something else; HUBROSTER_BLESS=1 writes it anew");
}
