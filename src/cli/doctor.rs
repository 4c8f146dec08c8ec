//! `hubroster doctor`: token, account, version, which reads work, and what each missing scope disables.

use std::fmt::Write as _;

use crate::config::Desired;
use crate::model::Account;
use crate::portal::{Checkup, DailyUsage, Probe, ProbeOutcome, ReadClient};
use crate::render::escape_for_terminal as terminal;

use super::arguments::Doctor;
use super::connection::connect;
use super::exit::{Error, Exit};
use super::output;
use super::stages;

pub(super) async fn run(arguments: &Doctor) -> Result<Exit, Error> {
    let directory = &arguments.directory.directory;
    let desired = stages::load(directory)?;
    let connected = connect(&arguments.portal, directory, &desired).await?;
    let checked = check(&connected.client, &desired).await;
    let requests = connected.client.requests();
    connected.close().await;
    let (account, checkup) = checked?;
    let text = shown(&account, &desired, &checkup);
    output::result(&format!("{text}\n{} reads, {} writes\n", requests.reads, requests.writes))?;
    // Without the list of people nothing works; all else degrades.
    let is_able = checkup.probes.first().is_some_and(|probe| matches!(probe.outcome, ProbeOutcome::Works));
    Ok(if is_able { Exit::Done } else { Exit::Credential })
}

async fn check(client: &ReadClient, desired: &Desired) -> Result<(Account, Checkup), Error> {
    let account = stages::pinned_account(client, desired).await?;
    Ok((account, client.probe().await?))
}

fn shown(account: &Account, desired: &Desired, checkup: &Checkup) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        let _ = writeln!(text, "{label:<12} {value}");
    };
    let name = desired.portal.name.as_ref().map(|name| format!(" {}", terminal(name))).unwrap_or_default();
    line("portal", format!("{}{name}, as pinned in the files", account.id));
    line(
        "account",
        format!(
            "{} · {} · {}",
            terminal(&account.account_type),
            terminal(&account.data_hosting_location),
            terminal(&account.time_zone)
        ),
    );
    line("api", format!("user provisioning {}", desired.portal.api));
    match &checkup.token {
        Some(facts) => {
            let owner =
                facts.owner.as_ref().map_or("nobody it names".to_owned(), |owner| format!("user {owner}"));
            line("token", format!("accepted; acts for {}", terminal(&owner)));
            let scopes: Vec<_> = facts.scopes.iter().map(|scope| terminal(scope)).collect();
            line("scopes", scopes.join(" "));
        }
        None => line("token", unnamed_owner(desired)),
    }
    for usage in &checkup.daily {
        line("today", daily(usage));
    }
    if let (true, Some((limit, remaining))) = (checkup.daily.is_empty(), checkup.daily_by_header) {
        line("today", format!("{remaining} of {limit} calls left"));
    }
    text.push('\n');
    let width = checkup.probes.iter().map(|probe| probe.what.len()).max().unwrap_or_default();
    for probe in &checkup.probes {
        text.push_str(&probed(probe, width));
    }
    text.push_str(
        "\nWhat writing needs can only be proved by writing: crm.objects.users.write for people, \
         settings.users.teams.write for teams.\n",
    );
    text
}

/// Service keys are unknown to introspection.
fn unnamed_owner(desired: &Desired) -> String {
    let says = match &desired.policy.credential_owner {
        Some(owner) => format!("`policy.credential_owner` says {}", terminal(owner.as_str())),
        None => "name them in `policy.credential_owner`".to_owned(),
    };
    format!("accepted; this kind does not tell whom it acts for; {says}")
}

fn daily(usage: &DailyUsage) -> String {
    let resets = usage.resets_at.map(|moment| format!(", reset at {moment}")).unwrap_or_default();
    format!("{} of {} calls used by {}{resets}", usage.used, usage.limit, terminal(&usage.name))
}

fn probed(probe: &Probe, width: usize) -> String {
    let Probe { what, scope, effect, outcome } = probe;
    match outcome {
        ProbeOutcome::Works => format!("  ✓ {what:<width$}  readable\n"),
        ProbeOutcome::NotInThisVersion => format!("  – {what:<width$}  not in this API version: {effect}\n"),
        ProbeOutcome::Failed(error) => {
            let is_scope = error.answer().is_some_and(|answer| answer.status == 403);
            let cause =
                if is_scope { format!("needs the scope {scope}") } else { terminal(&error.to_string()) };
            format!("  ✗ {what:<width$}  {cause}\n    {:<width$}  {effect}\n", "")
        }
    }
}
