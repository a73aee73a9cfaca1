//! A member's connection string for mongosh. It holds the password, so it is a secret itself.

use std::fmt::Write;

use super::{endpoint::Endpoint, settings::TlsFiles};
use crate::{name::APP_NAME, secret::Secret};

/// Everything that mongosh has to know of a member; the name in it is the one that TLS verifies.
pub(super) fn uri(endpoint: &Endpoint<TlsFiles>) -> Secret {
    let mut uri = String::from("mongodb://");
    if let Some(credential) = &endpoint.credential {
        let password = credential.password.expose();
        let _ = write!(uri, "{}:{}@", escaped(&credential.username), escaped(password));
    }
    if endpoint.tls_server_name.contains(':') {
        let _ = write!(uri, "[{}]", endpoint.tls_server_name);
    } else {
        uri.push_str(&endpoint.tls_server_name);
    }
    let _ = write!(uri, ":{}/?directConnection=true&appName={APP_NAME}", endpoint.port);
    uri.push_str("&maxPoolSize=1&retryReads=false&retryWrites=false");
    let millis = endpoint.connect_timeout.as_millis();
    let _ = write!(uri, "&serverSelectionTimeoutMS={millis}&connectTimeoutMS={millis}");
    if endpoint.credential.is_some() {
        uri.push_str("&authSource=admin");
    }
    if let Some(files) = &endpoint.tls {
        uri.push_str("&tls=true");
        for (option, file) in
            [("tlsCAFile", &files.ca_file), ("tlsCertificateKeyFile", &files.certificate_key_file)]
        {
            if let Some(file) = file {
                let _ = write!(uri, "&{option}={}", escaped(file));
            }
        }
    }
    Secret::new(uri)
}

/// Percent-encoding of everything that is not a letter, a digit or one of `-_.~`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::client::endpoint::Credential;

    fn plain() -> Endpoint<TlsFiles> {
        Endpoint {
            address: "127.0.0.1".into(),
            port: 27018,
            tls_server_name: "db1.example.net".into(),
            tls: None,
            credential: None,
            connect_timeout: Duration::from_secs(5),
        }
    }

    #[test]
    fn it_holds_the_name_and_never_the_address() {
        let text = uri(&plain()).expose().to_owned();
        assert!(text.starts_with("mongodb://db1.example.net:27018/?directConnection=true&"));
        assert!(text.ends_with("&serverSelectionTimeoutMS=5000&connectTimeoutMS=5000"));
        let by_number = Endpoint { tls_server_name: "fd00::1".into(), ..plain() };
        assert!(uri(&by_number).expose().starts_with("mongodb://[fd00::1]:27018/"));
    }

    #[test]
    fn what_a_user_chose_cannot_change_its_meaning() {
        let files = TlsFiles {
            ca_file: Some("/etc/ssl/a&tls=false".into()),
            certificate_key_file: Some("/etc/ssl/ä b.pem".into()),
        };
        let credential =
            Credential { username: "a:b@c/d?".into(), password: Secret::new("p@ss:w%rd/".into()) };
        let endpoint = Endpoint { tls: Some(files), credential: Some(credential), ..plain() };
        let text = uri(&endpoint).expose().to_owned();
        assert!(text.starts_with("mongodb://a%3Ab%40c%2Fd%3F:p%40ss%3Aw%25rd%2F@db1.example.net:"));
        assert!(text.ends_with(
            "&authSource=admin&tls=true&tlsCAFile=%2Fetc%2Fssl%2Fa%26tls%3Dfalse\
             &tlsCertificateKeyFile=%2Fetc%2Fssl%2F%C3%A4%20b.pem"
        ));
        assert!(!text.contains("Invalid"));
    }
}
