//! What is measured: one row of the report each.

use chatting_time::bench::Mix;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A message of 60 bytes to one of a hundred users.
    Send,
    /// A mailbox in which nothing is.
    Inbox,
    /// Ten names.
    List,
    /// 70 of a hundred times send, 25 inbox, 5 list.
    Mixed,
}

/// A row: the same load for each server that takes part.
pub(crate) struct Row {
    pub(crate) title: &'static str,
    pub(crate) work: Work,
    pub(crate) connections: usize,
    pub(crate) depth: usize,
    /// Names of the servers, this one first.
    pub(crate) servers: &'static [&'static str],
    /// What must be reached, as the ratio of requests a second to those of another.
    pub(crate) targets: &'static [(&'static str, f64)],
    /// Servers that are compared at one rate too, this one first.
    pub(crate) at_equal_rate: Option<&'static [&'static str]>,
    /// What limits this server there, as profiles show it.
    pub(crate) limit: &'static str,
}

const US: &str = "Chatting Time";

pub(crate) const ROWS: &[Row] = &[
    Row {
        title: "send, durable",
        work: Work::Send,
        connections: 50,
        depth: 1,
        servers: &[
            US,
            "durable echo",
            "Redis, always",
            "JetStream",
            "Mosquitto",
            "InspIRCd",
            "Python",
        ],
        targets: &[
            ("durable echo", 0.85),
            ("Redis, always", 1.2),
            ("Python", 10.0),
        ],
        at_equal_rate: Some(&[US, "Redis, always"]),
        limit: "What limits: system calls and wake-ups, of which each request takes its own: 83 % of the server's \
                time is the kernel's (`perf record`), and the load has its share of the same two cores. The durable \
                echo has the same limit.",
    },
    Row {
        title: "send, durable, pipelined by 16",
        work: Work::Send,
        connections: 50,
        depth: 16,
        servers: &[
            US,
            "durable echo",
            "Redis, always",
            "JetStream",
            "Mosquitto",
            "InspIRCd",
            "Python",
        ],
        targets: &[
            ("durable echo", 0.7),
            ("Redis, always", 3.0),
            ("Python", 10.0),
        ],
        at_equal_rate: None,
        limit: "What limits: the kernel has 62 % of the server's time, for the network and for memory that piles up \
                as nobody empties the mailboxes; folding the 90 MB of journal a second into snapshots takes 13 %. \
                The target against Redis was set where that reached 196,000 a second; three times what it reaches \
                here is more than the durable echo does.",
    },
    Row {
        title: "send, durable",
        work: Work::Send,
        connections: 1_000,
        depth: 1,
        servers: &[US, "durable echo", "Redis, always"],
        targets: &[("Redis, always", 1.2)],
        at_equal_rate: None,
        limit: "What limits: the thread that serves the connections has 84 % of the server's time, which is a \
                core's, and 77 % is the kernel's.",
    },
    Row {
        title: "inbox, empty",
        work: Work::Inbox,
        connections: 50,
        depth: 1,
        servers: &[US, "tokio echo", "Redis, in memory", "Python"],
        targets: &[
            ("tokio echo", 0.9),
            ("Redis, in memory", 1.1),
            ("Python", 10.0),
        ],
        at_equal_rate: None,
        limit: "What limits: the kernel, with 85 % of the server's time.",
    },
    Row {
        title: "list of 10",
        work: Work::List,
        connections: 50,
        depth: 1,
        servers: &[US, "tokio echo", "Redis, in memory", "Python"],
        targets: &[
            ("tokio echo", 0.9),
            ("Redis, in memory", 1.1),
            ("Python", 10.0),
        ],
        at_equal_rate: None,
        limit: "What limits: the kernel, with 84 % of the server's time.",
    },
    Row {
        title: "inbox, empty, pipelined by 16",
        work: Work::Inbox,
        connections: 50,
        depth: 16,
        servers: &[US, "tokio echo", "Redis, in memory", "Python"],
        targets: &[
            ("tokio echo", 0.5),
            ("Redis, in memory", 3.0),
            ("Python", 10.0),
        ],
        at_equal_rate: None,
        limit: "What limits: the kernel has 58 % of the server's time, the core and allocation the rest.",
    },
    Row {
        title: "list of 10, pipelined by 16",
        work: Work::List,
        connections: 50,
        depth: 16,
        servers: &[US, "tokio echo", "Redis, in memory", "Python"],
        targets: &[
            ("tokio echo", 0.5),
            ("Redis, in memory", 3.0),
            ("Python", 10.0),
        ],
        at_equal_rate: None,
        limit: "What limits: the kernel has 56 % of the server's time, the core and allocation the rest; the reply has \
                the names four times, as documented.",
    },
    Row {
        title: "mixed: 70 % send, 25 % inbox, 5 % list",
        work: Work::Mixed,
        connections: 50,
        depth: 1,
        servers: &[US, "Redis, always", "Python"],
        targets: &[("Redis, always", 2.0), ("Python", 10.0)],
        at_equal_rate: None,
        limit: "What limits: the kernel, with 83 % of the server's time. An `inbox` that hands messages over writes an \
                event too, so that batches are small and the journal's thread takes 36 %. Twice \
                what Redis reaches here is about what the tokio echo does, without a disk.",
    },
];

impl Work {
    /// How many are online.
    pub(crate) const ONLINE: usize = 10;

    /// How many users are written to. Where mailboxes are emptied too, only those whose owners are online.
    pub(crate) fn users(self) -> usize {
        match self {
            Self::Send => 100,
            _ => Self::ONLINE,
        }
    }

    pub(crate) fn user_names(self) -> Vec<String> {
        (0..self.users())
            .map(|number| format!("user-{number}"))
            .collect()
    }

    pub(crate) fn mix(self) -> Mix {
        let text = match self {
            Self::Send => "send=1",
            Self::Inbox => "inbox=1",
            Self::List => "list=1",
            Self::Mixed => "send=70,inbox=25,list=5",
        };
        text.parse().expect("these are shares")
    }
}
