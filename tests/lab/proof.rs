//! What must be true at the end, asked of the members and read from the files, not of the program.

use std::fs;

use mongodb::bson::{Document, doc};

use crate::{
    lab::{Host, Lab},
    site::Site,
    wire::{Connection, Voice},
    writer::{Access, runtime},
};

/// Fails unless every member runs at requireTLS, has it in its file, takes TLS and refuses plaintext.
pub(crate) fn requires_tls(lab: &Lab, site: &Site) {
    for host in &lab.hosts {
        let name = &host.name;
        assert_eq!(running_mode(lab, site, host), "requireTLS", "{name} runs at another mode");
        let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert_eq!(
            file_mode(&text),
            Some("requireTLS".to_owned()),
            "{name}: the file says\n{text}"
        );
        Connection::open(host, &Voice::tls(site)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let plaintext = Connection::open(host, &Voice::Plaintext);
        assert!(plaintext.is_err(), "{name} takes plaintext");
    }
}

/// The running mode, asked over TLS, in the new spelling.
pub(crate) fn running_mode(lab: &Lab, site: &Site, host: &Host) -> String {
    let question = doc! { "getParameter": 1, "sslMode": 1 };
    let reply: Document = if lab.password.is_some() {
        let access = Access::new(lab, site);
        let asked =
            async { access.member(host, true).database("admin").run_command(question).await };
        runtime().block_on(asked).unwrap()
    } else {
        Connection::open(host, &Voice::tls(site)).unwrap().command(question).unwrap()
    };
    reply.get_str("sslMode").unwrap().replace("SSL", "TLS")
}

/// `mode` below `net.tls` or `net.ssl`, in the new spelling.
pub(crate) fn file_mode(text: &str) -> Option<String> {
    let indented = |line: &&str| line.starts_with(' ') || line.is_empty();
    let mut net = text.lines().skip_while(|line| *line != "net:").skip(1).take_while(indented);
    net.find(|line| matches!(line.trim_end(), "  tls:" | "  ssl:"))?;
    let mode = net.find_map(|line| line.trim().strip_prefix("mode: "))?;
    Some(mode.replace("SSL", "TLS"))
}

/// How often a parameter was set on each member, by its log.
pub(crate) fn parameters_set(lab: &Lab) -> Vec<usize> {
    let count = |host: &Host| {
        let log = fs::read(host.root.join("var/log/mongodb/mongod.log")).unwrap();
        let log = String::from_utf8_lossy(&log).to_lowercase();
        log.matches("successfully set parameter").count()
    };
    lab.hosts.iter().map(count).collect()
}
