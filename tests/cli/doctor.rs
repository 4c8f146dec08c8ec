//! `doctor`: what works, what does not, and which scope is missing for it.

use super::desk::{Desk, TOKEN};
use super::portal::Served;

/// Without the time at which the day's count starts again.
fn undated(mut ran: super::desk::Ran) -> super::desk::Ran {
    let dated = ran
        .stdout
        .lines()
        .find_map(|line| line.split_once(", reset at "))
        .map(|(_, moment)| moment.to_owned());
    ran.stdout = ran.stdout.replace(&dated.expect("the day's count has an end"), "[midnight]");
    ran
}

#[test]
fn all_is_well() {
    assert_run!(undated(Desk::small().run("doctor --sandbox")), @r"
    exit 0
    ── stdout
    portal       4611686 Example BV, as pinned in the files
    account      STANDARD · na1 · Europe/Brussels
    api          user provisioning 2026-09
    token        accepted; this kind does not tell whom it acts for; `policy.credential_owner` says owner@example.com
    today        13 of 1000000 calls used by Private apps, reset at [midnight]

      ✓ people           readable
      ✓ permission sets  readable
      ✓ teams            readable
      ✓ seats            readable
      ✓ CRM records      readable
      ✓ archived owners  readable
      ✓ owned contacts   readable
      ✓ owned companies  readable
      ✓ owned deals      readable
      ✓ owned tickets    readable
      ✓ deactivations    readable

    What writing needs can only be proved by writing: crm.objects.users.write for people, settings.users.teams.write for teams.

    14 reads, 0 writes
    ");
}

#[test]
fn missing_scopes_are_named() {
    let desk = Desk::small();
    let scopes = "scopes: [crm.objects.users.read, crm.objects.users.write], user_id: '1000'";
    desk.edit("sandbox.yaml", "people:\n", &format!("tokens: [{{ token: {TOKEN}, {scopes} }}]\npeople:\n"));
    let portal = Served::start(&desk);
    assert_run!(undated(desk.hubroster("doctor").at(&portal.url).run()), @r"
    exit 0
    ── stdout
    portal       4611686 Example BV, as pinned in the files
    account      STANDARD · na1 · Europe/Brussels
    api          user provisioning 2026-09
    token        accepted; acts for user 1000
    scopes       crm.objects.users.read crm.objects.users.write
    today        13 of 1000000 calls used by Private apps, reset at [midnight]

      ✓ people           readable
      ✓ permission sets  readable
      ✗ teams            needs the scope settings.users.teams.read
                         teams are shown by id, and cannot be checked, assigned or changed
      ✗ seats            needs the scope settings.billing.write
                         seat limits were not checked
      ✓ CRM records      readable
      ✗ archived owners  needs the scope crm.objects.owners.read
                         somebody deactivated whom HubSpot's user list leaves out is recognised by the CRM record alone
      ✗ owned contacts   needs the scope crm.objects.contacts.read
                         contacts that leavers own are not counted
      ✗ owned companies  needs the scope crm.objects.companies.read
                         companies that leavers own are not counted
      ✗ owned deals      needs the scope crm.objects.deals.read
                         deals that leavers own are not counted
      ✗ owned tickets    needs the scope tickets
                         tickets that leavers own are not counted
      ✗ deactivations    needs the scope account-info.security.read
                         who deactivated somebody who is to return is not told

    What writing needs can only be proved by writing: crm.objects.users.write for people, settings.users.teams.write for teams.

    14 reads, 0 writes
    ");
    assert_eq!(portal.writes(), [""; 0]);
}

#[test]
fn without_the_list_of_people_nothing_works() {
    let desk = Desk::small();
    desk.edit(
        "sandbox.yaml",
        "people:\n",
        &format!("tokens: [{{ token: {TOKEN}, scopes: [settings.users.teams.read] }}]\npeople:\n"),
    );
    let portal = Served::start(&desk);
    assert_run!(undated(desk.hubroster("doctor").at(&portal.url).run()), @r"
    exit 4
    ── stdout
    portal       4611686 Example BV, as pinned in the files
    account      STANDARD · na1 · Europe/Brussels
    api          user provisioning 2026-09
    token        accepted; this kind does not tell whom it acts for; `policy.credential_owner` says owner@example.com
    today        13 of 1000000 calls used by Private apps, reset at [midnight]

      ✗ people           needs the scope crm.objects.users.read
                         nothing can be planned without the list of people
      ✗ permission sets  needs the scope crm.objects.users.read
                         permission sets are shown by id, and roles that name one cannot be checked or assigned
      ✓ teams            readable
      ✗ seats            needs the scope settings.billing.write
                         seat limits were not checked
      ✗ CRM records      needs the scope crm.objects.users.read
                         who is active, invited or deactivated is unknown, and profiles are not managed
      ✗ archived owners  needs the scope crm.objects.owners.read
                         somebody deactivated whom HubSpot's user list leaves out is recognised by the CRM record alone
      ✗ owned contacts   needs the scope crm.objects.contacts.read
                         contacts that leavers own are not counted
      ✗ owned companies  needs the scope crm.objects.companies.read
                         companies that leavers own are not counted
      ✗ owned deals      needs the scope crm.objects.deals.read
                         deals that leavers own are not counted
      ✗ owned tickets    needs the scope tickets
                         tickets that leavers own are not counted
      ✗ deactivations    needs the scope account-info.security.read
                         who deactivated somebody who is to return is not told

    What writing needs can only be proved by writing: crm.objects.users.write for people, settings.users.teams.write for teams.

    14 reads, 0 writes
    ");
}
