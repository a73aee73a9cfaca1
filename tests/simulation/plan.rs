//! The plan of the stories: plaintext to TLS only, as the manual has it.

use std::{collections::BTreeMap, time::Duration};

use tlsplan::{
    client::settings::TlsFiles,
    cluster::{health::WriteOutage, mode::TlsMode},
    host::privilege::Become,
    name::{HostName, UnitName},
    plan::{
        Plan,
        model::{
            Action, Direction, InstanceSettings, Machine, Parallelism, PlanHost, PlanSum, Rollback,
            SetRules, SshSettings, Step, TlsModeStep, Via,
        },
    },
};

use crate::controller::host;

/// For sets of these sizes, whose hosts are numbered through.
pub(crate) fn plan(sizes: &[usize]) -> Plan {
    let hosts: Vec<_> = (0..sizes.iter().sum()).map(host).collect();
    let step = |mode: TlsMode, via| Step {
        name: mode.to_string(),
        hosts: hosts.clone(),
        timeout: None,
        action: Action::TlsMode(TlsModeStep { mode, direction: Direction::Up, via: Some(via) }),
    };
    Plan {
        name: "test".into(),
        path: "test.toml".into(),
        sum: PlanSum::of(b"test"),
        machines: hosts.iter().map(machine).collect(),
        rules: SetRules {
            write_outage: WriteOutage::Refused,
            max_lag: Duration::from_secs(10),
            rollback: Rollback::Host,
        },
        parallelism: Parallelism::default(),
        hosts: hosts
            .iter()
            .map(|name| PlanHost {
                name: name.clone(),
                address: name.to_string(),
                machine: name.clone(),
                groups: Vec::new(),
                vars: serde_json::Map::new(),
                instance: Some(instance()),
            })
            .collect(),
        steps: vec![
            step(TlsMode::Allow, Via::Restart),
            step(TlsMode::Prefer, Via::SetParameter),
            step(TlsMode::Require, Via::SetParameter),
        ],
        waivers: BTreeMap::new(),
        window: None,
    }
}

fn machine(name: &HostName) -> Machine {
    Machine { name: name.clone(), address: name.to_string(), port: None, ssh: ssh() }
}

fn ssh() -> SshSettings {
    SshSettings {
        user: None,
        identity_file: None,
        identity_passphrase: None,
        known_hosts: None,
        r#become: Become::Sudo,
        become_password: None,
    }
}

pub(crate) fn instance() -> InstanceSettings {
    InstanceSettings {
        service: UnitName::new("mongod"),
        config_file: "/etc/mongod.conf".into(),
        template: None,
        port: 27017,
        username: None,
        password: None,
        drain: Duration::from_secs(15),
        start_timeout: Duration::from_secs(60),
        confirm_within: None,
        tls: TlsFiles { ca_file: None, certificate_key_file: None },
        client: None,
        read_with: None,
        certificate_days_left: 14,
    }
}
