//! A network of its own, places of which can be cut off from the others without harm to anybody else.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// Places, each a network namespace with one address, and a bridge between them in a namespace of its own. They live as long
/// as the processes that hold them, which end with this value or with this process.
pub struct Network {
    hub: Holder,
    places: Vec<Holder>,
}

impl Network {
    /// So many places, which all reach each other. `None`, said aloud, where that is not allowed.
    pub fn with_places(count: usize) -> Option<Self> {
        let network = Self::make(count);
        if network.is_none() {
            let mut stderr = std::io::stderr();
            // Not by eprintln, which a passing test does not show.
            let _ = writeln!(
                stderr,
                "\nNOT TESTED: no network namespaces can be made and entered here, which takes root and `ip` (Debian \
                 package iproute2); what a network that is cut does is not tested\n"
            );
        }
        network
    }

    fn make(count: usize) -> Option<Self> {
        let hub = Holder::start()?;
        hub.run("ip link add name bridge0 type bridge && ip link set bridge0 up")?;
        let mut places = Vec::new();
        for index in 0..count {
            let place = Holder::start()?;
            let address = Self::address_of(index);
            let other = place.0.id();
            hub.run(&format!(
                "ip link add name port{index} type veth peer name eth0 netns {other} \
                 && ip link set port{index} master bridge0 up"
            ))?;
            place.run(&format!(
                "ip address add {address}/24 dev eth0 && ip link set eth0 up && ip link set lo up"
            ))?;
            places.push(place);
        }
        let network = Self { hub, places };
        network.try_within(0, || ())?;
        Some(network)
    }

    /// The address of a place.
    pub fn address_of(place: usize) -> Ipv4Addr {
        Ipv4Addr::new(10, 77, 0, u8::try_from(place + 1).expect("there are few"))
    }

    /// The command that runs another one in a place.
    pub fn enter(&self, place: usize) -> Vec<String> {
        self.places[place].enter()
    }

    /// Cuts a place off from all others: what is sent there gets lost without a word.
    pub fn cut(&self, place: usize) {
        let cut = self.hub.run(&format!("ip link set port{place} down"));
        cut.expect("what was set up can be taken down");
    }

    /// Connects a place again.
    pub fn heal(&self, place: usize) {
        let healed = self.hub.run(&format!("ip link set port{place} up"));
        healed.expect("what was taken down can be set up");
    }

    /// Does something in a place: a connection that is made there stays there.
    pub fn within<T: Send>(&self, place: usize, work: impl FnOnce() -> T + Send) -> T {
        self.try_within(place, work)
            .expect("it could be entered before")
    }

    fn try_within<T: Send>(&self, place: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
        let namespace = File::open(format!("/proc/{}/ns/net", self.places[place].0.id())).ok()?;
        // A thread of its own, which goes when it is done, so that nobody else is there by mistake.
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| {
                let network = Some(LinkNameSpaceType::Network);
                move_into_link_name_space(namespace.as_fd(), network).ok()?;
                Some(work())
            });
            worker.join().expect("the work there succeeds")
        })
    }
}

/// A process that does nothing in a network namespace of its own.
struct Holder(Child);

impl Holder {
    fn start() -> Option<Self> {
        let mut child = Command::new("unshare")
            .args(["-n", "sh", "-c", "echo there && exec cat"])
            // Held open until this value or this process is gone.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut answer = String::new();
        let stdout = child.stdout.take().expect("it was piped");
        let _ = BufReader::new(stdout).read_line(&mut answer);
        let holder = Self(child);
        (answer == "there\n").then_some(holder)
    }

    fn enter(&self) -> Vec<String> {
        let target = format!("--target={}", self.0.id());
        vec!["nsenter".to_owned(), target, "--net".to_owned()]
    }

    fn run(&self, script: &str) -> Option<()> {
        let enter = self.enter();
        let status = Command::new(&enter[0])
            .args(&enter[1..])
            .args(["sh", "-c", script])
            .stderr(Stdio::null())
            .status()
            .ok()?;
        status.success().then_some(())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
