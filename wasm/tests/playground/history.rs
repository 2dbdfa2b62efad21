//! Stepping back, branching, and opening what was written down.

use chatting_time_wasm::{
    Branch, Change, Config, ErrorCode, History, Input, Moment, Scenario, Simulation, bounds,
};

use crate::patience::{breathe, long_test};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn history() -> History {
    History::new(7, Config::default()).unwrap()
}

fn enter(history: &mut History, client: u32, line: &str) {
    let line = line.to_owned();
    history.apply(&Input::Enter { client, line }).unwrap();
    while let Some(milliseconds) = history.moment().next_due {
        history.apply(&Input::Advance { milliseconds }).unwrap();
    }
}

/// A dialogue, and what each of its instants looked like.
fn played() -> (History, Vec<Moment>) {
    let mut history = history();
    let mut moments = vec![history.moment()];
    for line in [
        "auth messi surabaya",
        "send lineker satu",
        "list",
        "send lineker dua",
    ] {
        let line = line.to_owned();
        let mut input = Input::Enter { client: 0, line };
        loop {
            history.apply(&input).unwrap();
            moments.push(history.moment());
            let Some(milliseconds) = history.moment().next_due else {
                break;
            };
            input = Input::Advance { milliseconds };
        }
    }
    (history, moments)
}

#[test]
fn every_instant_looks_as_it_did_when_it_was_the_present() {
    let (mut history, moments) = played();
    let steps = moments.len() as u32 - 1;
    for step in (0..=steps).chain((0..=steps).rev()).chain([5, 5, 2]) {
        history.seek(step).unwrap();
        let expected = Moment {
            steps,
            ..moments[step as usize].clone()
        };
        assert_eq!(history.moment(), expected);
    }
    assert_eq!(
        history.seek(steps + 1).unwrap_err().code,
        ErrorCode::OutOfRange
    );
}

#[test]
fn what_a_step_changed_is_marked_and_what_went_is_shown_once_more() {
    let (mut history, _) = played();
    history.seek(2).unwrap();
    let server = history.moment().server;
    assert_eq!(server.sessions[0].change, Change::Added);
    let messi = server
        .users
        .iter()
        .find(|user| user.username == "messi")
        .unwrap();
    assert_eq!(messi.change, Change::Changed);
    history.seek(3).unwrap();
    assert_eq!(history.moment().server.sessions[0].change, Change::None);
    let branch = history.branches().len();
    enter(&mut history, 1, "auth lineker surabaya");
    assert_eq!(history.branches().len(), branch + 1);
    enter(&mut history, 0, "logout");
    let steps = history.moment().steps;
    history.seek(steps - 1).unwrap();
    let sessions = history.moment().server.sessions;
    assert_eq!(sessions[0].change, Change::Removed);
    assert_eq!(
        (sessions.len(), history.moment().server.session_count),
        (2, 1)
    );
    history.seek(steps).unwrap();
    assert_eq!(history.moment().server.sessions.len(), 1);
}

#[test]
fn mailboxes_show_what_came_and_what_went() {
    let (mut history, _) = played();
    let mailbox = |history: &History| {
        let mailboxes = history.moment().server.mailboxes;
        mailboxes
            .into_iter()
            .find(|one| one.username == "lineker")
            .unwrap()
    };
    history.seek(5).unwrap();
    assert_eq!(mailbox(&history).messages[0].change, Change::Added);
    assert_eq!(mailbox(&history).change, Change::Changed);
    let steps = history.moment().steps;
    history.seek(steps).unwrap();
    enter(&mut history, 1, "auth lineker surabaya");
    enter(&mut history, 1, "inbox");
    let steps = history.moment().steps;
    history.seek(steps - 1).unwrap();
    let messages = mailbox(&history).messages;
    assert_eq!(
        messages.iter().map(|one| one.number).collect::<Vec<_>>(),
        [0, 1]
    );
    assert!(messages.iter().all(|one| one.change == Change::Removed));
}

#[test]
fn doing_something_else_in_the_past_begins_a_branch_and_loses_nothing() {
    let (mut history, moments) = played();
    let steps = moments.len() as u32 - 1;
    history.seek(3).unwrap();
    enter(&mut history, 1, "auth lineker surabaya");
    let branches = history.branches();
    assert_eq!(branches.len(), 2);
    assert_eq!(
        (branches[1].from, branches[1].at, branches[1].current),
        (Some(0), 3, true)
    );
    history.seek(3).unwrap();
    assert_eq!(history.moment().hash, moments[3].hash);
    history.enter_branch(0).unwrap();
    assert_eq!(history.moment().hash, moments[steps as usize].hash);
    assert_eq!(history.moment().step, steps);
}

/// The fingerprint of an instant, by a replay from the very start.
fn replayed(scenario: &Scenario, branch: usize, step: u32) -> String {
    let (mut inputs, mut line) = (Vec::new(), &scenario.branches[branch]);
    let mut end = step;
    loop {
        let own = end.saturating_sub(line.at) as usize;
        inputs.splice(0..0, line.inputs[..own].iter());
        end = end.min(line.at);
        let Some(from) = line.from else {
            break;
        };
        line = &scenario.branches[from as usize];
    }
    let mut simulation = Simulation::new(7, &scenario.config).unwrap();
    for input in inputs {
        simulation.apply(input).unwrap();
    }
    format!("{:016x}", simulation.hash())
}

#[test]
fn a_branch_may_fork_from_a_branch_and_from_where_that_one_forked() {
    let (mut history, _) = played();
    for (step, client) in [(6, 1), (4, 1), (5, 0)] {
        history.seek(step).unwrap();
        enter(&mut history, client, "help");
        enter(&mut history, client, "list");
    }
    let branches = history.branches();
    let forks: Vec<_> = branches.iter().map(|one| (one.from, one.at)).collect();
    assert_eq!(forks, [(None, 0), (Some(0), 6), (Some(1), 4), (Some(2), 5)]);
    let scenario = history.scenario();
    let opened = History::open(scenario.clone()).unwrap();
    assert_eq!(opened.scenario(), scenario);
    for mut history in [history, opened] {
        for branch in &branches {
            for step in (0..=branch.steps).rev() {
                history.enter_branch(branch.branch).unwrap();
                history.seek(step).unwrap();
                let expected = replayed(&scenario, branch.branch as usize, step);
                assert_eq!(history.moment().hash, expected, "{branch:?} {step}");
                let trace = history.trace(0, u32::MAX);
                assert_eq!(trace.len() as u32, history.moment().observations);
                assert!(trace.is_sorted_by_key(|observation| observation.step));
            }
        }
    }
}

#[test]
fn the_same_input_again_leads_to_the_same_instant() {
    let (mut history, moments) = played();
    history.seek(0).unwrap();
    enter(&mut history, 0, "auth messi surabaya");
    assert_eq!(history.moment().hash, moments[3].hash);
}

#[test]
fn a_removed_branch_takes_those_along_that_fork_from_it() {
    let (mut history, _) = played();
    for (step, client) in [(3, 1), (4, 1), (2, 0)] {
        history.seek(step).unwrap();
        enter(&mut history, client, "help");
    }
    // 1 forks from 0, 2 from 1, 3 from 2, each from the one that was entered before.
    history.enter_branch(0).unwrap();
    history.seek(6).unwrap();
    enter(&mut history, 0, "help");
    history.name_branch(4, "keeps").unwrap();
    history.seek(7).unwrap();
    enter(&mut history, 0, "list");
    history.enter_branch(4).unwrap();
    let hash = history.moment().hash;
    history.remove_branch(1).unwrap();
    let branches = history.branches();
    assert_eq!(branches.len(), 3);
    assert_eq!(branches[2].from, Some(1));
    assert_eq!(
        (
            branches[1].name.as_str(),
            branches[1].from,
            branches[1].current
        ),
        ("keeps", Some(0), true)
    );
    assert_eq!(history.moment().hash, hash);
    history.remove_branch(1).unwrap();
    assert_eq!((history.moment().branch, history.moment().step), (0, 6));
    for branch in [0, 1, u32::MAX] {
        assert_eq!(
            history.remove_branch(branch).unwrap_err().code,
            ErrorCode::NoSuchBranch
        );
    }
}

#[test]
fn branches_have_names_within_bounds_and_are_bounded_themselves() {
    let mut history = history();
    enter(&mut history, 0, "help");
    history.name_branch(0, &"é".repeat(40)).unwrap();
    history.name_branch(0, "").unwrap();
    for name in ["x".repeat(41), "a\nb".to_owned()] {
        assert_eq!(
            history.name_branch(0, &name).unwrap_err().code,
            ErrorCode::BadName
        );
    }
    assert_eq!(
        history.name_branch(1, "x").unwrap_err().code,
        ErrorCode::NoSuchBranch
    );
    assert_eq!(
        history.enter_branch(1).unwrap_err().code,
        ErrorCode::NoSuchBranch
    );
    let client = 0;
    for _ in 1..bounds::BRANCHES {
        history.seek(0).unwrap();
        history.apply(&Input::Connect { client }).unwrap();
    }
    history.seek(0).unwrap();
    let refused = history.apply(&Input::Connect { client }).unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooManyBranches);
    assert_eq!(history.branches().len(), bounds::BRANCHES);
    history.enter_branch(0).unwrap();
    history.apply(&Input::Connect { client }).unwrap();
}

#[test]
fn a_refused_input_leaves_the_history_as_it_was() {
    let (mut history, _) = played();
    history.seek(3).unwrap();
    let (before, scenario) = (history.moment(), history.scenario());
    assert!(history.apply(&Input::Connect { client: 9 }).is_err());
    assert_eq!((history.moment(), history.scenario()), (before, scenario));
}

#[test]
fn a_scenario_opens_where_its_person_was_with_all_branches() {
    let (mut history, _) = played();
    history.seek(3).unwrap();
    enter(&mut history, 1, "help");
    history.name_branch(1, "bantuan").unwrap();
    history.seek(4).unwrap();
    let mut opened = History::open(history.scenario()).unwrap();
    assert_eq!(opened.scenario(), history.scenario());
    assert_eq!(opened.moment(), history.moment());
    assert_eq!(opened.branches(), history.branches());
    for branch in [0, 1] {
        for history in [&mut opened, &mut history] {
            history.enter_branch(branch).unwrap();
        }
        assert_eq!(opened.moment(), history.moment());
    }
}

#[test]
fn a_damaged_scenario_is_refused() {
    let (mut history, _) = played();
    history.seek(3).unwrap();
    enter(&mut history, 1, "help");
    let good = history.scenario();
    assert!(History::open(good.clone()).is_ok());
    let bad = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = good.clone();
        change(&mut scenario);
        History::open(scenario).map(|_| ()).unwrap_err().code
    };
    assert_eq!(bad(&|one| one.version = 2), ErrorCode::UnknownVersion);
    let damages: [&dyn Fn(&mut Scenario); 12] = [
        &|one| one.seed = String::new(),
        &|one| one.seed = "+1".to_owned(),
        &|one| one.seed = "1".repeat(17),
        &|one| one.branches.clear(),
        &|one| one.branch = 2,
        &|one| one.step = 99,
        &|one| one.branches[0].at = 1,
        &|one| one.branches[0].from = Some(0),
        &|one| one.branches[1].from = Some(1),
        &|one| one.branches[1].from = None,
        &|one| one.branches[1].at = 99,
        &|one| one.branches[1].inputs.push(Input::Connect { client: 9 }),
    ];
    for (number, damage) in damages.iter().enumerate() {
        assert_eq!(bad(*damage), ErrorCode::BadScenario, "{number}");
    }
    let branches = |count: usize| {
        let forks = (1..count).map(|_| Branch {
            from: Some(0),
            inputs: Vec::new(),
            ..good.branches[0].clone()
        });
        let first = [good.branches[0].clone()];
        first.into_iter().chain(forks).collect::<Vec<_>>()
    };
    let most = Scenario {
        branches: branches(bounds::BRANCHES),
        ..good.clone()
    };
    assert!(History::open(Scenario { step: 0, ..most }).is_ok());
    assert_eq!(
        bad(&|one| one.branches = branches(bounds::BRANCHES + 1)),
        ErrorCode::BadScenario
    );
    let many = Branch {
        inputs: vec![Input::Connect { client: 0 }; bounds::INPUTS + 1],
        ..good.branches[0].clone()
    };
    assert_eq!(
        bad(&|one| one.branches[0] = many.clone()),
        ErrorCode::HistoryFull
    );
}

long_test! {
    async fn a_scenario_may_only_be_so_much_work_and_one_at_the_bound_still_opens() {
        let mut history = history();
        enter(&mut history, 0, "auth messi surabaya");
        let token = history.moment().clients[0].token.clone().unwrap();
        let messages = format!("send {token} lineker x\n").repeat(2_000);
        let typed = Input::Type { client: 0, bytes: messages.into_bytes().into() };
        for _ in 0..5 {
            history.apply(&typed).unwrap();
            while let Some(milliseconds) = history.moment().next_due {
                history.apply(&Input::Advance { milliseconds }).unwrap();
            }
            breathe().await;
        }
        let mailboxes = history.moment().server.mailboxes;
        assert_eq!(mailboxes.iter().map(|one| one.count).max(), Some(10_000));
        let restart = Input::RestartServer;
        let mut restarts: u64 = 0;
        let refused = loop {
            match history.apply(&restart) {
                Ok(()) => restarts += 1,
                Err(error) => break error,
            }
            if restarts.is_multiple_of(64) {
                breathe().await;
            }
        };
        assert_eq!(refused.code, ErrorCode::HistoryFull);
        assert!((1..bounds::WORK / 10_000).contains(&restarts), "{restarts}");
        let mut scenario = history.scenario();
        let opened = History::open(scenario.clone()).unwrap();
        assert_eq!(opened.moment().hash, history.moment().hash);
        breathe().await;
        scenario.branches[0].inputs.push(restart);
        let refused = History::open(scenario).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::HistoryFull);
    }
}

/// Takes what a whole history may, and memory in a browser never shrinks.
#[cfg_attr(target_arch = "wasm32", ignore = "runs natively only")]
#[test]
fn what_was_entered_counts_as_memory_and_one_at_the_bound_still_opens() {
    let blank = Input::Enter {
        client: 0,
        line: " ".repeat(bounds::TYPED_BYTES),
    };
    // The line is in the input and in what was observed of it, and something comes along with each.
    let most = bounds::TRACE_BYTES / (2 * bounds::TYPED_BYTES) - 1;
    let mut played = history();
    let connect = Input::Connect { client: 0 };
    played.apply(&connect).unwrap();
    for _ in 0..most - 1 {
        played.apply(&blank).unwrap();
    }
    // Where it opens again, inputs are not played in the order in which they were given.
    played.seek(0).unwrap();
    played.apply(&connect).unwrap();
    played.enter_branch(0).unwrap();
    played.apply(&blank).unwrap();
    let before = played.moment();
    let refused = played.apply(&blank).unwrap_err();
    assert_eq!(refused.code, ErrorCode::HistoryFull);
    assert_eq!(played.moment(), before);
    played.apply(&connect).unwrap();
    let scenario = played.scenario();
    drop(played);
    let mut opened = History::open(scenario).unwrap();
    let refused = opened.apply(&blank).unwrap_err();
    assert_eq!(refused.code, ErrorCode::HistoryFull);
    let mut scenario = opened.scenario();
    drop(opened);
    scenario.branches[0].inputs.push(blank);
    let refused = History::open(scenario).map(|_| ()).unwrap_err();
    assert_eq!(refused.code, ErrorCode::HistoryFull);
}

long_test! {
    async fn a_long_history_stays_usable_and_ends_at_its_bound() {
        let mut history = history();
        let mut hashes = Vec::new();
        let input = Input::Advance { milliseconds: 1 };
        for step in 0..bounds::INPUTS as u32 {
            if step.is_multiple_of(9_973) {
                hashes.push((step, history.moment().hash));
                breathe().await;
            }
            history.apply(&input).unwrap();
        }
        let refused = history.apply(&input).unwrap_err();
        assert_eq!(refused.code, ErrorCode::HistoryFull);
        for (step, hash) in hashes {
            history.seek(step).unwrap();
            assert_eq!(history.moment().hash, hash, "{step}");
        }
    }
}
