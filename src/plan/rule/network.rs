//! Addresses and networks.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use crate::plan::{message::quoted, violation::Violation};

/// Where SSH connects to: a name or an address, without user and port.
pub(crate) fn address(text: &str) -> Result<String, Violation> {
    let refused =
        |label: &str| Violation::new(format!("{} is not an address", quoted(text)), label);
    if let Some((user, _)) = text.split_once('@') {
        let violation = refused("a user does not belong here");
        return Err(violation
            .help(format!("the user has a key of its own: `user` in `[ssh]` ({})", quoted(user))));
    }
    if text.is_empty() || text.starts_with(['-', '.']) {
        return Err(refused("a name or an IP address is needed"));
    }
    if text.contains(':') {
        return ipv6(text, refused);
    }
    if !text.chars().all(|char| char.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&char)) {
        return Err(refused("it has characters that no name or IP address has"));
    }
    if text.len() > 253 {
        return Err(refused("too long for a name"));
    }
    Ok(text.to_owned())
}

fn ipv6(text: &str, refused: impl Fn(&str) -> Violation) -> Result<String, Violation> {
    let (number, zone) = text.split_once('%').unwrap_or((text, "x"));
    let plain_zone = !zone.is_empty()
        && zone.chars().all(|char| char.is_ascii_alphanumeric() || char == '.' || char == '-');
    if number.parse::<Ipv6Addr>().is_ok() && plain_zone {
        return Ok(text.to_owned());
    }
    match text.rsplit_once(':') {
        Some((host, port)) if address(host).is_ok() && port.parse::<u16>().is_ok() => {
            Err(refused("a port does not belong here")
                .help(format!("write `address = \"{host}\"` and `port = {port}`")))
        }
        _ if text.starts_with('[') => Err(refused("an IPv6 address stands without brackets")),
        _ => Err(refused("not an IPv6 address either")),
    }
}

/// A network in CIDR notation, or one address.
pub(crate) fn network(text: &str) -> Result<IpNet, Violation> {
    let (number, length) =
        text.split_once('/').map_or((text, None), |(number, length)| (number, Some(length)));
    let message = || format!("{} is not a network", quoted(text));
    let Ok(address) = number.parse::<IpAddr>() else {
        let violation = Violation::new(message(), "no IP address");
        return Err(violation.help("write a network like \"10.0.9.0/24\" or an address"));
    };
    let widest = IpNet::from(address).max_prefix_len();
    let length = length.map_or(Ok(widest), str::parse::<u8>);
    length.ok().and_then(|length| IpNet::new(address, length).ok()).ok_or_else(|| {
        Violation::new(message(), format!("the length is a number from 0 to {widest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_names_or_numbers() {
        for good in ["10.0.0.11", "db1.example.net", "fe80::1", "fe80::1%eth0"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in
            ["", "-x", "root@db1", "db1:22", "[fe80::1]", "a b", "a'b", "x\u{1b}", "fe80::zz"]
        {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn networks_have_a_length_that_fits() {
        for good in ["10.0.9.0/24", "10.0.9.1", "fd00::/8"] {
            assert!(network(good).is_ok(), "{good}");
        }
        for bad in ["10.0.9.0/33", "10.0.9/24", "x", "10.0.0.0/"] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }
}
