//! `tlsplan status PLAN`: where every host is. Changes nothing; a host that is away is a row too.

use std::{
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{
    Outcome,
    connect::connect_some,
    journal::{left_open, past_runs},
    lease::{tell, tell_of_switch},
    load::{Loaded, load},
};
use crate::{
    cli::PlanArgs,
    cluster::{
        clients::{self as census, ClientWatch, LogPlace, VisibilityGap, WatchedServer},
        health::{lag, own_state},
        membership::sets,
        mode::TlsMode,
        topology::{MemberState, ServerView},
    },
    error::{Designed, Exit},
    event::{Event, Pending, Sink, StatusRow},
    instance::{
        Instance, Server, Service,
        live::{LiveInstance, certificate::valid_until},
        look::Look,
    },
    name::HostName,
    report::{Reporter, reporter::Detail},
    steps::tls_mode::config_files::ConfigFiles,
};

/// Shows the table. Ends with the worst that a host could not be asked for, or with 0.
pub async fn run(args: &PlanArgs, state_dir: Option<&Path>, report: &Arc<Reporter>) -> Outcome {
    let loaded = load(args, report)?;
    let (connected, away) = connect_some(&loaded.plan, report).await?;
    tell(&connected.machines, report).await;
    let nodes = connected.instances;
    let looks = join_all(nodes.iter().map(|node| async {
        let look = node.look().await;
        (node.host().clone(), look, node.certificate().await)
    }));
    let mut exit = Exit::Converged;
    let mut rows = Vec::new();
    let (mut seen, mut views) = (Vec::new(), Vec::new());
    for (host, look, pem) in looks.await {
        match look {
            Ok(look) => {
                tell_of_switch(&host, &look, &**report);
                match &look.server {
                    Ok(reading) => views.push(reading.view.clone()),
                    Err(error) => exit = exit.worst(error.exit()),
                }
                seen.push((host, look, pem));
            }
            Err(error) => {
                exit = exit.worst(error.exit());
                rows.push(unknown(&host, error.chain()));
            }
        }
    }
    for (host, error) in away {
        exit = exit.worst(error.exit());
        rows.push(unknown(&host, error.chain()));
    }
    let (census, silent) = clients(&nodes, &seen).await;
    let goal = loaded.plan.last_mode();
    for (host, look, pem) in seen {
        rows.push(row(&host, &look, pem.as_deref(), &loaded.files, &views, goal));
    }
    rows.sort_by_key(|row| loaded.plan.hosts.iter().position(|host| host.name == row.host));
    let shown = show(rows, &loaded, state_dir, report);
    if report.detail() == Detail::All {
        let evidence = join_all(nodes.iter().map(Server::evidence)).await;
        // A member of which there is none has its reason in its row.
        let evidence = evidence.into_iter().flatten();
        for evidence in evidence {
            report.emit(Event::Evidence(Box::new(evidence)));
        }
        report.emit(Event::PastRuns { runs: past_runs(state_dir, &loaded.plan) });
    }
    let mut blind = census::visibility_gaps(&census);
    blind.extend(silent);
    report.emit(Event::Census { clients: census::clients(&census), blind });
    Ok(exit.worst(shown))
}

/// Who speaks to the members that answered, and which of those could not be asked that.
async fn clients(
    nodes: &[LiveInstance],
    seen: &[(HostName, Look, Option<Vec<u8>>)],
) -> (Vec<WatchedServer>, Vec<(HostName, VisibilityGap)>) {
    let from = LogPlace::default();
    let asked = nodes.iter().filter_map(|node| {
        let (host, look, _) = seen.iter().find(|(host, ..)| host == node.host())?;
        let running = look.server.as_ref().ok()?.view.mode;
        let from = &from;
        Some(async move { (host.clone(), running, node.clients(from).await) })
    });
    let (mut watched, mut silent) = (Vec::new(), Vec::new());
    for (host, running, reading) in join_all(asked).await {
        match reading {
            Ok(reading) => {
                watched.push(WatchedServer { host, running, watch: ClientWatch::begin(reading) });
            }
            Err(error) => silent.push((host, VisibilityGap::NotReadable(error.chain()))),
        }
    }
    (watched, silent)
}

/// Shows the table, and beneath it what earlier runs left open. A history that cannot be read takes
/// nothing away from the table, which is what is true.
fn show(
    mut rows: Vec<StatusRow>,
    loaded: &Loaded,
    state_dir: Option<&Path>,
    report: &Arc<Reporter>,
) -> Exit {
    let (mut left, unread) = match left_open(state_dir, &loaded.plan, report) {
        Ok(left) => (left, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    rows.retain(|row| loaded.limit.includes(&row.host));
    left.retain(|left| left.host.as_ref().is_none_or(|host| loaded.limit.includes(host)));
    report.emit(Event::Status { hosts: rows, left_open: left });
    unread.map_or(Exit::Converged, |error| {
        report.error(&error);
        error.exit()
    })
}

fn unknown(host: &HostName, problem: String) -> StatusRow {
    StatusRow { problem: Some(problem), ..StatusRow::unknown(host.clone()) }
}

fn row(
    host: &HostName,
    look: &Look,
    pem: Option<&[u8]>,
    files: &dyn ConfigFiles,
    views: &[ServerView],
    goal: Option<TlsMode>,
) -> StatusRow {
    let until = pem.and_then(valid_until);
    let file_mode = files.mode_of(&look.file.text);
    let mut row = StatusRow {
        file_mode: file_mode.as_ref().ok().copied(),
        certificate_expires: until.and_then(day),
        certificate_days: until.map(|until| (until - now()).div_euclid(86_400)),
        problem: file_mode.err().map(|error| error.chain()),
        ..unknown(host, String::new())
    };
    match &look.server {
        Ok(reading) => fill(&mut row, &reading.view, views, goal),
        Err(error) => row.problem = Some(error.chain()),
    }
    row
}

fn fill(row: &mut StatusRow, view: &ServerView, views: &[ServerView], goal: Option<TlsMode>) {
    let sets = sets(views);
    let leader = sets.get(&view.config.name).and_then(|set| set.primary());
    row.member = Some(view.status.me.to_string());
    row.state = own_state(view);
    row.mode = Some(view.mode);
    row.version = Some(view.version.to_string());
    let has_oplog = row.state != Some(MemberState::Arbiter);
    row.lag = leader.filter(|_| has_oplog).map(|(_, leader)| lag(view, leader));
    row.pending = match (row.file_mode, goal) {
        (Some(file), _) if !file.talks_with(view.mode) => {
            Some(Pending::RestartWouldCutOff { file_mode: file })
        }
        (Some(file), Some(goal)) if view.mode < goal || file < goal => {
            Some(Pending::Mode { mode: goal })
        }
        _ => None,
    };
}

fn day(seconds: i64) -> Option<String> {
    Some(Timestamp::from_second(seconds).ok()?.strftime("%Y-%m-%d").to_string())
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
