//! The help, with the commands in groups: what reads nothing, what reads the portal, what changes it.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

use super::Arguments;

const GROUPS: [(&str, &[&str]); 5] = [
    ("Files", &["validate", "fmt", "schema"]),
    ("Reading the portal (cannot write)", &["plan", "drift", "explain", "show", "snapshot", "doctor"]),
    ("Changing the portal", &["apply", "journal"]),
    ("Review", &["comment"]),
    ("Also", &["sandbox", "completions", "help"]),
];

/// The whole command line, as help and completions show it.
pub fn command() -> clap::Command {
    let command = Arguments::command();
    let mut groups = String::new();
    for (title, names) in GROUPS {
        groups.push_str(&format!("\n{title}:\n"));
        for name in names {
            let about = match command.find_subcommand(name).and_then(clap::Command::get_about) {
                Some(about) => about.to_string(),
                None => "Print this, or the help of a command".to_owned(),
            };
            groups.push_str(&format!("  {name:<12} {about}\n"));
        }
    }
    command.help_template(format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{groups}\nOptions:\n{{options}}{{after-help}}"))
        .after_help(
            "Exit codes: 0 done · 1 failed · 2 there are changes · 3 the files are invalid · 4 credential, scope or \
             wrong portal · 5 a guard refused · 6 a policy refused · 7 the plan is stale · 8 applied in part · 9 daily quota used up · 10 another run holds the lock · 130 interrupted\n\n\
             Start with `hubroster plan --sandbox`; the real portal's token goes into HUBSPOT_ACCESS_TOKEN.",
        )
}

pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group() {
        let command = Arguments::command();
        let mut grouped: Vec<&str> = GROUPS.into_iter().flat_map(|(_, names)| names).copied().collect();
        grouped.retain(|name| *name != "help");
        grouped.sort_unstable();
        let mut all: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn the_definitions_hold() {
        command().debug_assert();
    }
}
