//! What stands on the screen when the server has started.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::Service;
use super::listener::Listener;
use crate::screen::typed;
use crate::settings::{Settings, StoreAddress};

/// Who can log in, as far as that is worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Users {
    /// Nobody yet.
    None,
    /// Those of the documentation, whom this start has made.
    Documented,
    Others,
}

/// What stands on the screen at the start.
pub(super) fn announce(
    settings: &Settings,
    service: &Service,
    (listeners, http_listeners): (&[Listener], &[Listener]),
    admin_http_addresses: &[SocketAddr],
    users: Users,
    elapsed: Duration,
) {
    use std::io::Write as _;
    let totals = service.store.embedded().map(|engine| engine.totals());
    let mut text = format!("Chatting Time {}\n", env!("CARGO_PKG_VERSION"));
    for Listener { address, tls, .. } in listeners {
        let said = match tls {
            None => "listening on ",
            Some(_) => "with TLS on  ",
        };
        text += &format!("{said} {address}\n");
    }
    for Listener { address, tls, .. } in http_listeners {
        let scheme = match tls {
            None => "http",
            Some(_) => "https",
        };
        text += &format!("playground    {scheme}://{}/", reachable(*address));
        if address.ip().is_unspecified() {
            text += &format!(
                " (from elsewhere: this machine's address, port {})",
                address.port()
            );
        }
        text += "\n";
    }
    for address in admin_http_addresses {
        text += &format!("metrics       http://{}/metrics\n", reachable(*address));
    }
    match totals {
        Some(totals) => {
            text += &format!("data folder   {}\n", settings.data.display());
            text += &format!(
                "holds         {} users, {} sessions, {} undelivered messages\n",
                totals.users, totals.sessions, totals.undelivered.messages
            );
        }
        None => text += &format!("keeps all in  {}\n", settings.store),
    }
    if users == Users::Documented {
        text += "demo users    messi, henderson, lineker; the password of each is surabaya\n";
    }
    // As this program was called, so that the lines can be typed as they stand.
    let program = std::env::args_os().next().unwrap_or("chatting-time".into());
    let program = typed(program.as_ref());
    if users == Users::None {
        let place = place_arguments(settings);
        text += &format!("no users yet  add one: {program} user add USERNAME{place}\n");
    }
    let address = reachable(listeners[0].address);
    text += &format!("talk to it    {program} connect {address}\n");
    let encrypted = listeners.iter().find(|listener| listener.tls.is_some());
    if let (Some(listener), Some(tls)) = (encrypted, &service.tls) {
        let arguments = tls.connect_arguments(reachable(listener.address));
        text += &format!("or with TLS   {program} connect {arguments}\n");
    }
    text += &format!(
        "ready after   {} ms; stop it with Ctrl-C\n",
        elapsed.as_millis()
    );
    // Nobody reading this is no reason not to serve.
    let mut output = io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}

/// What tells `chatting-time user` where this server keeps its users.
fn place_arguments(settings: &Settings) -> String {
    if settings.store == StoreAddress::Data {
        return format!(" --data {}", typed(&settings.data));
    }
    let files = [
        ("store-credentials", &settings.store_credentials),
        ("store-ca", &settings.store_ca),
        ("store-cert", &settings.store_certificate),
        ("store-key", &settings.store_key),
    ];
    let files = files.into_iter().filter_map(|(flag, path)| {
        let path = typed(path.as_ref()?);
        Some(format!(" --{flag} {path}"))
    });
    let store = format!(" --store {}", settings.store);
    std::iter::once(store).chain(files).collect()
}

/// An address that a client on this computer can connect to.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(ip, address.port())
}
